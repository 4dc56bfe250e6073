"""How much of a window a page reads."""

import datetime as dt

import pytest

from geoclimate.domain.calendar_steps import Every
from geoclimate.domain.errors import InvalidQuery
from geoclimate.services.observation_window import ObservationQuery, days_of_page, parse_zone, window_of


@pytest.mark.parametrize(
    ("every", "days", "limit", "read"),
    [
        ("raw", 14, None, 14),
        ("raw", 14, 48, 2),
        ("hourly", 0.5, None, 1),
        ("daily", 100, 10, 10),
        ("monthly", 3_650, 2, 62),
        ("raw", -3, None, 1),
        ("raw", 366, None, 31),
        ("hourly", 366, None, 31),
        ("daily", 3_660, None, 366),
        ("monthly", 36_600, 5_000, 372),
    ],
)
def test_a_page_costs_the_days_that_are_read_for_it(every: Every, days: float, limit: int | None, read: int) -> None:
    start = dt.datetime(2014, 1, 1, tzinfo=dt.UTC)
    assert days_of_page(start, start + dt.timedelta(days=days), every, limit) == read


def test_a_window_with_one_end_has_its_usual_days() -> None:
    assert days_of_page(None, dt.datetime(2014, 1, 1, tzinfo=dt.UTC), "daily", None) == 30


def test_a_window_that_is_a_second_too_long_is_said_to_be_longer_than_it_may_be() -> None:
    start = dt.datetime(2014, 1, 1, tzinfo=dt.UTC)
    end = start + dt.timedelta(days=366, seconds=1)

    with pytest.raises(InvalidQuery, match="lies 367 days after 'from'; 'every=raw' gives 366 days at most"):
        window_of(ObservationQuery("openaq-1", "pm25", start, end), "raw", lambda: end, end)


@pytest.mark.parametrize("name", ["localtime", "posixrules"])
def test_no_name_that_is_refused_is_named_as_what_was_meant(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    # Some machines have files of these names beside the zones.
    monkeypatch.setattr("zoneinfo.available_timezones", lambda: {name, "Europe/Berlin"})
    with pytest.raises(InvalidQuery, match="write one such as Asia/Shanghai"):
        parse_zone(name)
