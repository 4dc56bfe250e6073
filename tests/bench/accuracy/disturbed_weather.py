"""The true later weather with a stated error, standing in for a weather forecast.

It is no forecast of any service. A run is issued every six hours for the hours to come. Its errors are the same at all
stations, as a regional forecast's nearly are, begin anew with every run, and keep from one hour to the next what
`KEPT` says; their standard deviation is the same at every lead time.
"""

from dataclasses import replace
from typing import Final

import numpy as np
import numpy.typing as npt

from geoclimate.features.causal import hold
from geoclimate.features.dataset import TrainingDataset
from geoclimate.features.input_spec import InputSpec
from geoclimate.features.weather_runs import WeatherRuns

WIND_ERROR: Final = 1.3
"""Standard deviation of each of the wind's two parts, m/s."""
TEMPERATURE_ERROR: Final = 1.5
"""Of temperature and of dew point, K."""
PRESSURE_ERROR: Final = 1.0
"""hPa."""
RAIN_ERROR: Final = 0.7
"""Of the natural logarithm of the rain's amount."""
KEPT: Final = 0.9
_EVERY_HOURS: Final = 6
_FILLED_HOURS: Final = 6
_SEED: Final = 20

Values = npt.NDArray[np.float64]


def with_disturbed_weather(dataset: TrainingDataset, spec: InputSpec) -> TrainingDataset:
    """The data set with weather runs for every station."""
    rng = np.random.default_rng(_SEED)
    first = min(dataset.first_hours)
    end = max(begin + len(grid) for begin, grid in zip(dataset.first_hours, dataset.grids, strict=True))
    horizon = spec.lead_hours[-1] + _EVERY_HOURS
    issued = np.arange(first - first % -_EVERY_HOURS, end, _EVERY_HOURS, dtype=np.int64)
    errors = {
        name: _errors(rng, (len(issued), horizon)) for name in ("u", "v", "temperature", "dewpoint", "pressure", "rain")
    }
    places = [dataset.parameters.index(code) for code in spec.weather]
    weather = tuple(
        _runs(hold(grid[:, places].astype(np.float64), _FILLED_HOURS), begin, issued, errors, spec)
        for begin, grid in zip(dataset.first_hours, dataset.grids, strict=True)
    )
    return replace(dataset, weather=weather)


def _runs(
    truth: Values, begin: int, issued: npt.NDArray[np.int64], errors: dict[str, Values], spec: InputSpec
) -> WeatherRuns:
    horizon = errors["u"].shape[1]
    rows = issued[:, None] + np.arange(horizon) - begin
    inside = (rows >= 0) & (rows < len(truth))
    later = np.where(inside[..., None], truth[np.clip(rows, 0, len(truth) - 1)], np.nan)
    column = {code: later[..., place] for place, code in enumerate(spec.weather)}
    angle = np.radians(column["wind_direction"])
    east = -column["wind_speed"] * np.sin(angle) + WIND_ERROR * errors["u"]
    north = -column["wind_speed"] * np.cos(angle) + WIND_ERROR * errors["v"]
    told = {
        "temperature": column["temperature"] + TEMPERATURE_ERROR * errors["temperature"],
        "dewpoint": column["dewpoint"] + TEMPERATURE_ERROR * errors["dewpoint"],
        "pressure": column["pressure"] + PRESSURE_ERROR * errors["pressure"],
        "wind_speed": np.hypot(east, north),
        "wind_direction": np.degrees(np.arctan2(-east, -north)) % 360.0,
        "precipitation": column["precipitation"] * np.exp(RAIN_ERROR * errors["rain"]),
    }
    return WeatherRuns(issued, np.stack([told[code] for code in spec.weather], axis=2).astype(np.float32))


def _errors(rng: np.random.Generator, shape: tuple[int, int]) -> Values:
    """Errors of unit variance [runs, hours] that keep `KEPT` of themselves from hour to hour."""
    fresh = rng.standard_normal(shape)
    errors = np.empty(shape)
    errors[:, 0] = fresh[:, 0]
    for hour in range(1, shape[1]):
        errors[:, hour] = KEPT * errors[:, hour - 1] + np.sqrt(1 - KEPT**2) * fresh[:, hour]
    return errors
