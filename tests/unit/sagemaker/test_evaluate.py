"""`evaluate.py` as SageMaker calls it."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from pydantic import TypeAdapter

import evaluate
from geoclimate.contracts import model as names
from geoclimate.domain.models import Evaluation
from geoclimate.features import climatology
from geoclimate.features.conformal import initial_state
from geoclimate_ml import evaluate_model, mixture_trees
from geoclimate_ml.baselines.boosting import BoostingSettings
from geoclimate_ml.forecast_model import BOOSTING, ForecastModel
from geoclimate_ml.member_files import MEMBER, load_member, read_contract
from geoclimate_ml.model_files import ModelCard, load_model, save_model
from geoclimate_ml.networks.architecture import KINDS
from tests.training_jobs import Job, Trained, pack

VERSION = "pm25-20130101"


@pytest.fixture(scope="module", autouse=True)
def few_trees() -> Iterator[None]:
    """A hundredth of the trees: this is not about how good they are."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(mixture_trees, "SETTINGS", BoostingSettings(rounds=3))
        patch.setattr(evaluate_model, "PEER_SETTINGS", BoostingSettings(rounds=3))
        yield


def write_production(trained: Trained, directory: Path) -> None:
    """An LSTM alone, as the model in production."""
    member = trained.jobs["lstm"].model
    contract = read_contract(member)
    network, card = load_member(member, MEMBER, contract)
    begun = initial_state(contract.levels, contract.lead_hours)
    shares = {"lstm": np.ones(len(contract.lead_hours))}
    model = ForecastModel(VERSION, contract, {"lstm": network}, None, shares, begun)
    about = ModelCard(
        version=VERSION,
        target="pm25",
        dataset_digest=trained.digest,
        code_digest=None,
        networks={"lstm": card},
        parity={},
    )
    save_model(directory, model, about)


@dataclass(frozen=True)
class Evaluated:
    """A job that ended well."""

    job: Job
    evaluation: Evaluation


def evaluated(trained: Trained, root: Path, production: Path) -> Evaluated:
    job = Job(root, "pm25-20140131")
    environment = {
        **trained.environment(job),
        "SM_CHANNEL_PRODUCTION": str(pack(production, root / "production")),
        "GEOCLIMATE_PRODUCTION_VERSION": VERSION,
        "GEOCLIMATE_DATASET_DIGEST": trained.digest,
        "GEOCLIMATE_CODE_DIGEST": "c" * 64,
    }
    assert evaluate.main([], environment) == 0, job.failure.read_text()
    content = (job.model / names.EVALUATION_FILE).read_bytes()
    return Evaluated(job, TypeAdapter(Evaluation).validate_json(content))


@pytest.fixture(scope="module")
def finished(trained: Trained, tmp_path_factory: pytest.TempPathFactory) -> Evaluated:
    root = tmp_path_factory.mktemp("evaluated")
    write_production(trained, root / "standing")
    return evaluated(trained, root, root / "standing")


def test_every_file_of_a_model_is_there(finished: Evaluated) -> None:
    found = {path.relative_to(finished.job.model).as_posix() for path in finished.job.model.rglob("*")}
    expected = {
        *(names.CONTRACT_FILE, names.EVALUATION_FILE, names.CARD_FILE, names.CARD_TEXT_FILE),
        *(names.LIGHT_MODEL_FILE, names.CLIMATOLOGY_FILE, "mixture.safetensors", "calibration.safetensors"),
        *(f"members/{kind}.safetensors" for kind in KINDS),
        *("boosting/boosting-0.5.txt", "code/inference.py", "code/requirements.txt"),
        *("code/geoclimate/features/inputs.py", "code/geoclimate_ml/forecast_model.py"),
    }
    assert expected <= found
    assert not finished.job.failure.exists()


def test_the_model_can_be_loaded_and_says_where_it_comes_from(finished: Evaluated, trained: Trained) -> None:
    model, card = load_model(finished.job.model)
    assert (model.version, card.target, card.dataset_digest) == ("pm25-20140131", "pm25", trained.digest)
    assert card.code_digest == "c" * 64
    assert {kind: member.version for kind, member in card.networks.items()} == {kind: f"job-{kind}" for kind in KINDS}
    assert set(model.weights) == {*KINDS, BOOSTING}
    assert card.parity


