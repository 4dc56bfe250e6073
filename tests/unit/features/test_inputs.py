from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geoclimate.domain.errors import ModelRejected
from geoclimate.features.grid import HourlyGrid
from geoclimate.features.input_spec import InputSpec, default_input_spec
from geoclimate.features.inputs import Inputs, StationSeries, input_columns, inputs_at, station_series
from geoclimate.features.region import to_region
from geoclimate.features.surroundings import SECTORS
from geoclimate.features.weather_runs import WeatherRuns, no_runs
from geoclimate_ml.rolling_origin import InputsAt, Values, check_causal

FIRST = 400_000
SPEC = InputSpec(
    "pm25",
    ("pm25", "no2", "temperature", "dewpoint", "wind_speed", "wind_direction"),
    ("temperature", "wind_speed", "wind_direction"),
    history_hours=24,
    lead_hours=(1, 2, 24, 30),
)
PLACES = ((40.0, 116.0), (40.1, 116.1), (39.9, 116.0))


@lru_cache(maxsize=1)
def measured() -> Values:
    """float32 [hours, stations, parameters]; a tenth missing."""
    random = np.random.default_rng(3)
    values = random.gamma(2.0, 20.0, size=(260, len(PLACES), len(SPEC.parameters)))
    values[..., -1] = random.uniform(0, 360, size=values.shape[:2])
    values[random.random(values.shape) < 0.1] = np.nan
    return values.astype(np.float32)


@lru_cache(maxsize=1)
def weather() -> WeatherRuns:
    random = np.random.default_rng(4)
    issued = np.arange(FIRST - 24, FIRST + 300, 6, dtype=np.int64)
    return WeatherRuns(issued, random.normal(8, 2, size=(len(issued), 40, 3)).astype(np.float32))


def series_of(values: Values, position: int = 0, spec: InputSpec = SPEC) -> StationSeries:
    grids = [HourlyGrid(FIRST, values[:, station]) for station in range(values.shape[1])]
    names = [f"s{station}" for station in range(values.shape[1])]
    return station_series(to_region(names, PLACES[: values.shape[1]], grids, spec), position, spec)


def shown(values: Values, origin: int) -> Mapping[str, npt.NDArray[np.generic]]:
    made = inputs_at(series_of(values), weather(), np.array([origin]), SPEC)
    return {"history": made.history, "context": made.context, "future": made.future}


def test_no_input_knows_anything_from_its_origin_on() -> None:
    check_causal(shown, measured(), FIRST, [FIRST + 30, FIRST + 100, FIRST + 200])


def test_a_station_that_stood_still_before_its_origin_tells_nothing_of_what_follows() -> None:
    still = measured().copy()
    still[:200] = 101_325.25
    check_causal(shown, still, FIRST, [FIRST + 150, FIRST + 200])


@settings(deadline=None, max_examples=25)
@given(st.data())
def test_whatever_is_changed_from_an_origin_on_changes_no_input(data: st.DataObject) -> None:
    values = measured()
    row = data.draw(st.integers(1, len(values) - 1), label="row of the origin")
    hour = data.draw(st.integers(row, len(values) - 1), label="changed hour")
    station = data.draw(st.integers(0, len(PLACES) - 1))
    parameter = data.draw(st.integers(0, len(SPEC.parameters) - 1))
    other = values.copy()
    other[hour, station, parameter] = data.draw(st.one_of(st.just(np.nan), st.floats(0, 1e5, width=32)))
    before, after = shown(values, FIRST + row), shown(other, FIRST + row)
    for name, matrix in before.items():
        assert matrix.tobytes() == after[name].tobytes(), name


def leaking_history(values: Values, origin: int) -> Mapping[str, npt.NDArray[np.generic]]:
    made = inputs_at(series_of(values), weather(), np.array([origin + 1]), SPEC)
    return {"history": made.history}


def leaking_neighbour(values: Values, origin: int) -> Mapping[str, npt.NDArray[np.generic]]:
    early = values.copy()
    early[:-1, 1] = values[1:, 1]
    return shown(early, origin)


def leaking_last_digits(values: Values, origin: int) -> Mapping[str, npt.NDArray[np.generic]]:
    made = inputs_at(series_of(values), weather(), np.array([origin]), SPEC)
    return {"context": made.context + np.float32(1e-3) * np.nanmean(values, dtype=np.float32)}


@pytest.mark.parametrize("leak", [leaking_history, leaking_neighbour, leaking_last_digits])
def test_a_planted_leak_is_caught(leak: InputsAt) -> None:
    with pytest.raises(ModelRejected, match="has seen the future"):
        check_causal(leak, measured(), FIRST, [FIRST + 100])


def test_of_the_hours_to_come_only_known_weather_is_seen() -> None:
    series, origin = series_of(measured()), np.array([FIRST + 100])

    def future(values: npt.NDArray[np.float32]) -> bytes:
        return inputs_at(series, replace(weather(), values=values), origin, SPEC).future.tobytes()

    later = weather().values.copy()
    later[weather().issue_hours > FIRST + 100] += 50
    assert future(later) == future(weather().values)
    assert future(weather().values + 50) != future(weather().values)


