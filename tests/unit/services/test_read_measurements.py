"""What the model is shown of a station: the same windows in training and in serving."""

import datetime as dt

import numpy as np

from geoclimate.domain.observations import Observation
from geoclimate.domain.stations import Series, Station
from geoclimate.features.windows import windows_at
from geoclimate.services.read_measurements import Measurements, NewestWindow
from tests.api_fakes import EMBASSY, FIRST, LAST, SILENT, ObservationsInMemory, StationsInMemory, hourly
from tests.workflow_fakes import SPEC


def _measurements(observations: list[Observation], station: Station = EMBASSY) -> Measurements:
    return Measurements(StationsInMemory([station, SILENT]), ObservationsInMemory(observations))


def _window(measurements: Measurements, station: Station = EMBASSY) -> NewestWindow:
    window = measurements.newest_window(station, SPEC)
    assert isinstance(window, NewestWindow)
    return window


def test_only_stations_that_measure_the_parameter_are_listed() -> None:
    assert _measurements([]).measuring("pm25") == [EMBASSY]
    assert _measurements([]).measuring("no2") == []


def test_the_issue_time_is_the_end_of_the_newest_observed_hour() -> None:
    assert _window(_measurements(hourly(100))).issue_time == LAST


def test_a_window_holds_the_last_72_hours_oldest_first() -> None:
    window = _window(_measurements(hourly(100)))
    assert window.values.shape == (72, 16)
    assert window.values[-1, 0] == 40.0
    assert window.values[0, 0] == 40.0 + 71 / 4


def test_a_parameter_that_the_station_does_not_measure_is_missing_and_never_read() -> None:
    window = _window(_measurements(hourly(100)))
    assert np.isnan(window.values[:, SPEC.parameters.index("wind_speed")]).all()


def test_weather_newer_than_the_target_stays_outside() -> None:
    weather = hourly(100, end=LAST + dt.timedelta(hours=5), parameter="temperature")
    window = _window(_measurements(hourly(100) + weather))
    assert window.issue_time == LAST
    assert window.values[-1, 1] == 40.0 + 5 / 4


def test_a_flagged_newest_value_moves_the_issue_time_back_to_the_newest_valid_one() -> None:
    newest, *rest = hourly(100)
    flagged = Observation(**{name: getattr(newest, name) for name in newest.__slots__} | {"flag": "range"})
    assert _window(_measurements([flagged, *rest])).issue_time == LAST - dt.timedelta(hours=1)


def test_serving_sees_what_training_saw() -> None:
    measurements = _measurements(hourly(300) + hourly(290, parameter="temperature"))
    grid = measurements.whole_grid(EMBASSY, SPEC)
    trained = windows_at(grid, np.array([grid.end_hour]), SPEC)[0]
    np.testing.assert_array_equal(_window(measurements).values, trained)


def test_the_whole_grid_runs_from_the_first_to_the_last_observation_of_the_target() -> None:
    grid = _measurements(hourly(100)).whole_grid(EMBASSY, SPEC)
    assert len(grid.values) == (LAST - FIRST) // dt.timedelta(hours=1)
    assert np.count_nonzero(~np.isnan(grid.values[:, 0])) == 100


def test_too_little_history_is_said_with_its_hours() -> None:
    reason = _measurements(hourly(10)).newest_window(EMBASSY, SPEC)
    assert reason == "pm25 was observed in 10 of the last 72 hours; at least 36 are needed"


def test_a_station_that_does_not_measure_the_target_is_said() -> None:
    assert _measurements([]).newest_window(SILENT, SPEC) == "the station does not measure pm25"


def test_a_catalogue_that_promises_what_the_store_does_not_have_is_said() -> None:
    assert "0 of the last 72 hours" in str(_measurements([]).newest_window(EMBASSY, SPEC))


def test_an_observation_that_ends_within_the_hour_counts_for_that_hour() -> None:
    last = LAST - dt.timedelta(minutes=40)
    station = Station("openaq-7", "Odd", 1.0, 2.0, "openaq", (Series("pm25", FIRST, last),), last)
    shifted = [
        Observation(
            **{name: getattr(one, name) for name in one.__slots__}
            | {"station": station.id, "start": one.start - (LAST - last), "end": one.end - (LAST - last)}
        )
        for one in hourly(100)
    ]
    assert _window(_measurements(shifted, station), station).issue_time == LAST


def _day_long(end: dt.datetime) -> Observation:
    [hour] = hourly(1, end=end)
    changes = {"start": end - dt.timedelta(hours=24), "value": 999.0}
    return Observation(**{name: getattr(hour, name) for name in hour.__slots__} | changes)


def test_a_mean_over_a_day_is_no_hour_of_a_window() -> None:
    with_day = _window(_measurements([*hourly(100), _day_long(LAST)]))
    assert with_day.issue_time == LAST
    np.testing.assert_array_equal(with_day.values, _window(_measurements(hourly(100))).values)


def test_a_station_of_daily_means_only_has_no_window_and_the_reason_is_said() -> None:
    reason = _measurements([_day_long(LAST)]).newest_window(EMBASSY, SPEC)
    assert isinstance(reason, str)
    assert reason
