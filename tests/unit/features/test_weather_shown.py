"""What a model is shown of weather forecasts, against the plainest way to come to it."""

from functools import lru_cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geoclimate.features.input_spec import InputSpec
from geoclimate.features.region import Floats, to_channels
from geoclimate.features.weather_runs import WeatherRuns, no_runs
from geoclimate.features.weather_shown import ShownWeather, shown_weather, weather_columns
from tests.known_weather import known_at

NAN = np.nan
HOURS = 5
SPEC = InputSpec(
    "pm25", ("pm25",), ("temperature", "wind_speed", "wind_direction"), history_hours=12, lead_hours=(1, HOURS)
)
COLUMNS = weather_columns(SPEC)


def shown(weather: ShownWeather, place: int, *origins: int) -> Floats:
    """float64 [origins, hours, columns], of which nothing was known before."""
    future = np.full((len(origins), HOURS, 2 + len(COLUMNS)), NAN, dtype=np.float32)
    future[:, :, -1] = 0.0
    weather.write(weather.rows_at(place, np.array(origins, dtype=np.int64)), future)
    assert np.isnan(future[:, :, :2]).all()
    return future[:, :, 2:].astype(np.float64)


def plainly(runs: WeatherRuns, origin: int) -> Floats:
    """The same, hour by hour."""
    said = to_channels(known_at(runs, np.array([origin]), HOURS)[0].astype(np.float64), SPEC.weather)
    rows = []
    for hour in range(HOURS):
        so_far = [
            np.mean(values[~np.isnan(values)]) if not np.isnan(values).all() else NAN for values in said[: hour + 1].T
        ]
        rows.append([*said[hour], *so_far, np.mean(~np.isnan(said[hour]))])
    return np.array(rows)


@lru_cache(maxsize=1)
def stations() -> tuple[WeatherRuns, ...]:
    """One whole forecast, one with holes, one that never tells the temperature, none."""
    random = np.random.default_rng(2)
    issued = np.array([100, 103, 104, 110, 130], dtype=np.int64)
    values = random.normal(8, 3, size=(3, len(issued), 9, 3)).astype(np.float32)
    values[1][random.random(values[1].shape) < 0.3] = NAN
    values[2, :, :, 0] = NAN
    return (*(WeatherRuns(issued, each) for each in values), no_runs(3))


@settings(deadline=None)
@given(st.integers(0, 3), st.lists(st.integers(95, 145), min_size=1, max_size=6))
def test_every_origin_is_shown_the_newest_run_and_its_means_so_far(place: int, origins: list[int]) -> None:
    found = shown(shown_weather(stations(), SPEC), place, *origins)
    expected = np.stack([plainly(stations()[place], origin) for origin in origins])
    np.testing.assert_allclose(found, expected, rtol=1e-6, atol=1e-6)


@settings(deadline=None)
@given(st.integers(0, 3), st.integers(95, 145), st.lists(st.integers(95, 145), max_size=4))
def test_what_is_shown_depends_neither_on_other_origins_nor_on_other_places(
    place: int, origin: int, others: list[int]
) -> None:
    among_others = shown(shown_weather(stations(), SPEC), place, *others, origin)[-1]
    alone = shown(shown_weather(stations()[place : place + 1], SPEC), 0, origin)[0]
    assert among_others.tobytes() == alone.tobytes()


@pytest.mark.parametrize("origin", [103, 104, 112])
def test_earlier_and_later_runs_change_nothing(origin: int) -> None:
    runs = stations()[1]
    run = int(runs.newest_at(np.array([origin]))[0][0])
    only = WeatherRuns(runs.issue_hours[run : run + 1], runs.values[run : run + 1])
    everything, alone = (shown(shown_weather([each], SPEC), 0, origin) for each in (runs, only))
    assert everything.tobytes() == alone.tobytes()


def test_a_channel_that_is_never_forecast_is_missing_and_the_others_have_their_means() -> None:
    found = dict(zip(COLUMNS, shown(shown_weather(stations(), SPEC), 2, 100)[0].T, strict=True))
    assert np.isnan(found["temperature_forecast_so_far"]).all()
    assert not np.isnan(found["wind_speed_forecast_so_far"]).any()
    np.testing.assert_allclose(found["forecast_known"], 3 / 4)


def test_before_the_first_run_and_after_its_end_nothing_is_known() -> None:
    found = shown(shown_weather(stations(), SPEC), 0, 99, 119, 139)
    assert np.isnan(found[:, :, :-1]).all()
    assert not found[:, :, -1].any()
