"""Synthetic stations near one another, with weather forecasts, as what networks train on."""

from dataclasses import dataclass

import numpy as np

from geoclimate.features.grid import HourlyGrid
from geoclimate.features.input_spec import InputSpec
from geoclimate.features.inputs import StationSeries, station_series
from geoclimate.features.region import to_region
from geoclimate.features.weather_runs import WeatherRuns
from geoclimate_ml.samples import Samples, all_samples, to_archive

FIRST_HOUR = 400_000
LEVELS = (0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95)
PARAMETERS = ("pm25", "no2", "temperature", "pressure", "wind_speed", "wind_direction")
WEATHER = ("temperature", "wind_speed", "wind_direction")


def small_spec(leads: int = 24, history_hours: int = 72) -> InputSpec:
    """What the networks of the tests are shown."""
    return InputSpec("pm25", PARAMETERS, WEATHER, history_hours=history_hours, lead_hours=tuple(range(1, leads + 1)))


@dataclass(frozen=True)
class Made:
    """Stations as they are trained on, and as they are served."""

    spec: InputSpec
    series: tuple[StationSeries, ...]
    weather: tuple[WeatherRuns, ...]
    samples: Samples


def made(spec: InputSpec | None = None, hours: int = 1200, stations: int = 3) -> Made:
    """Concentrations that swing daily and fall back to their mean, so that persistence can be beaten; 3% missing."""
    spec = spec or small_spec()
    random = np.random.default_rng(7)
    grids = []
    for station in range(stations):
        clock = np.arange(hours)
        noise = np.zeros(hours)
        for hour in range(1, hours):
            noise[hour] = 0.8 * noise[hour - 1] + random.normal(0, 4)
        values = random.normal(5, 1, size=(hours, len(spec.parameters)))
        values[:, 0] = np.maximum(0, 50 + 25 * np.sin(2 * np.pi * (clock + station) / 24) + noise)
        values[random.random(values.shape) < 0.03] = np.nan
        grids.append(HourlyGrid(FIRST_HOUR + 5 * station, values.astype(np.float32)))
    names = tuple(f"openaq-{number}" for number in range(stations))
    region = to_region(names, [(40 + 0.1 * number, 116.0) for number in range(stations)], grids, spec)
    series = tuple(station_series(region, position, spec) for position in range(stations))
    issued = np.arange(FIRST_HOUR, FIRST_HOUR + hours, 12, dtype=np.int64)
    runs = random.normal(5, 1, size=(len(issued), spec.lead_hours[-1] + 12, len(spec.weather))).astype(np.float32)
    weather = tuple(WeatherRuns(issued, runs) for _ in range(stations))
    usable = [
        np.arange(each.first_hour + spec.history_hours, each.end_hour - spec.lead_hours[-1], dtype=np.int64)
        for each in series
    ]
    return Made(spec, series, weather, all_samples(to_archive(series, weather, spec), usable))


def parts(samples: Samples) -> tuple[Samples, Samples]:
    """The older four fifths to train on and the newest fifth to validate on."""
    border = int(np.quantile(samples.issue_hours, 0.8))
    last = int(samples.issue_hours.max()) + 1
    return samples.between(0, border), samples.between(border + 24, last)
