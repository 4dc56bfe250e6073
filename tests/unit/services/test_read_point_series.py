"""Values of stations hour by hour."""

import datetime as dt
from dataclasses import replace

import pytest

from geoclimate.domain.errors import IntegrityError, InvalidQuery
from geoclimate.domain.stations import Series, Station
from geoclimate.domain.time_spans import TimeSpan
from geoclimate.services.read_point_series import (
    MOST_SERIES,
    PointSeries,
    codes_of,
    read_expected_series,
    read_measured_series,
)
from tests.api_fakes import EMBASSY, FIRST, LAST, NOW, SILENT, ForecastsInMemory, ObservationsInMemory, forecast, hourly

_HOUR = dt.timedelta(hours=1)
_STORE = ObservationsInMemory(hourly(72))


def _measured(span: TimeSpan | None, *stations: Station) -> list[PointSeries]:
    return read_measured_series(_STORE, lambda: NOW, stations or [EMBASSY, SILENT], {"pm25"}, span)


def test_without_a_span_gives_the_last_24_hours_that_a_station_has() -> None:
    (series,) = _measured(None)

    assert (series.station, len(series.hours)) == (EMBASSY, 24)
    assert series.hours[-1] == (LAST - _HOUR, LAST)
    assert series.values["pm25"][-2:] == (40.25, 40.0)


def test_both_ends_of_a_span_are_in_it() -> None:
    (series,) = _measured(TimeSpan(LAST - 3 * _HOUR, LAST - 2 * _HOUR))

    assert [hour.start for hour in series.hours] == [LAST - 3 * _HOUR, LAST - 2 * _HOUR]


def test_an_open_end_is_that_of_the_series() -> None:
    (newest,) = _measured(TimeSpan(LAST - 2 * _HOUR, None))
    (oldest,) = _measured(TimeSpan(None, FIRST + _HOUR))

    assert newest.hours[-1].end == LAST
    assert oldest.hours[0].start == FIRST


def test_a_station_that_measured_nothing_meanwhile_is_left_out() -> None:
    assert _measured(TimeSpan(LAST + _HOUR, LAST + 2 * _HOUR)) == []
    assert _measured(TimeSpan(None, FIRST - _HOUR)) == []


def test_a_span_that_is_a_second_too_long_is_said_to_be_longer_than_it_may_be() -> None:
    with pytest.raises(InvalidQuery, match=r"spans 32 days, .* gives 31 days at most"):
        _measured(TimeSpan(LAST - 31 * 24 * _HOUR - dt.timedelta(seconds=1), LAST))


def test_refuses_more_series_than_an_answer_gives() -> None:
    stations = [replace(EMBASSY, id=f"openaq-{number}") for number in range(MOST_SERIES + 1)]

    with pytest.raises(InvalidQuery, match="301 series") as caught:
        _measured(None, *stations)
    assert caught.value.parameter == "coords"


def test_a_name_stands_for_a_parameter() -> None:
    assert codes_of(["pm25", "pm25_upper", "no2_lower", "wind_speed"]) == {"pm25", "no2", "wind_speed"}


def test_only_the_quantiles_and_hours_asked_for_are_given() -> None:
    span = TimeSpan(LAST + _HOUR, LAST + 2 * _HOUR)

    (series,) = read_expected_series(ForecastsInMemory([forecast()]), [EMBASSY, SILENT], {"pm25_lower"}, span)

    assert [hour.start for hour in series.hours] == [LAST + _HOUR, LAST + 2 * _HOUR]
    assert series.values == {"pm25_lower": (50.0 - 0.8, 50.0 - 3 * 0.4)}


def test_a_station_whose_forecast_ends_before_is_left_out() -> None:
    store = ForecastsInMemory([forecast()])

    assert read_expected_series(store, [EMBASSY], {"pm25"}, TimeSpan(LAST + 25 * _HOUR, None)) == []


def test_a_stored_forecast_without_its_interval_is_an_error_of_ours() -> None:
    store = ForecastsInMemory([forecast(levels=(0.5,))])

    with pytest.raises(IntegrityError, match=r"\[0.5, 0.1, 0.9\] must be among them"):
        read_expected_series(store, [EMBASSY], {"pm25", "pm25_lower"}, None)


def test_a_series_that_is_not_asked_for_is_not_read() -> None:
    other = replace(EMBASSY, series=(Series("no2", FIRST, LAST),))

    assert _measured(None, other) == []
