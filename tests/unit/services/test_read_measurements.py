"""What stations measured, hour by hour."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from geoclimate.domain.observations import Observation
from geoclimate.domain.stations import Series, Station
from geoclimate.features.grid import HourlyGrid, hour_of
from geoclimate.features.input_spec import default_input_spec
from geoclimate.services.read_measurements import Measurements, end_hour_of, series_of
from tests.api_fakes import EMBASSY, FIRST, LAST, SILENT, ObservationsInMemory, StationsInMemory, hourly

SPEC = default_input_spec("pm25")
END = hour_of(LAST)


def _measurements(observations: list[Observation], station: Station = EMBASSY) -> Measurements:
    return Measurements(StationsInMemory([station, SILENT]), ObservationsInMemory(observations))


def _newest(measurements: Measurements, *parameters: str, station: Station = EMBASSY, hours: int = 100) -> HourlyGrid:
    return measurements.grid(station, parameters or ("pm25",), END - hours, END)


def test_only_stations_that_measure_the_parameter_are_listed() -> None:
    assert _measurements([]).measuring("pm25") == [EMBASSY]
    assert _measurements([]).measuring("no2") == []


def test_a_series_ends_with_the_hour_of_its_newest_observation() -> None:
    assert end_hour_of(EMBASSY, "pm25") == END
    odd = replace(EMBASSY, series=(Series("pm25", FIRST, LAST - dt.timedelta(minutes=40)),))
    assert end_hour_of(odd, "pm25") == END


def test_a_series_that_is_not_measured_has_no_end() -> None:
    assert series_of(SILENT, "pm25") is None
    with pytest.raises(ValueError, match="openaq-2 does not measure pm25"):
        end_hour_of(SILENT, "pm25")


def test_a_grid_holds_the_hours_asked_for_oldest_first() -> None:
    grid = _newest(_measurements(hourly(200)), hours=72)
    assert (grid.first_hour, grid.values.shape) == (END - 72, (72, 1))
    assert (grid.values[-1, 0], grid.values[0, 0]) == (40.0, 40.0 + 71 / 4)


def test_a_parameter_that_the_station_does_not_measure_is_missing_and_never_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    measurements = _measurements(hourly(100))
    asked: list[str] = []
    kept = measurements.observations.read

    def read(station: str, parameter: str, start: dt.datetime, end: dt.datetime) -> Sequence[Observation]:
        asked.append(parameter)
        return kept(station, parameter, start, end)

    monkeypatch.setattr(measurements.observations, "read", read)
    grid = _newest(measurements, "pm25", "wind_speed")
    assert np.isnan(grid.values[:, 1]).all()
    assert asked == ["pm25"]


def test_a_series_that_ended_before_the_hours_asked_for_is_never_read(monkeypatch: pytest.MonkeyPatch) -> None:
    measurements = _measurements(hourly(100))
    monkeypatch.setattr(measurements.observations, "read", None)
    grid = measurements.grid(EMBASSY, ("pm25",), END + 10, END + 12)
    assert np.isnan(grid.values).all()


def test_flagged_values_are_not_measured() -> None:
    newest, *rest = hourly(100)
    grid = _newest(_measurements([replace(newest, flag="range"), *rest]))
    assert np.isnan(grid.values[-1, 0])


def test_the_whole_grid_runs_from_the_first_to_the_last_observation_of_the_target() -> None:
    grid = _measurements(hourly(100)).whole_grid(EMBASSY, SPEC)
    assert len(grid.values) == (LAST - FIRST) // dt.timedelta(hours=1)
    assert np.count_nonzero(~np.isnan(grid.values[:, 0])) == 100


def test_of_a_station_that_does_not_measure_the_target_there_is_no_hour() -> None:
    assert _measurements([]).whole_grid(SILENT, SPEC).values.shape == (0, len(SPEC.parameters))


def test_an_observation_that_ends_within_the_hour_counts_for_that_hour() -> None:
    shift = dt.timedelta(minutes=40)
    shifted = [replace(one, start=one.start - shift, end=one.end - shift) for one in hourly(100)]
    np.testing.assert_array_equal(_newest(_measurements(shifted)).values, _newest(_measurements(hourly(100))).values)


def test_a_mean_over_a_day_is_no_hour() -> None:
    [hour] = hourly(1)
    day = replace(hour, start=LAST - dt.timedelta(hours=24), value=999.0)
    np.testing.assert_array_equal(
        _newest(_measurements([*hourly(100), day])).values, _newest(_measurements(hourly(100))).values
    )
