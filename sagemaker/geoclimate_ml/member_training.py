"""One training job: a network is fitted twice, first to learn how long, then on everything before the test.

The first fit is stopped by the validation part and says what it makes of it: from that, the evaluation learns the
weights of the mixture and where the calibration begins. The second takes as many epochs on training and validation
together. An eighth of the data is worth it: on the Beijing data holding it back costs 1 to 2% of the error.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from geoclimate.contracts.model import QUANTILE_LEVELS
from geoclimate.domain.errors import IntegrityError
from geoclimate.features.tensor_file import read_tensors, write_tensors
from geoclimate_ml.fitting.checkpoints import Checkpoints
from geoclimate_ml.fitting.distributed import World
from geoclimate_ml.fitting.fit import fit, new_network
from geoclimate_ml.fitting.hyperparameters import Hyperparameters
from geoclimate_ml.fitting.progress import Epoch
from geoclimate_ml.member_files import MEMBER, MemberCard, save_member, write_contract
from geoclimate_ml.networks.forecaster import Forecaster
from geoclimate_ml.networks.input_scaling import contract_of
from geoclimate_ml.predictions import Floats, network_predicts, predict_samples
from geoclimate_ml.samples import Samples
from geoclimate_ml.split import Split

VALIDATION_FILE: Final = "validation.safetensors"
VALIDATION_EVERY_HOURS: Final = 5
"""Prime to 24, so that every hour of the day takes its turn as an issue time."""


@dataclass(frozen=True, slots=True, eq=False)
class TrainedMember:
    """What a training job gives.

    Attributes:
        network: Fitted on everything before the test.
        epochs: Epochs that it took.
        validation_loss: Of the first fit, in the target's unit.
        validation: Quantiles of the first fit at the issue times of `validation_samples`.
    """

    network: Forecaster
    epochs: int
    validation_loss: float
    validation: Floats


@dataclass(frozen=True, slots=True)
class Places:
    """Where a training keeps its state; None keeps none."""

    first: Checkpoints | None = None
    second: Checkpoints | None = None


def validation_samples(split: Split) -> Samples:
    """The issue times at which members are compared."""
    return split.validation.thinned(VALIDATION_EVERY_HOURS)


def train_member(
    split: Split,
    hyperparameters: Hyperparameters,
    report: Callable[[str, Epoch], None],
    world: World,
    places: Places | None = None,
) -> TrainedMember:
    """Fit a network twice.

    Args:
        split: The time line; the test is not touched.
        hyperparameters: How.
        report: Called after every epoch with the name of the fit.
        world: This process among those that train.
        places: Where checkpoints are kept.

    Raises:
        IntegrityError: The loss stopped being a number.
    """
    contract = contract_of(split.training.archive.spec, QUANTILE_LEVELS)
    places = places or Places()
    first = new_network(contract, hyperparameters, split.training)
    fitted = fit(
        first,
        split.training,
        split.validation,
        hyperparameters,
        report=lambda epoch: report("first", epoch),
        world=world,
        checkpoints=places.first,
    )
    said = predict_samples(network_predicts(first), validation_samples(split))
    second = new_network(contract, hyperparameters, split.before_test)
    as_long = hyperparameters.with_values({"epochs": fitted.epoch, "patience": fitted.epoch + 1})
    fit(
        second,
        split.before_test,
        split.validation,
        as_long,
        report=lambda epoch: report("second", epoch),
        world=world,
        checkpoints=places.second,
    )
    return TrainedMember(second, fitted.epoch, fitted.validation_loss, said)


def write_member(
    directory: Path, trained: TrainedMember, hyperparameters: Hyperparameters, origin: tuple[str, str]
) -> None:
    """Write what the evaluation reads.

    Args:
        directory: `SM_MODEL_DIR`.
        trained: What the training gave.
        hyperparameters: How it was trained.
        origin: Name of the training job, and digest of the data set.
    """
    version, dataset_digest = origin
    write_contract(directory, trained.network.contract)
    card = MemberCard(
        version=version,
        network=hyperparameters.network,
        dataset_digest=dataset_digest,
        hyperparameters=hyperparameters.values(),
        epochs=trained.epochs,
        validation_loss=trained.validation_loss,
    )
    save_member(directory, MEMBER, trained.network, card)
    (directory / VALIDATION_FILE).write_bytes(write_tensors({"quantiles": trained.validation}, {}))


def read_validation(directory: Path, expected: tuple[int, ...]) -> Floats:
    """What a training job's first fit said of the validation part.

    Raises:
        IntegrityError: The file is damaged, or was made on another split of the data.
    """
    try:
        tensors, _ = read_tensors((directory / VALIDATION_FILE).read_bytes())
        said: Floats = tensors["quantiles"]
    except (OSError, KeyError) as error:
        raise IntegrityError(f"{VALIDATION_FILE} in {directory} cannot be read: {error}") from error
    if said.shape != expected:
        raise IntegrityError(f"{VALIDATION_FILE} in {directory} has the shape {said.shape}, not {expected}")
    if not np.isfinite(said).all():
        raise IntegrityError(f"{VALIDATION_FILE} in {directory} holds what is no number")
    return said
