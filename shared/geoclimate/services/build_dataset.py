"""Freeze the stored observations of a parameter into a training data set."""

import hashlib

import numpy as np

from geoclimate.contracts.dataset import DATASET_FILE, MANIFEST_FILE, DatasetManifest, DatasetStation
from geoclimate.contracts.workflows import DatasetRequest, DatasetResult
from geoclimate.domain.errors import InvalidInput
from geoclimate.features.dataset import TrainingDataset
from geoclimate.features.spec import default_spec
from geoclimate.services.ports import ObjectStore
from geoclimate.services.read_measurements import Measurements


def build_dataset(request: DatasetRequest, *, measurements: Measurements, objects: ObjectStore) -> DatasetResult:
    """Lay the observations of every station that measures the target on hourly grids and write them to S3.

    The same observations give the same bytes, digest and address.

    Raises:
        InvalidInput: No station has observations of the target.
    """
    dataset = _read(request.target, measurements)
    content = dataset.to_bytes()
    digest = hashlib.sha256(content).hexdigest()
    prefix = f"datasets/{request.target}/{digest}/"
    objects.put(f"{prefix}{DATASET_FILE}", content, "application/octet-stream")
    objects.put(f"{prefix}{MANIFEST_FILE}", _manifest(request.target, digest, dataset), "application/json")
    return DatasetResult(
        uri=objects.uri(prefix), digest=digest, stations=len(dataset.stations), hours=dataset.target_hours
    )


def _read(target: str, measurements: Measurements) -> TrainingDataset:
    spec = default_spec(target)
    grids = {station.id: measurements.whole_grid(station, spec) for station in measurements.measuring(target)}
    grids = {station: grid for station, grid in grids.items() if not np.isnan(grid.values[:, 0]).all()}
    if not grids:
        raise InvalidInput(f"no station has observations of {target}; drop files in the uploads bucket first")
    return TrainingDataset(
        stations=tuple(grids),
        parameters=spec.parameters,
        first_hours=tuple(grid.first_hour for grid in grids.values()),
        grids=tuple(grid.values for grid in grids.values()),
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
