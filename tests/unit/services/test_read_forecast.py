"""The newest forecast, and how much it can be trusted."""

import datetime as dt

import pytest

from geoclimate.domain.errors import IntegrityError, NoForecast, UnknownSeries, UnknownStation
from geoclimate.services.read_forecast import CurrentForecast, read_forecast
from tests.api_fakes import EMBASSY, LAST, ForecastsInMemory, StationsInMemory, forecast

_HOUR = dt.timedelta(hours=1)


def _read(
    *made: dt.datetime, now: dt.datetime = LAST, station: str = EMBASSY.id, parameter: str = "pm25"
) -> CurrentForecast:
    store = ForecastsInMemory(forecast(issue_time) for issue_time in made)
    return read_forecast(StationsInMemory(), store, lambda: now, station, parameter)


def test_gives_the_forecast_with_the_newest_issue_time() -> None:
    assert _read(LAST - _HOUR, LAST, LAST - 2 * _HOUR).forecast.issue_time == LAST


def test_lead_time_h_is_the_hth_hour_after_the_issue_time() -> None:
    hours = _read(LAST).hours

    assert [hour.lead_hours for hour in hours] == list(range(1, 25))
    assert (hours[0].start, hours[0].end) == (LAST, LAST + _HOUR)
    assert (hours[23].start, hours[23].end) == (LAST + 23 * _HOUR, LAST + 24 * _HOUR)


def test_the_interval_runs_from_the_tenth_to_the_ninetieth_quantile() -> None:
    store = ForecastsInMemory([forecast(levels=(0.05, 0.1, 0.5, 0.9, 0.95))])

    hour = read_forecast(StationsInMemory(), store, lambda: LAST, EMBASSY.id, "pm25").hours[9]

    assert (hour.lower, hour.median, hour.upper) == pytest.approx((46.0, 50.0, 54.0))
    assert [level for level, _ in hour.quantiles] == [0.05, 0.1, 0.5, 0.9, 0.95]


@pytest.mark.parametrize(
    ("age", "stale"), [(_HOUR, False), (6 * _HOUR, False), (6 * _HOUR + dt.timedelta(seconds=1), True)]
)
def test_is_stale_after_more_than_six_hours(age: dt.timedelta, stale: bool) -> None:
    current = _read(LAST, now=LAST + age)

    assert (current.age, current.stale) == (age, stale)


def test_is_found_with_one_query_and_no_look_at_the_station() -> None:
    stations = StationsInMemory()

    read_forecast(stations, ForecastsInMemory([forecast()]), lambda: LAST, EMBASSY.id, "pm25")

    assert stations.reads == 0


def test_says_why_there_is_none() -> None:
    with pytest.raises(NoForecast, match="'temperature' at station 'openaq-900001'"):
        _read(LAST, parameter="temperature")
    with pytest.raises(UnknownSeries, match="it measures pm25, temperature"):
        _read(LAST, parameter="no2")
    with pytest.raises(UnknownStation):
        _read(LAST, station="openaq-0")


def test_refuses_a_stored_forecast_without_its_interval() -> None:
    store = ForecastsInMemory([forecast(levels=(0.25, 0.5, 0.75))])

    with pytest.raises(IntegrityError, match=r"must be among them"):
        read_forecast(StationsInMemory(), store, lambda: LAST, EMBASSY.id, "pm25")
