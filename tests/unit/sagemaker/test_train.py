"""`train.py` as SageMaker runs it."""

import subprocess
from pathlib import Path

import pytest
from pydantic import TypeAdapter

import train
from geoclimate.contracts.dataset import DATASET_FILE, MANIFEST_FILE
from geoclimate.contracts.model import CARD_FILE, CONTRACT_FILE, EVALUATION_FILE, ModelContract
from geoclimate.domain.errors import InvalidInput
from geoclimate.domain.models import Evaluation
from geoclimate.features.dataset import TrainingDataset
from geoclimate_ml.artifact import ModelCard
from geoclimate_ml.training import Hyperparameters

from .conftest import Job, make_dataset

Finished = tuple[Job, subprocess.CompletedProcess[str]]


def test_a_job_ends_well_and_prints_its_progress_and_metrics(finished: Finished) -> None:
    job, done = finished
    assert done.returncode == 0, done.stderr
    assert not job.failure.exists()
    lines = done.stdout.splitlines()
    assert [line.split()[0] for line in lines[1:3]] == ["epoch=1", "epoch=2"]
    assert lines[-1].startswith("mae=")
    assert " persistence_mae=" in lines[-1]


def test_the_model_says_where_it_comes_from_and_how_it_did(finished: Finished) -> None:
    job, done = finished
    evaluation = TypeAdapter(Evaluation).validate_json((job.model / EVALUATION_FILE).read_bytes())
    card = ModelCard.model_validate_json((job.model / CARD_FILE).read_bytes())
    contract = ModelContract.model_validate_json((job.model / CONTRACT_FILE).read_bytes())
    assert f"mae={evaluation.mae:.4f} persistence_mae={evaluation.persistence_mae:.4f}" in done.stdout
    assert card.version == "pm25-20140131"
    assert card.dataset_digest in (job.channel / MANIFEST_FILE).read_text()
    assert (contract.target, contract.levels) == ("pm25", (0.1, 0.5, 0.9))
    assert (job.root / "output" / "data" / EVALUATION_FILE).read_bytes() == (job.model / EVALUATION_FILE).read_bytes()


@pytest.fixture
def job(tmp_path: Path) -> Job:
    return Job(tmp_path)


def test_too_little_data_is_said_in_the_failure_file(job: Job, bundle: Path) -> None:
    job.write_channel(make_dataset(hours=100))
    done = job.run(bundle)
    assert done.returncode == 1
    assert "training needs at least 1000 hours of pm25, has" in job.failure.read_text()
    assert "Traceback" not in done.stderr
    assert not job.model.exists()


def failed(job: Job, *arguments: str, **environment: str) -> str:
    assert train.main(arguments, {**job.environment(), **environment}) == 1
    return job.failure.read_text()


def test_a_changed_data_set_is_refused(job: Job, dataset: TrainingDataset) -> None:
    job.write_channel(dataset)
    path = job.channel / DATASET_FILE
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    assert "dataset.npz has the SHA-256" in failed(job)


def test_another_data_set_than_the_workflow_named_is_refused(job: Job, dataset: TrainingDataset) -> None:
    job.write_channel(dataset)
    assert f"the workflow names {'0' * 64}" in failed(job, GEOCLIMATE_DATASET_DIGEST="0" * 64)


@pytest.mark.parametrize("name", [DATASET_FILE, MANIFEST_FILE])
def test_a_missing_file_is_named(job: Job, dataset: TrainingDataset, name: str) -> None:
    job.write_channel(dataset)
    (job.channel / name).unlink()
    assert f"the training channel lacks {name}" in failed(job)


def test_a_manifest_that_is_none_is_refused(job: Job, dataset: TrainingDataset) -> None:
    job.write_channel(dataset)
    (job.channel / MANIFEST_FILE).write_text("{}")
    assert "manifest.json is not valid" in failed(job)


def test_a_data_set_of_other_parameters_is_refused(job: Job) -> None:
    pm = make_dataset()
    job.write_channel(
        TrainingDataset(pm.stations, ("pm25",), pm.first_hours, tuple(grid[:, :1].copy() for grid in pm.grids))
    )
    assert "but the features of pm25 are" in failed(job)


def test_an_unknown_hyperparameter_is_refused(job: Job) -> None:
    assert "unrecognized arguments: --momentum 1" in failed(job, "--momentum", "1")


def test_a_missing_variable_is_named(job: Job, dataset: TrainingDataset) -> None:
    environment = job.environment()
    del environment["SM_MODEL_DIR"]
    job.write_channel(dataset)
    assert train.main([], environment) == 1
    assert "'SM_MODEL_DIR' is not set" in job.failure.read_text()


def test_hyperparameters_are_typed_and_have_defaults() -> None:
    assert train.read_hyperparameters([]) == Hyperparameters()
    given = train.read_hyperparameters(["--hidden-size", "128", "--max-seconds", "7200"])
    assert (given.hidden_size, given.max_seconds) == (128, 7200.0)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [(["--epochs", "many"], "invalid int value: 'many'"), (["--epochs", "0"], "epochs must be above 0, but is 0")],
)
def test_a_hyperparameter_that_cannot_be_used_is_refused(arguments: list[str], message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        train.read_hyperparameters(arguments)
