"""What was known of the weather to come at a station, and from when."""

import datetime as dt
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geoclimate.domain.stations import Station
from geoclimate.domain.weather_forecasts import ForecastPlace, RunEdition, WeatherRun, at_point, at_station
from geoclimate.features.weather_runs import WeatherRuns
from geoclimate.services.read_weather_runs import (
    LONGEST_WAIT_HOURS,
    OLDEST_RUN_HOURS,
    forecast_place,
    read_weather_runs,
)
from tests.ingest_fakes import Trouble, WeatherInMemory
from tests.known_weather import known_at

DAY = dt.datetime(2014, 1, 31, tzinfo=dt.UTC)
DAY_HOUR = int(DAY.timestamp()) // 3600
STATION = Station("openaq-501001", "Aotizhongxin", 39.982, 116.397, "openaq", (), DAY)
OWN = at_station(STATION.id)
NEAR, NEARER, FAR = at_point(40.25, 116.25), at_point(40.0, 116.5), at_point(41.0, 116.5)


def at(hour: float) -> dt.datetime:
    return DAY + dt.timedelta(hours=hour)


def run(
    issued: float,
    known: float,
    values: dict[int, float],
    *,
    parameter: str = "temperature",
    place: ForecastPlace = OWN,
    uploaded: float | None = None,
) -> WeatherRun:
    """A run with one edition, by hours after midnight; `values` are by the hour of the day that they are for."""
    first = int(issued // 1)
    cells = {parameter: {hour - first: value for hour, value in values.items()}}
    digest = f"{issued} {known} {sorted(values.items())} {parameter}"
    return WeatherRun(
        place, at(issued), (RunEdition(at(known), at(known if uploaded is None else uploaded), digest, cells),)
    )


def store(*runs: WeatherRun) -> WeatherInMemory:
    found = WeatherInMemory(Trouble())
    found.merge(runs)
    return found


def read(
    runs: WeatherInMemory,
    span: tuple[float, float],
    hours: int = 4,
    parameters: Sequence[str] = ("temperature",),
) -> WeatherRuns:
    return read_weather_runs(STATION, parameters, hours, (at(span[0]), at(span[1])), runs)


def as_listed(found: WeatherRuns) -> dict[int, list[list[float | None]]]:
    """The states by hour of the day, each column's first four values, None where there is none."""
    return {
        int(hour) - DAY_HOUR: [
            [None if np.isnan(value) else float(value) for value in column] for column in state[:4].T
        ]
        for hour, state in zip(found.issue_hours, found.values, strict=True)
    }


def test_of_two_runs_that_were_issued_in_one_hour_the_later_one_counts() -> None:
    runs = store(run(0, 0.7, dict.fromkeys(range(48), 1.0)), run(0.5, 0.8, dict.fromkeys(range(1, 48), 2.0)))
    assert as_listed(read(runs, (0, 24))) == {1: [[2.0, 2.0, 2.0, 2.0]]}


def test_a_run_is_seen_from_the_hour_at_which_it_was_known() -> None:
    found = read(store(run(0, 5.3, {hour: hour + 0.5 for hour in range(48)})), (0, 24))
    assert as_listed(found) == {6: [[6.5, 7.5, 8.5, 9.5]]}
    assert found.issue_hours.dtype == np.int64
    assert found.values.dtype == np.float32


def test_a_run_that_is_known_on_the_hour_is_seen_in_that_hour() -> None:
    assert list(as_listed(read(store(run(0, 5, {5: 1.0})), (0, 24)))) == [5]


def test_what_is_not_given_is_masked_and_parameters_come_in_the_order_that_is_asked_for() -> None:
    runs = store(run(0, 5, {6: 1.0, 8: 2.0}), run(0, 5, {5: 9.0}, parameter="wind_speed"))
    found = read(runs, (0, 24), parameters=("wind_speed", "pressure", "temperature"))
    assert as_listed(found) == {5: [[9.0, None, None, None], [None] * 4, [None, 1.0, None, 2.0]]}


def test_a_state_reaches_as_far_as_is_wanted_until_the_next_run_comes() -> None:
    found = read(store(run(0, 5, {hour: float(hour) for hour in range(240)})), (0, 100), hours=6)
    origins = np.asarray([DAY_HOUR + 5, DAY_HOUR + 5 + LONGEST_WAIT_HOURS])
    assert known_at(found, origins, 6)[:, :, 0].tolist() == [
        [5.0, 6.0, 7.0, 8.0, 9.0, 10.0],
        [29.0, 30.0, 31.0, 32.0, 33.0, 34.0],
    ]


def test_a_correction_makes_a_further_state() -> None:
    first, corrected = run(0, 5, dict.fromkeys(range(24), 1.0)), run(0, 9, {10: 7.0})
    assert as_listed(read(store(first, corrected), (0, 24))) == {5: [[1.0] * 4], 9: [[1.0, 7.0, 1.0, 1.0]]}


def test_the_newest_run_counts_and_hides_nothing_that_it_does_not_say() -> None:
    long, short = run(0, 5, dict.fromkeys(range(48), 1.0)), run(6, 11, {11: 2.0, 12: 2.0})
    wind = run(0, 5, {11: 3.0}, parameter="wind_speed")
    found = read(store(long, short, wind), (11, 11), parameters=("temperature", "wind_speed"))
    assert as_listed(found)[11] == [[2.0, 2.0, 1.0, 1.0], [3.0, None, None, None]]


def test_an_older_run_that_comes_late_does_not_replace_a_newer_one() -> None:
    newer, older = run(6, 11, {12: 2.0}), run(0, 12, {12: 1.0, 13: 1.0})
    assert as_listed(read(store(newer, older), (12, 12)))[12] == [[2.0, 1.0, None, None]]


def test_a_run_that_is_too_old_says_nothing() -> None:
    stale = run(0, 5, dict.fromkeys(range(240), 1.0))
    fresh = run(OLDEST_RUN_HOURS + 1, OLDEST_RUN_HOURS + 1, {OLDEST_RUN_HOURS + 1: 2.0})
    found = as_listed(read(store(stale, fresh), (0, 100)))
    assert found[OLDEST_RUN_HOURS + 1] == [[2.0, None, None, None]]


def test_an_archive_that_states_nothing_is_not_seen_in_its_past() -> None:
    archive = run(0, 24 * 365, dict.fromkeys(range(48), 1.0))
    assert as_listed(read(store(archive), (0, 48))) == {}


@given(
    st.lists(
        st.builds(
            lambda issued, delay, values: run(
                issued, issued + delay, {issued + hour: value for hour, value in values.items()}
            ),
            st.integers(-60, 60),
            st.integers(0, 30),
            st.dictionaries(st.integers(0, 40), st.sampled_from([1.0, 2.0, 3.0]), min_size=1, max_size=8),
        ),
        max_size=8,
    ),
    st.integers(-20, 60),
    st.integers(0, 40),
)
def test_a_forecast_sees_what_training_saw(runs: list[WeatherRun], now: int, before: int) -> None:
    """Asked for one instant or for a long span, what was known at the instant is the same."""
    weather = store(*runs)
    origin = np.asarray([DAY_HOUR + now])
    alone = known_at(read(weather, (now, now), hours=12), origin, 6)
    among_others = known_at(read(weather, (now - before, now + 20), hours=12), origin, 6)
    assert np.array_equal(alone, among_others, equal_nan=True)


@given(st.lists(st.tuples(st.integers(0, 10), st.integers(0, 10)), min_size=1, max_size=6), st.integers(0, 20))
def test_nothing_is_seen_before_it_was_known(runs: list[tuple[int, int]], now: int) -> None:
    """Each value is the hour at which it was known, so a value that is seen too early shows itself."""
    weather = store(
        *(
            run(issued, issued + delay, {hour: float(issued + delay) for hour in range(issued, issued + 40)})
            for issued, delay in runs
        )
    )
    seen = known_at(read(weather, (0, 40), hours=40), np.asarray([DAY_HOUR + now]), 5)
    assert not (seen[~np.isnan(seen)] > now).any()


def test_a_station_s_own_forecasts_come_before_those_of_the_grid() -> None:
    values = dict.fromkeys(range(24), 1.0)
    grid = [run(0, 5, values, place=place) for place in (NEAR, NEARER, FAR)]
    assert forecast_place(STATION, store(*grid, run(0, 5, values))) == OWN
    assert forecast_place(STATION, store(*grid)) == NEARER


@pytest.mark.parametrize(
    "runs", [(), (run(0, 5, {6: 1.0}, place=FAR),), (run(0, 5, {6: 1.0}, place=at_station("a-1")),)]
)
def test_without_a_grid_point_near_there_is_no_state(runs: tuple[WeatherRun, ...]) -> None:
    assert forecast_place(STATION, store(*runs)) is None
    found = read(store(*runs), (0, 24), parameters=("temperature", "wind_speed"))
    assert (len(found.issue_hours), found.values.shape) == (0, (0, 0, 2))


def test_grid_points_are_found_across_the_antimeridian() -> None:
    suva = Station("openaq-9", "Suva", -18.1, 179.95, "openaq", (), DAY)
    place = at_point(-18.0, -179.95)
    assert forecast_place(suva, store(run(0, 5, {6: 1.0}, place=place))) == place
