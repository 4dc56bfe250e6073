"""Means over the steps of a window, in pages."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from geoclimate.domain.calendar_steps import Step
from geoclimate.domain.errors import InvalidQuery, UnknownSeries
from geoclimate.domain.null_reasons import NullReason
from geoclimate.domain.observations import Observation
from geoclimate.services.observation_window import MOST_STEPS, ObservationQuery, PageRequest
from geoclimate.services.read_means import Calendar, MeansPage, read_means
from tests.api_fakes import EMBASSY, FIRST, LAST, NOW, ObservationsInMemory, StationsInMemory, hourly

_DAY = dt.timedelta(days=1)
_BEIJING = ZoneInfo("Asia/Shanghai")


class _Counting(ObservationsInMemory):
    """Remembers over how many days was read."""

    def __init__(self) -> None:
        super().__init__(hourly(24 * 60))
        self.read_days: list[float] = []

    def read(
        self, station: str, parameter: str, start: dt.datetime, end: dt.datetime, as_of: dt.datetime | None = None
    ) -> list[Observation]:
        self.read_days.append((end - start) / _DAY)
        return list(super().read(station, parameter, start, end, as_of))


_STORE = _Counting()


def _read(query: ObservationQuery, step: Step, page: PageRequest | None = None) -> MeansPage:
    calendar = Calendar(step, _BEIJING)
    return read_means(StationsInMemory(), _STORE, lambda: NOW, query, calendar, page or PageRequest())


def _query(start: dt.datetime | None = None, end: dt.datetime | None = None) -> ObservationQuery:
    return ObservationQuery(EMBASSY.id, "pm25", start, end)


@pytest.mark.parametrize(("step", "count"), [("hourly", 24), ("daily", 30), ("monthly", 12)])
def test_without_a_window_gives_the_newest_steps_of_the_series(step: Step, count: int) -> None:
    page = _read(_query(), step)

    assert len(page.means) == count
    assert page.end == page.means[-1].end >= LAST
    assert page.means[-1].mean is not None


def test_a_window_is_widened_to_whole_steps() -> None:
    page = _read(_query(LAST - _DAY - dt.timedelta(hours=3), LAST - _DAY), "daily")

    assert (page.start, page.end) == (LAST - 2 * _DAY, LAST - _DAY)
    assert (page.means[0].coverage, page.means[0].count) == (1.0, 24)


@pytest.mark.parametrize("step", ["hourly", "daily", "monthly"])
def test_pages_hold_every_step_once_and_read_a_year_at_most(step: Step) -> None:
    _STORE.read_days.clear()
    query = _query(LAST - 360 * _DAY, LAST) if step == "hourly" else _query(LAST - 900 * _DAY, LAST)
    whole: list[dt.datetime] = []
    page = _read(query, step)
    whole += [one.start for one in page.means]
    while page.after is not None:
        page = _read(query, step, PageRequest(begin=page.after))
        whole += [one.start for one in page.means]

    assert whole == sorted(set(whole))
    assert (whole[0], page.means[-1].end) == (page.start, page.end)
    assert max(_STORE.read_days) <= 368


def test_a_page_has_no_more_steps_than_asked_for_nor_than_it_can_hold() -> None:
    query = _query(LAST - 60 * _DAY, LAST)

    assert len(_read(query, "hourly", PageRequest(limit=5)).means) == 5
    assert len(_read(query, "hourly", PageRequest(limit=16_000)).means) == MOST_STEPS["hourly"]


def test_the_month_is_the_mean_of_its_days() -> None:
    (month,) = _read(_query(LAST - 31 * _DAY, LAST), "monthly").means
    days = _read(_query(LAST - 31 * _DAY, LAST), "daily").means

    assert month.mean == pytest.approx(sum(one.mean or 0.0 for one in days) / 31)
    assert (len(days), month.coverage, month.count) == (31, 1.0, 744)


def test_what_lies_before_the_series_is_outside_of_its_period() -> None:
    (mean,) = _read(_query(FIRST - 3 * _DAY, FIRST - 2 * _DAY), "daily").means

    assert (mean.mean, mean.null_reason) == (None, NullReason.OUTSIDE_PERIOD)


def test_an_instrument_that_is_not_there_has_no_mean() -> None:
    query = ObservationQuery(EMBASSY.id, "pm25", LAST - _DAY, LAST, instrument="other")

    assert [one.null_reason for one in _read(query, "daily").means] == [NullReason.UPSTREAM_LATE]


def test_as_of_an_instant_what_came_later_is_a_hole() -> None:
    query = ObservationQuery(EMBASSY.id, "pm25", LAST - _DAY, LAST, as_of=LAST - _DAY)

    assert [one.null_reason for one in _read(query, "daily").means] == [NullReason.OUTSIDE_PERIOD]


def test_refuses_a_window_that_is_too_long_and_a_series_not_measured() -> None:
    with pytest.raises(InvalidQuery, match="3,660 days at most"):
        _read(_query(LAST - 3_661 * _DAY, LAST), "daily")
    with pytest.raises(InvalidQuery, match=r"36,600 days at most, so ask in parts$"):
        _read(_query(LAST - 36_601 * _DAY, LAST), "monthly")
    with pytest.raises(UnknownSeries):
        _read(ObservationQuery(EMBASSY.id, "no2"), "daily")
