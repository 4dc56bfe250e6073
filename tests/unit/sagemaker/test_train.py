"""`train.py` as SageMaker calls it."""

from pathlib import Path

import pytest

import train
from geoclimate.contracts.dataset import DATASET_FILE, MANIFEST_FILE
from geoclimate.contracts.model import CONTRACT_FILE
from geoclimate.features.dataset import TrainingDataset
from geoclimate_ml.member_files import MEMBER, load_member, read_contract
from geoclimate_ml.member_training import VALIDATION_FILE
from geoclimate_ml.networks.architecture import KINDS, Kind
from tests.training_jobs import QUICK, SHORT, SPEC, Job, Trained, synthetic_dataset


@pytest.mark.parametrize("kind", KINDS)
def test_a_job_leaves_a_network_its_contract_and_what_it_said_of_the_validation(trained: Trained, kind: Kind) -> None:
    directory = trained.jobs[kind].model
    names = {path.name for path in directory.iterdir()}
    assert names == {CONTRACT_FILE, VALIDATION_FILE, f"{MEMBER}.json", f"{MEMBER}.safetensors"}
    network, card = load_member(directory, MEMBER, read_contract(directory))
    assert (card.version, card.dataset_digest, card.network.kind) == (f"job-{kind}", trained.digest, kind)
    assert (card.epochs, card.hyperparameters["windows_per_epoch"]) == (1, 128)
    assert not network.training
    assert not trained.jobs[kind].failure.exists()


@pytest.fixture
def job(tmp_path: Path) -> Job:
    return Job(tmp_path)


def test_a_search_trains_the_best_of_its_trials(job: Job, capfd: pytest.CaptureFixture[str]) -> None:
    job.write_channel(synthetic_dataset())
    assert train.main([*SHORT, "--search", "2"], job.environment()) == 0
    out = capfd.readouterr().out
    assert sum(line.startswith("trial ") for line in out.splitlines()) == 2
    assert "second fit" in out
    assert (job.model / f"{MEMBER}.safetensors").exists()


def failed(job: Job, *arguments: str, **environment: str) -> str:
    """The one sentence of the failure file."""
    assert train.main(arguments, {**job.environment(), **environment}) == 1
    assert not job.model.exists()
    sentence = job.failure.read_text()
    assert "Traceback" not in sentence
    assert "\n" not in sentence
    return sentence


def test_too_little_data_is_told_with_what_is_needed(job: Job) -> None:
    job.write_channel(synthetic_dataset(days=10))
    assert "training needs at least 1000 hours of pm25, has" in failed(job)


def test_hours_at_once_that_do_not_divide_the_history_are_told(job: Job) -> None:
    job.write_channel(synthetic_dataset())
    assert "step_hours: must divide the history's 72 hours, but is 5" in failed(job, *SHORT, "--step-hours", "5")


def test_a_changed_data_set_is_refused(job: Job) -> None:
    job.write_channel(synthetic_dataset(days=2))
    path = job.channel / DATASET_FILE
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    assert "dataset.npz has the SHA-256" in failed(job)


def test_another_data_set_than_the_workflow_named_is_refused(job: Job) -> None:
    job.write_channel(synthetic_dataset(days=2))
    assert f"the workflow names {'0' * 64}" in failed(job, GEOCLIMATE_DATASET_DIGEST="0" * 64)


@pytest.mark.parametrize("name", [DATASET_FILE, MANIFEST_FILE])
def test_a_missing_file_is_named(job: Job, name: str) -> None:
    job.write_channel(synthetic_dataset(days=2))
    (job.channel / name).unlink()
    assert f"the training channel lacks {name}" in failed(job)


def test_a_manifest_that_is_none_is_refused(job: Job) -> None:
    job.write_channel(synthetic_dataset(days=2))
    (job.channel / MANIFEST_FILE).write_text("{}")
    assert train.main([], job.environment()) == 1
    assert "manifest.json is not valid" in job.failure.read_text()


def test_a_data_set_of_other_parameters_is_refused(job: Job) -> None:
    whole = synthetic_dataset(days=2)
    alone = tuple(grid[:, :1].copy() for grid in whole.grids)
    job.write_channel(TrainingDataset(whole.stations, ("pm25",), whole.first_hours, alone, whole.places))
    assert "but the features of pm25 are" in failed(job)


def test_a_data_set_of_the_first_release_is_refused(job: Job) -> None:
    whole = synthetic_dataset()
    job.write_channel(TrainingDataset(whole.stations, SPEC.parameters, whole.first_hours, whole.grids))
    assert "holds no places of its stations; make it anew" in failed(job)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--momentum", "1"), "hyperparameters: momentum is unknown"),
        (("--epochs", "many"), "hyperparameters: epochs: "),
        (("--epochs", "0"), "hyperparameters: epochs: "),
        (("--architecture", "gpt"), "hyperparameters: architecture must be one of lstm, gru, transformer"),
        (("--epochs",), "hyperparameters: '--epochs' must be --name followed by a value"),
        (("--search", "0"), "hyperparameters: --search must be followed by a number of trials, 1 to 500"),
        (("--search",), "hyperparameters: --search must be followed by a number of trials, 1 to 500"),
    ],
)
def test_a_hyperparameter_that_cannot_be_used_is_refused(job: Job, arguments: tuple[str, ...], message: str) -> None:
    assert message in failed(job, *arguments)


def test_a_search_that_begins_outside_of_what_it_tries_is_refused(job: Job) -> None:
    job.write_channel(synthetic_dataset())
    sentence = failed(job, *SHORT, "--hidden-size", "8", "--search", "2")
    assert sentence == (
        "The input is not valid: hyperparameters: a search tries hidden_size from 16 to 128, but it begins at 8"
    )


@pytest.mark.parametrize("name", ["SM_CHANNEL_TRAINING", "SM_MODEL_DIR", "TRAINING_JOB_NAME"])
def test_a_missing_variable_is_named_before_anything_is_trained(
    job: Job, name: str, capfd: pytest.CaptureFixture[str]
) -> None:
    job.write_channel(synthetic_dataset())
    environment = job.environment()
    del environment[name]
    assert train.main(QUICK, environment) == 1
    assert job.failure.read_text() == f"the environment variable '{name}' is not set; SageMaker sets it"
    assert "epoch" not in capfd.readouterr().out