def test_the_evaluation_scores_members_baselines_and_the_model_in_production(finished: Evaluated) -> None:
    evaluation = finished.evaluation
    assert set(evaluation.members) == set(KINDS)
    assert set(evaluation.baselines) == {"persistence", "seasonal_naive", "climatology", "boosting"}
    assert len(evaluation.mae_by_lead) == 24
    assert evaluation.crps is not None
    assert 0 < evaluation.crps < evaluation.mae
    assert evaluation.production_version == VERSION
    assert evaluation.production_unscored is None
    # It is the LSTM, but for its calibration.
    assert evaluation.production_crps == pytest.approx(evaluation.members["lstm"].crps, rel=0.2)
    assert evaluation.production_crps_by_group is not None
    assert evaluation.production_crps_by_group.keys() == evaluation.crps_by_group.keys()


def test_the_climatology_can_be_read(finished: Evaluated) -> None:
    usual = climatology.from_bytes((finished.job.model / names.CLIMATOLOGY_FILE).read_bytes())
    assert usual.target == "pm25"


def test_the_card_says_what_the_light_model_s_interval_covers(finished: Evaluated) -> None:
    card = (finished.job.model / names.CARD_TEXT_FILE).read_text(encoding="utf-8")
    assert re.search(r"light model \| lstm in int8; its 80% interval covered [0-9.]+% of the test part", card)


def test_a_model_in_production_that_was_built_for_other_inputs_is_told_as_unscored(
    trained: Trained, tmp_path: Path
) -> None:
    standing = tmp_path / "standing"
    write_production(trained, standing)
    contract = json.loads((standing / names.CONTRACT_FILE).read_text())
    contract["context_columns"] = contract["context_columns"][:-3]
    (standing / names.CONTRACT_FILE).write_text(json.dumps(contract))
    evaluation = evaluated(trained, tmp_path, standing).evaluation
    assert evaluation.production_version == VERSION
    assert evaluation.production_crps is None
    assert evaluation.production_unscored is not None
    assert "built for other columns than this code makes" in evaluation.production_unscored


@pytest.fixture
def job(tmp_path: Path) -> Job:
    return Job(tmp_path)


def failed(job: Job, environment: dict[str, str], *arguments: str) -> str:
    """The one sentence of the failure file."""
    assert evaluate.main(arguments, environment) == 1
    assert not job.model.exists()
    sentence = job.failure.read_text()
    assert "Traceback" not in sentence
    assert "\n" not in sentence
    return sentence


def test_a_network_of_another_kind_than_its_channel_is_refused(trained: Trained, job: Job) -> None:
    environment = {**trained.environment(job), "SM_CHANNEL_GRU": str(trained.channels["lstm"])}
    assert "the channel gru holds a lstm trained on the data set" in failed(job, environment)


def test_a_channel_without_an_archive_is_refused(trained: Trained, job: Job, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    environment = {**trained.environment(job), "SM_CHANNEL_LSTM": str(tmp_path / "empty")}
    assert "holds 0 files model.tar.gz, not one" in failed(job, environment)


def test_a_channel_that_is_not_there_is_named(trained: Trained, job: Job) -> None:
    environment = trained.environment(job)
    del environment["SM_CHANNEL_TRANSFORMER"]
    assert failed(job, environment) == "the environment variable 'SM_CHANNEL_TRANSFORMER' is not set; SageMaker sets it"


def test_another_data_set_than_the_workflow_named_is_refused(trained: Trained, job: Job) -> None:
    environment = {**trained.environment(job), "GEOCLIMATE_DATASET_DIGEST": "0" * 64}
    assert f"the workflow names {'0' * 64}" in failed(job, environment)


def test_hyperparameters_are_refused(trained: Trained, job: Job) -> None:
    assert "takes no hyperparameters, but was given --epochs 3" in failed(
        job, trained.environment(job), "--epochs", "3"
    )
