"""The folders of training and evaluation jobs, as SageMaker hands them over, on a small synthetic data set."""

import hashlib
import tarfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from geoclimate.contracts.dataset import DATASET_FILE, MANIFEST_FILE, DatasetManifest, DatasetStation
from geoclimate.features.dataset import TrainingDataset
from geoclimate.features.input_spec import default_input_spec
from geoclimate.features.weather_runs import WeatherRuns
from geoclimate_ml.networks.architecture import Kind

FIRST_HOUR = 400_000
SPEC = default_input_spec("pm25")
SHORT = ("--epochs", "1", "--windows-per-epoch", "128", "--batch-size", "64")
QUICK = (
    *SHORT,
    *("--hidden-size", "8", "--context-size", "16", "--decoder-size", "8", "--step-hours", "12", "--layers", "1"),
)


def synthetic_dataset(days: int = 65) -> TrainingDataset:
    """Two stations with concentrations that swing daily and fall back to their mean; 3% missing."""
    random, hours = np.random.default_rng(7), 24 * days
    grids = []
    for station in range(2):
        noise = np.zeros(hours)
        for hour in range(1, hours):
            noise[hour] = 0.8 * noise[hour - 1] + random.normal(0, 4)
        values = random.gamma(4, 5, size=(hours, len(SPEC.parameters)))
        values[:, 0] = np.maximum(0, 50 + 25 * np.sin(2 * np.pi * (np.arange(hours) + station) / 24) + noise)
        values[random.random(values.shape) < 0.03] = np.nan
        grids.append(values.astype(np.float32))
    issued = np.arange(FIRST_HOUR, FIRST_HOUR + hours, 24, dtype=np.int64)
    said = random.gamma(4, 5, size=(len(issued), 48, len(SPEC.weather))).astype(np.float32)
    return TrainingDataset(
        stations=("openaq-0", "openaq-1"),
        parameters=SPEC.parameters,
        first_hours=(FIRST_HOUR, FIRST_HOUR + 5),
        grids=tuple(grids),
        places=((40.0, 116.4), (40.1, 116.5)),
        weather=(WeatherRuns(issued, said), WeatherRuns(issued, said)),
    )


@dataclass(frozen=True)
class Job:
    """A job's folders."""

    root: Path
    name: str = "pm25-20140131"

    @property
    def channel(self) -> Path:
        return self.root / "input" / "training"

    @property
    def model(self) -> Path:
        return self.root / "model"

    @property
    def failure(self) -> Path:
        return self.root / "output" / "failure"

    def write_channel(self, dataset: TrainingDataset) -> str:
        """Write the training channel; the data set's digest."""
        content = dataset.to_bytes()
        digest = hashlib.sha256(content).hexdigest()
        manifest = DatasetManifest(
            target="pm25",
            digest=digest,
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
        return digest

    def environment(self) -> dict[str, str]:
        return {
            "SM_CHANNEL_TRAINING": str(self.channel),
            "SM_MODEL_DIR": str(self.model),
            "SM_OUTPUT_DIR": str(self.root / "output"),
            "TRAINING_JOB_NAME": self.name,
        }


def pack(model: Path, channel: Path) -> Path:
    """What a job left, as the channel of a later one."""
    (channel / "job" / "output").mkdir(parents=True)
    with tarfile.open(channel / "job" / "output" / "model.tar.gz", "w:gz") as tar:
        for path in sorted(model.iterdir()):
            tar.add(path, path.name)
    return channel


@dataclass(frozen=True)
class Trained:
    """A data set's training channel, and the channels of the networks that were trained on it."""

    data: Job
    digest: str
    jobs: dict[Kind, Job]
    channels: dict[Kind, Path]

    def environment(self, job: Job) -> dict[str, str]:
        """Of an evaluation."""
        channels = {f"SM_CHANNEL_{kind.upper()}": str(channel) for kind, channel in self.channels.items()}
        return {**job.environment(), "SM_CHANNEL_TRAINING": str(self.data.channel), **channels}
