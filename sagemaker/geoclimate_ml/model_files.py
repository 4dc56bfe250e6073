"""The files of the model that is served, as `model.tar.gz` holds them; no pickle anywhere."""

import json
from pathlib import Path
from typing import Any, Final

import numpy as np
from pydantic import BaseModel, ConfigDict, ValidationError

from geoclimate.contracts.model import CARD_FILE
from geoclimate.domain.errors import IntegrityError
from geoclimate.features import conformal
from geoclimate.features.tensor_file import read_tensors, write_tensors
from geoclimate_ml.baselines.boosting import load_boosting, save_boosting
from geoclimate_ml.forecast_model import BOOSTING, ForecastModel
from geoclimate_ml.member_files import MemberCard, load_member, read_contract, save_member, write_contract
from geoclimate_ml.networks.architecture import KINDS, Kind
from geoclimate_ml.networks.forecaster import Forecaster

WEIGHTS_FILE: Final = "mixture.safetensors"
CALIBRATION_FILE: Final = "calibration.safetensors"
MEMBERS: Final = "members"
_WEIGHTS: Final = "weights_in_millionths"
_MILLION: Final = 1_000_000
_SUM_TOLERANCE: Final = 1e-4


class ModelCard(BaseModel):
    """Where a model comes from.

    Attributes:
        version: Registry version: the evaluation job's name.
        target: Parameter code that it forecasts.
        dataset_digest: SHA-256 of the data set that it was trained on, hexadecimal.
        code_digest: SHA-256 of the archive of the training source; None where it ran unpacked.
        networks: The card of each network, by kind.
        parity: Largest difference between two ways of running it, by name, in the target's unit.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: str
    target: str
    dataset_digest: str
    code_digest: str | None
    networks: dict[Kind, MemberCard]
    parity: dict[str, float]


def save_model(directory: Path, model: ForecastModel, card: ModelCard) -> None:
    """Write everything that answering needs, and the card."""
    write_contract(directory, model.contract)
    for kind, network in model.networks.items():
        save_member(directory / MEMBERS, kind, network, card.networks[kind])
    if model.boosting is not None:
        save_boosting(model.boosting, directory / BOOSTING)
    # As float32 the weights of a lead time would not sum to 1 to the last digit in every build.
    weights = {name: (values * _MILLION).round().astype("int64") for name, values in model.weights.items()}
    (directory / WEIGHTS_FILE).write_bytes(write_tensors(weights, {"unit": _WEIGHTS}))
    (directory / CALIBRATION_FILE).write_bytes(conformal.to_bytes(model.calibration))
    (directory / CARD_FILE).write_text(card.model_dump_json(indent=2), encoding="utf-8")


def load_model(directory: Path) -> tuple[ForecastModel, ModelCard]:
    """Read a model back, on the CPU, checked against its contract and this code's inputs.

    Raises:
        IntegrityError: A file is missing or damaged, or the parts do not belong together.
    """
    contract = read_contract(directory)
    card = _read_card(directory)
    networks: dict[Kind, Forecaster] = {
        kind: load_member(directory / MEMBERS, kind, contract)[0] for kind in KINDS if kind in card.networks
    }
    try:
        weights, _ = read_tensors((directory / WEIGHTS_FILE).read_bytes())
        calibration = conformal.from_bytes((directory / CALIBRATION_FILE).read_bytes())
    except OSError as error:
        raise IntegrityError(f"the mixture in {directory} cannot be read: {error}") from error
    boosting = load_boosting(directory / BOOSTING) if BOOSTING in weights else None
    members = {*networks, *([BOOSTING] if boosting is not None else [])}
    leads = len(contract.lead_hours)
    shares = {name: values / _MILLION for name, values in weights.items()}
    if set(shares) != members or any(values.shape != (leads,) for values in shares.values()):
        raise IntegrityError(f"{WEIGHTS_FILE} weighs {sorted(shares)}, but the model is mixed of {sorted(members)}")
    # Not `> tolerance`: what is no number must not pass.
    if not np.abs(np.sum(list(shares.values()), axis=0) - 1.0).max() <= _SUM_TOLERANCE:
        raise IntegrityError(f"the weights in {WEIGHTS_FILE} do not sum to 1 at every lead time")
    if min(values.min() for values in shares.values()) < 0:
        raise IntegrityError(f"some weights in {WEIGHTS_FILE} are negative")
    if boosting is not None and boosting.levels != contract.levels:
        raise IntegrityError("the boosted trees were grown for other quantile levels than the contract names")
    if boosting is not None and len(boosting.scale) != leads:
        raise IntegrityError("the boosted trees were grown for other lead times than the contract names")
    if (calibration.levels, calibration.lead_hours) != (contract.levels, contract.lead_hours):
        raise IntegrityError(f"{CALIBRATION_FILE} is of other levels or lead times than the contract")
    return ForecastModel(card.version, contract, networks, boosting, shares, calibration), card


def _read_card(directory: Path) -> ModelCard:
    try:
        content: Any = json.loads((directory / CARD_FILE).read_text(encoding="utf-8"))
        return ModelCard.model_validate(content)
    except (OSError, ValueError, ValidationError) as error:
        raise IntegrityError(f"{CARD_FILE} in {directory} cannot be read: {error}") from error
