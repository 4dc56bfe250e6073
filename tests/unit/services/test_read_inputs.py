"""What a model is shown when forecasts are made: the newest hours of a station and of those around it."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest

from geoclimate.domain.observations import Observation
from geoclimate.domain.stations import Series, Station
from geoclimate.features.grid import hour_of, to_grid
from geoclimate.features.input_spec import InputSpec
from geoclimate.features.inputs import Inputs, input_columns, inputs_at, station_series
from geoclimate.features.region import to_region
from geoclimate.features.weather_runs import WeatherRuns, no_runs
from geoclimate.services import read_inputs
from geoclimate.services.forecast_batch import ForecastBatch
from geoclimate.services.read_inputs import InputReader, InputsRead
from geoclimate.services.read_measurements import Measurements
from tests.api_fakes import EMBASSY, LAST, ObservationsInMemory, StationsInMemory, hourly

SPEC = InputSpec(
    target="pm25", parameters=("pm25", "temperature", "wind_speed", "wind_direction"), weather=("temperature",)
)
HOURS = 900
SILENT_HOURS = {5, 6, 7, 60, 61, 200, 500}


def _station(name: str, latitude: float, longitude: float, last: dt.datetime = LAST) -> Station:
    first = last - dt.timedelta(hours=HOURS)
    series = tuple(Series(code, first, last) for code in SPEC.parameters)
    return replace(EMBASSY, id=name, latitude=latitude, longitude=longitude, series=series)


NEAR = _station("near", 39.9, 116.4)
NORTH = _station("north", 40.3, 116.4)
FAR = _station("far", 31.2, 121.5)
LATE = _station("late", 39.8, 116.3, last=LAST - dt.timedelta(hours=3))
OLD = _station("old", 40.0, 116.5, last=LAST - dt.timedelta(days=700))
EVERYONE = (NEAR, NORTH, FAR, LATE, OLD)


def _observations(station: Station, seed: int) -> list[Observation]:
    rng = np.random.default_rng(seed)
    end = station.series[0].last
    return [
        replace(one, station=station.id, value=float(np.float32(rng.gamma(2.0, 20.0))))
        for code in SPEC.parameters
        for hour, one in enumerate(hourly(HOURS, end=end, parameter=code))
        if hour not in SILENT_HOURS
    ]


class World:
    """Some stations, what they measured, and what was forecast of the weather."""

    def __init__(self, *stations: Station) -> None:
        self.stations = stations
        self.rows = {station.id: _observations(station, seed) for seed, station in enumerate(stations)}
        self.asked_weather: list[tuple[str, dt.datetime]] = []

    def weather(self, station: Station, issue_time: dt.datetime) -> WeatherRuns:
        self.asked_weather.append((station.id, issue_time))
        values = np.full((1, 24, 1), 7.0, dtype=np.float32)
        return WeatherRuns(np.array([hour_of(issue_time)]), values) if station is NEAR else no_runs(1)

    @property
    def store(self) -> ObservationsInMemory:
        return ObservationsInMemory([row for rows in self.rows.values() for row in rows])

    def read(self, *asked: Station) -> list[InputsRead]:
        measurements = Measurements(StationsInMemory(self.stations), self.store)
        return list(InputReader(SPEC, measurements, self.weather).read(asked or self.stations, self.stations))

    def batch(self, *asked: Station) -> ForecastBatch:
        [found] = self.read(*asked)
        assert found.batch is not None
        return found.batch

    def trained(self, station: Station, others: Sequence[Station]) -> Inputs:
        """The same inputs, cut from everything that was ever measured."""
        first = min(hour_of(one.series[0].first) for one in others)
        hours = hour_of(LAST) - first
        grids = [to_grid(self.rows[one.id], SPEC.parameters, first, hours) for one in others]
        places = [(one.latitude, one.longitude) for one in others]
        region = to_region([one.id for one in others], places, grids, SPEC)
        origin = hour_of(station.series[0].last)
        series = station_series(region, list(others).index(station), SPEC)
        known = self.weather(station, station.series[0].last)
        return inputs_at(series, known, np.array([origin]), SPEC)


def _column(names: Sequence[str], name: str) -> int:
    return list(names).index(name)


def _assert_same(found: Inputs, row: int, expected: Inputs) -> None:
    pairs: list[tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]] = [
        (found.history[row], expected.history[0]),
        (found.context[row], expected.context[0]),
        (found.future[row], expected.future[0]),
    ]
    for one, other in pairs:
        np.testing.assert_allclose(one, other, rtol=1e-5, atol=1e-4)


def test_serving_sees_what_training_saw() -> None:
    world = World(*EVERYONE)
    batch = world.batch(NEAR, NORTH, FAR, LATE)
    for row, station in enumerate(batch.stations):
        _assert_same(batch.inputs, row, world.trained(station, EVERYONE))


def test_a_station_asked_for_alone_sees_its_neighbours() -> None:
    world = World(*EVERYONE)
    _assert_same(world.batch(NEAR).inputs, 0, world.trained(NEAR, EVERYONE))


def test_each_station_is_issued_at_the_end_of_its_own_newest_hour() -> None:
    batch = World(*EVERYONE).batch(NEAR, LATE)
    issued = dict(zip((station.id for station in batch.stations), batch.origins.tolist(), strict=True))
    assert issued == {"near": hour_of(LAST), "late": hour_of(LAST) - 3}


def test_a_neighbours_later_hours_do_not_reach_an_earlier_issue_time() -> None:
    world = World(NEAR, LATE)
    before = world.batch(LATE).inputs
    for number, row in enumerate(world.rows["near"]):
        if row.start >= LATE.series[0].last:
            world.rows["near"][number] = replace(row, value=9_000.0)
    after = world.batch(LATE).inputs
    np.testing.assert_array_equal(after.history, before.history)
    np.testing.assert_array_equal(after.context, before.context)


def test_stations_whose_measurements_end_years_apart_are_read_apart() -> None:
    world = World(*EVERYONE)
    parts = [read.batch for read in world.read()]
    assert [sorted(one.id for one in batch.stations) for batch in parts if batch] == [
        ["old"],
        ["far", "late", "near", "north"],
    ]
    assert parts[0] is not None
    _assert_same(parts[0].inputs, 0, world.trained(OLD, (OLD,)))


def test_the_weather_that_was_known_at_the_issue_time_is_asked_for_and_shown() -> None:
    world = World(NEAR, LATE)
    batch = world.batch()
    assert sorted(world.asked_weather) == [("late", LATE.series[0].last), ("near", LAST)]
    names = [column.name for column in input_columns(SPEC).future]
    rows = {station.id: row for row, station in enumerate(batch.stations)}
    shown = batch.inputs.future[:, :, _column(names, "temperature_forecast")]
    assert (shown[rows["near"]] == 7.0).all()
    assert np.isnan(shown[rows["late"]]).all()


def test_the_newest_day_of_the_target_comes_along() -> None:
    world = World(NEAR)
    values = {row.end: row.value for row in world.rows["near"] if row.parameter == "pm25"}
    expected = [values.get(LAST - dt.timedelta(hours=hour), np.nan) for hour in range(23, -1, -1)]
    np.testing.assert_allclose(world.batch().recent[0], expected)


def test_a_station_without_enough_history_is_skipped_with_the_reason() -> None:
    world = World(NEAR, NORTH)
    world.rows["north"] = [row for row in world.rows["north"] if row.end > LAST - dt.timedelta(hours=30)]
    [found] = world.read()
    assert found.batch is not None
    assert [station.id for station in found.batch.stations] == ["near"]
    assert found.skipped == {"north": "pm25 was observed in 27 of the last 72 hours; at least 36 are needed"}
    assert all(name == "near" for name, _ in world.asked_weather)


def test_where_nobody_has_enough_there_is_no_batch() -> None:
    world = World(NEAR)
    world.rows["near"] = []
    [found] = world.read()
    assert found.batch is None
    assert "0 of the last 72 hours" in found.skipped["near"]


def test_a_flagged_newest_value_moves_the_issue_time_back() -> None:
    world = World(NEAR)
    world.rows["near"] = [replace(row, flag="range") if row.end == LAST else row for row in world.rows["near"]]
    assert world.batch().origins.tolist() == [hour_of(LAST) - 1]


@pytest.mark.parametrize("hours", [10, 100, 700])
def test_a_station_whose_newest_days_do_not_count_is_shown_all_that_was_known_before_them(hours: int) -> None:
    world = World(NEAR, NORTH)
    stood_still = _station("north", 40.3, 116.4, last=LAST - dt.timedelta(hours=hours))
    world.rows["north"] = [
        replace(row, flag="flat-line") if row.parameter == "pm25" and row.end > stood_still.series[0].last else row
        for row in world.rows["north"]
    ]
    now, then = (read.batch for read in world.read())
    assert now is not None
    assert then is not None
    assert (now.stations, then.stations) == ((NEAR,), (NORTH,))
    assert then.origins.tolist() == [hour_of(LAST) - hours]
    _assert_same(now.inputs, 0, world.trained(NEAR, (NEAR, NORTH)))
    _assert_same(then.inputs, 0, world.trained(stood_still, (NEAR, stood_still)))


def test_more_stations_than_fit_in_a_batch_are_given_in_parts_that_know_each_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(read_inputs, "MAX_ROWS", 1)
    world = World(NEAR, NORTH, FAR)
    parts = [read.batch for read in world.read()]
    assert sorted(batch.stations[0].id for batch in parts if batch and len(batch) == 1) == ["far", "near", "north"]
    for batch in parts:
        assert batch is not None
        _assert_same(batch.inputs, 0, world.trained(batch.stations[0], world.stations))


def test_a_station_is_read_once_whoever_it_is_a_neighbour_of(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(read_inputs, "MAX_ROWS", 1)
    reads: list[tuple[str, str]] = []
    store = World(NEAR, NORTH, LATE).store
    kept = store.read

    def read(station: str, parameter: str, start: dt.datetime, end: dt.datetime) -> Sequence[Observation]:
        reads.append((station, parameter))
        return kept(station, parameter, start, end)

    monkeypatch.setattr(store, "read", read)
    stations = (NEAR, NORTH, LATE)
    reader = InputReader(SPEC, Measurements(StationsInMemory(stations), store), lambda *_: no_runs(1))
    assert len(list(reader.read(stations, stations))) == 3
    assert sorted(reads) == sorted((one.id, code) for one in stations for code in SPEC.parameters)


def test_neighbours_across_the_date_line_are_found() -> None:
    east, west = _station("east", -17.0, 179.9), _station("west", -17.1, -179.8)
    world = World(east, west)
    _assert_same(world.batch(east).inputs, 0, world.trained(east, (east, west)))
    names = [column.name for column in input_columns(SPEC).history]
    assert world.batch(east).inputs.history[0, -1, _column(names, "around_known")] == 1.0
