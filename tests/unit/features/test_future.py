import numpy as np
import numpy.typing as npt
import pytest

from geoclimate.features.future import coming_rows, future_at, future_columns
from geoclimate.features.input_spec import InputSpec
from geoclimate.features.region import Floats
from geoclimate.features.weather_runs import WeatherRuns, no_runs
from geoclimate.features.weather_shown import shown_weather

NAN = np.nan
SPEC = InputSpec("pm25", ("pm25",), ("temperature", "wind_speed"), history_hours=12, lead_hours=(1, 2, 24, 25, 49))


def shown(origin_row: int, weather: Floats | None = None, spec: InputSpec = SPEC) -> dict[str, Floats]:
    """The columns of one origin of a series whose row i measured i, and is the hour 1000 + i."""
    return told(np.arange(200, dtype=np.float32), origin_row, weather, spec)


def told(
    target: npt.NDArray[np.float32], origin_row: int, weather: Floats | None = None, spec: InputSpec = SPEC
) -> dict[str, Floats]:
    origin = np.array([1000 + origin_row])
    runs = no_runs(len(spec.weather)) if weather is None else WeatherRuns(origin, weather.astype(np.float32))
    known = shown_weather([runs], spec)
    coming = coming_rows(target, 1000, 30.0, spec)
    found = future_at(coming, np.array([origin_row]), known, known.rows_at(0, origin), spec)
    names = [column.name for column in future_columns(spec)]
    return {name: found[0, :, place].astype(np.float64) for place, name in enumerate(names)}


def test_the_day_before_is_the_newest_known_value_at_the_same_hour_of_the_day() -> None:
    # The hour of lead time h is row 99 + h; the newest known row is 99.
    assert shown(100)["day_before"].tolist() == [76, 77, 99, 76, 76]


def test_the_day_before_is_unknown_where_the_series_had_not_begun() -> None:
    np.testing.assert_array_equal(shown(23)["day_before"], [NAN, 0, 22, NAN, NAN])


def test_a_missing_hour_of_the_day_before_is_not_filled() -> None:
    target = np.full(60, NAN, dtype=np.float32)
    target[:36] = 5.0
    assert np.isnan(told(target, 60)["day_before"]).all()


def test_what_is_usual_at_an_hour_is_the_mean_of_what_was_known_of_two_weeks() -> None:
    target = np.arange(400, dtype=np.float32)
    target[[376, 352]] = NAN
    known = [*range(376 - 24 * 13, 376 - 24, 24)]
    # Lead times 1, 25 and 49 are the same hour of the day.
    found = told(target, 400)["usual_at_hour"]
    np.testing.assert_allclose(found[[0, 3, 4]], np.mean(known))
    np.testing.assert_allclose(found[1], np.mean([row + 1 for row in (*known, 352, 376)]))


def test_nothing_is_usual_where_nothing_was_known() -> None:
    np.testing.assert_array_equal(told(np.full(30, NAN, dtype=np.float32), 30)["usual_at_hour"], [NAN] * 5)


def test_the_calendar_is_that_of_the_hour_that_is_forecast() -> None:
    columns = shown(100)
    np.testing.assert_allclose(columns["day_sin"][0], columns["day_sin"][3], atol=1e-5)  # lead times 1 and 25
    solar = 1100 + 30.0 / 15 + 0.5
    np.testing.assert_allclose(columns["day_sin"][1], np.sin(2 * np.pi * (solar + 1) / 24), atol=1e-5)


def test_the_weather_is_that_of_the_hour_and_its_mean_so_far() -> None:
    weather = np.stack([np.arange(49.0), np.full(49, 5.0)], axis=-1)[None]
    columns = shown(100, weather)
    np.testing.assert_allclose(columns["temperature_forecast"], [0, 1, 23, 24, 48])
    np.testing.assert_allclose(columns["temperature_forecast_so_far"], [0, 0.5, 11.5, 12, 24])
    assert columns["forecast_known"].tolist() == [1.0] * 5


def test_the_mean_so_far_passes_over_hours_without_a_forecast() -> None:
    weather = np.full((1, 49, 2), NAN)
    weather[0, 1, 0] = 8.0
    columns = shown(100, weather)
    np.testing.assert_array_equal(columns["temperature_forecast"], [NAN, 8, NAN, NAN, NAN])
    np.testing.assert_array_equal(columns["temperature_forecast_so_far"], [NAN, 8, 8, 8, 8])
    assert columns["forecast_known"].tolist() == [0, 0.5, 0, 0, 0]


def test_without_a_forecast_nothing_is_said_of_the_weather() -> None:
    columns = shown(100)
    assert not columns["forecast_known"].any()
    assert all(np.isnan(values).all() for name, values in columns.items() if "_forecast" in name)


@pytest.mark.parametrize("direction", [90.0, 270.0])
def test_a_forecast_wind_is_shown_as_a_vector(direction: float) -> None:
    spec = InputSpec("pm25", ("pm25",), ("wind_speed", "wind_direction"), history_hours=12, lead_hours=(1,))
    columns = shown(50, np.array([[[4.0, direction]]]), spec)
    np.testing.assert_allclose(columns["wind_u_forecast"], [-4.0 if direction == 90.0 else 4.0], atol=1e-5)
