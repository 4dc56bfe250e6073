"""Reading a trained model: weights, contract and card, checked against each other; no pickle."""

import json
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError
from safetensors import SafetensorError, safe_open

from geoclimate.contracts.model import CARD_FILE, CONTRACT_FILE, WEIGHTS_FILE, ModelContract
from geoclimate.domain.errors import IntegrityError
from geoclimate.features.spec import FeatureSpec, feature_names
from geoclimate_ml.lstm import Architecture, QuantileLstm


class ModelCard(BaseModel):
    """Where a model comes from and how it is built.

    Attributes:
        version: Registry version: the training job's name.
        hidden_size: Width of the recurrent state.
        layers: Stacked recurrent layers.
        dataset_digest: SHA-256 of the data set that it was trained on, hexadecimal.
        onnx_difference: Largest difference between torch's quantiles and ONNX Runtime's on windows of the test part,
            in the target's unit; None where ONNX Runtime was not at hand.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: str
    hidden_size: int
    layers: int
    dataset_digest: str
    onnx_difference: float | None


def load(directory: Path) -> tuple[QuantileLstm, ModelCard]:
    """Read a model back, checked against its contract and against this code's features.

    Raises:
        IntegrityError: A file is missing or damaged, or the parts do not belong together.
    """
    try:
        contract_text = (directory / CONTRACT_FILE).read_text(encoding="utf-8")
        contract = ModelContract.model_validate_json(contract_text)
        card = ModelCard.model_validate_json((directory / CARD_FILE).read_text(encoding="utf-8"))
        with safe_open(directory / WEIGHTS_FILE, framework="pt") as weights:
            trained_for = (weights.metadata() or {}).get("contract")
            state = {name: weights.get_tensor(name) for name in weights.keys()}  # noqa: SIM118 - no mapping, a method
    except (OSError, ValidationError, SafetensorError) as error:
        raise IntegrityError(f"the model in {directory} cannot be read: {error}") from error
    if trained_for is None or json.loads(trained_for) != json.loads(contract_text):
        raise IntegrityError(f"{WEIGHTS_FILE} was trained for another contract than {CONTRACT_FILE} says")
    _check_features(contract)
    try:
        model = QuantileLstm(contract, Architecture(card.hidden_size, card.layers))
        model.load_state_dict(state)
    except (RuntimeError, ValueError) as error:
        raise IntegrityError(f"{WEIGHTS_FILE} does not fit {CARD_FILE} and {CONTRACT_FILE}: {error}") from error
    return model.eval(), card


def _check_features(contract: ModelContract) -> None:
    spec = FeatureSpec(
        target=contract.target,
        parameters=contract.parameters,
        history_hours=contract.history_hours,
        lead_hours=contract.lead_hours,
    )
    expected = feature_names(spec)
    if contract.feature_names != expected:
        raise IntegrityError(f"the model expects the columns {contract.feature_names}, this code makes {expected}")
