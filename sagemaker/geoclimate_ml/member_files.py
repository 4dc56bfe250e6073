"""One trained network as files: its contract, how it is built and where it comes from, and its weights; no pickle."""

from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, ValidationError
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file

from geoclimate.contracts.model import CONTRACT_FILE, ForecastContract
from geoclimate.domain.errors import IntegrityError
from geoclimate.features.inputs import input_columns
from geoclimate_ml.networks.architecture import Architecture
from geoclimate_ml.networks.forecaster import Forecaster
from geoclimate_ml.networks.input_scaling import contract_of, spec_of

CARD_SUFFIX: Final = ".json"
WEIGHTS_SUFFIX: Final = ".safetensors"
MEMBER: Final = "member"
"""Stem of a training job's own files."""


class MemberCard(BaseModel):
    """Where a network comes from.

    Attributes:
        version: Name of the training job.
        network: How it is built.
        dataset_digest: SHA-256 of the data set that it was trained on, hexadecimal.
        hyperparameters: How it was trained, by their names in a training job.
        epochs: Epochs that it took.
        validation_loss: Loss of the weights that were kept, in the target's unit.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: str
    network: Architecture
    dataset_digest: str
    hyperparameters: dict[str, Any]
    epochs: int
    validation_loss: float


def write_contract(directory: Path, contract: ForecastContract) -> None:
    """Write what a model was built for."""
    directory.mkdir(parents=True, exist_ok=True)
    (directory / CONTRACT_FILE).write_text(contract.model_dump_json(indent=2), encoding="utf-8")


def read_contract(directory: Path) -> ForecastContract:
    """Read what a model was built for, and prove that this code's inputs are those.

    Raises:
        IntegrityError: It cannot be read, or names other columns than this code makes.
    """
    try:
        contract = ForecastContract.model_validate_json((directory / CONTRACT_FILE).read_text(encoding="utf-8"))
        expected = contract_of(spec_of(contract), contract.levels)
    except (OSError, ValueError) as error:
        raise IntegrityError(f"{CONTRACT_FILE} in {directory} cannot be read: {error}") from error
    if contract != expected:
        columns = input_columns(spec_of(contract))
        raise IntegrityError(
            f"the model was built for other columns than this code makes: it expects "
            f"{len(contract.history_columns)}, {len(contract.context_columns)} and {len(contract.future_columns)}, "
            f"this code makes {len(columns.history)}, {len(columns.context)} and {len(columns.future)}, "
            "or others of the same number; train it anew"
        )
    return contract


def save_member(directory: Path, stem: str, network: Forecaster, card: MemberCard) -> None:
    """Write a network's card and weights as `<stem>.json` and `<stem>.safetensors`."""
    directory.mkdir(parents=True, exist_ok=True)
    (directory / f"{stem}{CARD_SUFFIX}").write_text(card.model_dump_json(indent=2), encoding="utf-8")
    state = {name: tensor.detach().cpu().contiguous() for name, tensor in network.state_dict().items()}
    metadata = {"contract": network.contract.model_dump_json()}
    save_file(state, directory / f"{stem}{WEIGHTS_SUFFIX}", metadata=metadata)


def load_member(directory: Path, stem: str, contract: ForecastContract) -> tuple[Forecaster, MemberCard]:
    """Read a network back, on the CPU and in evaluation mode.

    Raises:
        IntegrityError: A file is missing or damaged, or the parts do not belong together.
    """
    try:
        card = MemberCard.model_validate_json((directory / f"{stem}{CARD_SUFFIX}").read_text(encoding="utf-8"))
        network = Forecaster(contract, card.network)
        network.load_state_dict(load_file(directory / f"{stem}{WEIGHTS_SUFFIX}"))
    except (OSError, ValidationError, SafetensorError, RuntimeError, ValueError) as error:
        raise IntegrityError(f"the network {stem} in {directory} cannot be read: {error}") from error
    return network.eval(), card