def test_the_last_row_of_a_history_is_the_hour_before_its_origin() -> None:
    made = inputs_at(series_of(measured()), weather(), np.array([FIRST + 100]), SPEC)
    names = [column.name for column in input_columns(SPEC).history]
    observed = made.history[0, :, names.index("pm25_observed")]
    expected = measured()[76:100, 0, 0]
    np.testing.assert_array_equal(observed, ~np.isnan(expected))
    np.testing.assert_array_equal(made.history[0, observed == 1, names.index("pm25")], expected[observed == 1])


def test_before_the_series_begins_nothing_is_known() -> None:
    made = inputs_at(series_of(measured()), weather(), np.array([FIRST + 1, FIRST + 100]), SPEC)
    assert np.isnan(made.history[0, :-1]).all()
    assert not np.isnan(made.history[0, -1]).all()
    alone = inputs_at(series_of(measured()), weather(), np.array([FIRST + 100]), SPEC)
    assert made.history[1].tobytes() == alone.history[0].tobytes()


@pytest.mark.parametrize("origin", [FIRST, FIRST + 261])
def test_refuses_an_origin_outside_the_series(origin: int) -> None:
    with pytest.raises(ValueError, match=f"origins must be from {FIRST + 1} to {FIRST + 260}"):
        inputs_at(series_of(measured()), weather(), np.array([origin]), SPEC)


def test_the_series_end_is_an_origin_too() -> None:
    made = inputs_at(series_of(measured()), weather(), np.array([FIRST + 260]), SPEC)
    assert len(made) == 1
    names = [column.name for column in input_columns(SPEC).future]
    expected = measured()[[236, 237, 259], 0, 0]
    np.testing.assert_array_equal(made.future[0, :3, names.index("day_before")], expected)


def context_of(made: Inputs, spec: InputSpec = SPEC) -> dict[str, float]:
    names = [column.name for column in input_columns(spec).context]
    return dict(zip(names, made.context[0].tolist(), strict=True))


def test_a_lone_station_has_the_same_columns_with_its_surroundings_unknown() -> None:
    made = inputs_at(series_of(measured()[:, :1]), weather(), np.array([FIRST + 100]), SPEC)
    found = context_of(made)
    assert found["around_known"] == 0.0
    sectors = [f"around_{sector}_above" for sector in SECTORS]
    for name in ("around_above", "around_upwind_above", "around_lowest_above", "around_change_1h", *sectors):
        assert np.isnan(found[name]), name
    assert found["around_temperature"] == found["temperature"]
    names = [column.name for column in input_columns(SPEC).history]
    assert np.isnan(made.history[0, :, names.index("around")]).all()
    assert not made.history[0, :, names.index("around_known")].any()


def test_the_surroundings_are_shown_against_the_station_itself() -> None:
    values = np.full((200, 3, len(SPEC.parameters)), 10.0, dtype=np.float32)
    values[:, 1:, 0] = 30.0
    found = context_of(inputs_at(series_of(values), weather(), np.array([FIRST + 150]), SPEC))
    assert found["newest"] == 10.0
    assert found["around_above"] == pytest.approx(20.0)
    assert (found["around_lowest_above"], found["around_highest_above"], found["around_known"]) == (20.0, 20.0, 1.0)


def test_a_station_that_does_not_take_part_in_wind_has_no_upwind() -> None:
    spec = InputSpec("pm25", ("pm25", "no2"), ("temperature",), history_hours=24, lead_hours=(1,))
    series = series_of(measured()[:, :, :2], spec=spec)
    found = context_of(inputs_at(series, no_runs(1), np.array([FIRST + 100]), spec), spec)
    assert np.isnan(found["around_upwind_above"])
    assert not np.isnan(found["around_above"])


@pytest.mark.parametrize("target", ["pm25", "no2", "o3"])
@pytest.mark.parametrize("with_neighbours", [True, False])
def test_columns_are_named_once_and_the_same_for_any_station(target: str, with_neighbours: bool) -> None:
    spec = replace(default_input_spec(target), neighbours=with_neighbours)
    columns = input_columns(spec)
    assert columns == input_columns(spec)
    for matrix in (columns.history, columns.context, columns.future):
        names = [column.name for column in matrix]
        assert len(set(names)) == len(names)
        assert any(name.startswith("around") for name in names) == (with_neighbours and matrix != columns.future)
    empty = HourlyGrid(FIRST, np.full((30, len(spec.parameters)), np.nan, dtype=np.float32))
    series = station_series(to_region(["a", "b"], PLACES[:2], [empty, empty], spec), 1, spec)
    made = inputs_at(series, no_runs(len(spec.weather)), np.array([FIRST + 30]), spec)
    found = (made.history.shape[2], made.context.shape[1], made.future.shape[2])
    assert found == (len(columns.history), len(columns.context), len(columns.future))
    assert {matrix.dtype for matrix in (made.history, made.context, made.future)} == {np.dtype(np.float32)}
