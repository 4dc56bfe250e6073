"""Freeze the stored observations of a parameter into a training data set."""

import hashlib

import numpy as np

from geoclimate.contracts.dataset import DATASET_FILE, MANIFEST_FILE, DatasetManifest, DatasetStation
from geoclimate.contracts.workflows import DatasetRequest, DatasetResult
from geoclimate.domain.errors import InvalidInput
from geoclimate.domain.stations import Station
from geoclimate.features.dataset import TrainingDataset
from geoclimate.features.grid import HourlyGrid, time_of
from geoclimate.features.input_spec import default_input_spec
from geoclimate.services.ports import ObjectStore, WeatherForecastStore
from geoclimate.services.read_measurements import Measurements
from geoclimate.services.read_weather_runs import read_weather_runs


def build_dataset(
    request: DatasetRequest, *, measurements: Measurements, weather: WeatherForecastStore, objects: ObjectStore
) -> DatasetResult:
    """Lay the observations of every station that measures the target on hourly grids and write them to S3.

    Beside them lie the weather forecasts for the stations' places, as they were known hour by hour. The same
    observations and forecasts give the same bytes, digest and address.

    Raises:
        InvalidInput: No station has observations of the target.
    """
    dataset = _read(request.target, measurements, weather)
    content = dataset.to_bytes()
    digest = hashlib.sha256(content).hexdigest()
    prefix = f"datasets/{request.target}/{digest}/"
    objects.put(f"{prefix}{DATASET_FILE}", content, "application/octet-stream")
    objects.put(f"{prefix}{MANIFEST_FILE}", _manifest(request.target, digest, dataset), "application/json")
    return DatasetResult(
        uri=objects.uri(prefix), digest=digest, stations=len(dataset.stations), hours=dataset.target_hours
    )


def _read(target: str, measurements: Measurements, weather: WeatherForecastStore) -> TrainingDataset:
    spec = default_input_spec(target)
    stations: list[Station] = []
    grids: list[HourlyGrid] = []
    for station in measurements.measuring(target):
        grid = measurements.whole_grid(station, spec)
        if not np.isnan(grid.values[:, 0]).all():
            stations.append(station)
            grids.append(grid)
    if not grids:
        raise InvalidInput(f"no station has observations of {target}; drop files in the uploads bucket first")
    return TrainingDataset(
        stations=tuple(station.id for station in stations),
        parameters=spec.parameters,
        first_hours=tuple(grid.first_hour for grid in grids),
        grids=tuple(grid.values for grid in grids),
        places=tuple((station.point.latitude, station.point.longitude) for station in stations),
        weather=tuple(
            read_weather_runs(
                station,
                spec.weather,
                spec.lead_hours[-1],
                (time_of(grid.first_hour), time_of(grid.end_hour)),
                weather,
            )
            for station, grid in zip(stations, grids, strict=True)
        ),
    )


def _manifest(target: str, digest: str, dataset: TrainingDataset) -> bytes:
    manifest = DatasetManifest(
        target=target,
        digest=digest,
        parameters=dataset.parameters,
        target_hours=dataset.target_hours,
        stations=tuple(
            DatasetStation(id=station, first_hour=grid.first_hour, hours=len(grid.values))
            for station, grid in zip(dataset.stations, dataset.hourly_grids(), strict=True)
        ),
    )
    return manifest.model_dump_json(indent=2).encode()
