"""How much of a window a page reads."""

import datetime as dt

import pytest

from geoclimate.domain.calendar_steps import Every
from geoclimate.services.observation_window import days_of_page


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
