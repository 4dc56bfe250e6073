"""A small mixture of two networks and boosted trees, and three networks as training jobs leave them."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch

import train
from geoclimate.features.conformal import ConformalState, initial_state
from geoclimate_ml.baseline_forecasts import boosted
from geoclimate_ml.baselines.boosting import BoostingSettings
from geoclimate_ml.boosting_columns import mixture_columns
from geoclimate_ml.fitting.fit import new_network
from geoclimate_ml.fitting.hyperparameters import to_hyperparameters
from geoclimate_ml.forecast_model import BOOSTING, ForecastModel
from geoclimate_ml.member_files import MemberCard
from geoclimate_ml.model_files import ModelCard
from geoclimate_ml.networks.architecture import KINDS as ALL_KINDS
from geoclimate_ml.networks.architecture import Kind
from geoclimate_ml.networks.forecaster import Forecaster
from geoclimate_ml.networks.input_scaling import contract_of
from geoclimate_ml.samples import Samples
from geoclimate_ml.training_job import DIGEST_VARIABLE
from tests.made_samples import LEVELS, made, small_spec
from tests.training_jobs import QUICK, Job, Trained, pack, synthetic_dataset

LEADS = 6
KINDS: tuple[Kind, ...] = ("lstm", "transformer")
SIZES = {"hidden_size": 8, "context_size": 16, "decoder_size": 8, "step_hours": 6}


@pytest.fixture(scope="session", autouse=True)
def one_thread() -> Iterator[None]:
    """Networks this small gain nothing from a second one."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture(scope="session")
def samples() -> Samples:
    return made(small_spec(LEADS, history_hours=24), hours=400, stations=2).samples


def network_of(kind: Kind, samples: Samples) -> Forecaster:
    contract = contract_of(samples.archive.spec, LEVELS)
    return new_network(contract, to_hyperparameters({"architecture": kind, **SIZES}), samples).eval()


@pytest.fixture(scope="session")
def model(samples: Samples) -> ForecastModel:
    networks = {kind: network_of(kind, samples) for kind in KINDS}
    contract = networks["lstm"].contract
    settings = BoostingSettings(rounds=3, leaves=4, least_rows=20)
    weights = {"lstm": np.linspace(0.2, 0.5, LEADS), "transformer": np.full(LEADS, 1 / 3)}
    begun = initial_state(LEVELS, contract.lead_hours)
    factors = {group: 1.25 * values for group, values in begun.factors.items()}
    return ForecastModel(
        version="mixture-1",
        contract=contract,
        networks=networks,
        boosting=boosted(samples, mixture_columns(contract), LEVELS, settings),
        weights={**weights, BOOSTING: 1 - weights["lstm"] - weights["transformer"]},
        calibration=ConformalState(LEVELS, contract.lead_hours, begun.step, 0.0, factors),
    )


@pytest.fixture(scope="session")
def card(model: ForecastModel) -> ModelCard:
    networks = {
        kind: MemberCard(
            version=f"job-{kind}",
            network=network.architecture,
            dataset_digest="d" * 64,
            hyperparameters={"architecture": kind, "epochs": 3},
            epochs=2,
            validation_loss=1.5,
        )
        for kind, network in model.networks.items()
    }
    return ModelCard(
        version=model.version,
        target="pm25",
        dataset_digest="d" * 64,
        code_digest=None,
        networks=networks,
        parity={"int8_mean": 0.25},
    )


@pytest.fixture(scope="session")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Trained:
    """One network of each kind, trained for an epoch by `train.py`."""
    root = tmp_path_factory.mktemp("trained")
    data = Job(root)
    digest = data.write_channel(synthetic_dataset())
    jobs: dict[Kind, Job] = {}
    channels: dict[Kind, Path] = {}
    for kind in ALL_KINDS:
        jobs[kind] = Job(root / kind, f"job-{kind}")
        environment = {**jobs[kind].environment(), "SM_CHANNEL_TRAINING": str(data.channel), DIGEST_VARIABLE: digest}
        assert train.main(["--architecture", kind, *QUICK], environment) == 0
        channels[kind] = pack(jobs[kind].model, root / "channels" / kind)
    return Trained(data, digest, jobs, channels)
