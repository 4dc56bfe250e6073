"""Synthetic series, and one training job that really runs as a process."""

import dataclasses
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from geoclimate.contracts.dataset import DATASET_FILE, MANIFEST_FILE, DatasetManifest, DatasetStation
from geoclimate.features.dataset import TrainingDataset
from geoclimate.features.spec import default_spec
from geoclimate_ml.data import Split, split_by_time

REPOSITORY = Path(__file__).parents[3]
FIRST_HOUR = 400_000
SPEC = default_spec("pm25")


def make_dataset(hours: int = 1500, stations: int = 2) -> TrainingDataset:
    """Concentrations that swing daily and fall back to their mean, so that persistence can be beaten; 3% missing."""
    random = np.random.default_rng(7)
    grids = []
    for station in range(stations):
        clock = np.arange(hours)
        noise = np.zeros(hours)
        for hour in range(1, hours):
            noise[hour] = 0.8 * noise[hour - 1] + random.normal(0, 4)
        values = random.normal(0, 1, size=(hours, len(SPEC.parameters)))
        values[:, 0] = np.maximum(0, 50 + 25 * np.sin(2 * np.pi * (clock + station) / 24) + noise)
        values[random.random(values.shape) < 0.03] = np.nan
        grids.append(values.astype(np.float32))
    return TrainingDataset(
        stations=tuple(f"openaq-{number}" for number in range(stations)),
        parameters=SPEC.parameters,
        first_hours=tuple(FIRST_HOUR + 5 * number for number in range(stations)),
        grids=tuple(grids),
    )


@dataclasses.dataclass(frozen=True)
class Job:
    """A training job's folders, and how its process ended."""

    root: Path

    @property
    def channel(self) -> Path:
        return self.root / "input" / "data" / "training"

    @property
    def model(self) -> Path:
        return self.root / "model"

    @property
    def failure(self) -> Path:
        return self.root / "output" / "failure"

    def write_channel(self, dataset: TrainingDataset) -> None:
        content = dataset.to_bytes()
        manifest = DatasetManifest(
            target="pm25",
            digest=hashlib.sha256(content).hexdigest(),
            parameters=dataset.parameters,
            target_hours=dataset.target_hours,
            stations=tuple(
                DatasetStation(id=station, first_hour=grid.first_hour, hours=len(grid.values))
                for station, grid in zip(dataset.stations, dataset.hourly_grids(), strict=True)
            ),
        )
        self.channel.mkdir(parents=True)
        (self.channel / DATASET_FILE).write_bytes(content)
        (self.channel / MANIFEST_FILE).write_text(manifest.model_dump_json())

    def environment(self) -> dict[str, str]:
        return {
            "SM_CHANNEL_TRAINING": str(self.channel),
            "SM_MODEL_DIR": str(self.model),
            "SM_OUTPUT_DATA_DIR": str(self.root / "output" / "data"),
            "SM_OUTPUT_DIR": str(self.root / "output"),
            "TRAINING_JOB_NAME": "pm25-20140131",
        }

    def run(self, bundle: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, str(bundle / "train.py"), *arguments],
            env={**os.environ, **self.environment()},
            cwd=self.root,
            capture_output=True,
            text=True,
            check=False,
        )


@pytest.fixture(scope="session")
def dataset() -> TrainingDataset:
    return make_dataset()


@pytest.fixture(scope="session")
def split(dataset: TrainingDataset) -> Split:
    return split_by_time(dataset, SPEC)


@pytest.fixture(scope="session")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The training source as it is packed: all at the root, nothing of the repository beside it."""
    root = tmp_path_factory.mktemp("bundle")
    ignore = shutil.ignore_patterns("__pycache__")
    for script in ("train.py", "inference.py"):
        shutil.copy(REPOSITORY / "sagemaker" / script, root)
    shutil.copytree(REPOSITORY / "sagemaker" / "geoclimate_ml", root / "geoclimate_ml", ignore=ignore)
    shared = REPOSITORY / "shared" / "geoclimate"
    for package in ("domain", "features", "contracts"):
        shutil.copytree(shared / package, root / "geoclimate" / package, ignore=ignore)
    shutil.copy(shared / "__init__.py", root / "geoclimate")
    return root


@pytest.fixture(scope="session")
def finished(
    tmp_path_factory: pytest.TempPathFactory, bundle: Path, dataset: TrainingDataset
) -> tuple[Job, subprocess.CompletedProcess[str]]:
    """A job that trained for two epochs."""
    job = Job(tmp_path_factory.mktemp("job"))
    job.write_channel(dataset)
    return job, job.run(bundle, "--epochs", "2", "--hidden-size", "8")


@pytest.fixture(scope="session")
def model_dir(finished: tuple[Job, subprocess.CompletedProcess[str]]) -> Path:
    return finished[0].model
