"""Writing a trained model: weights, contract, card, scores, ONNX, and the code that serves them; no pickle."""

import importlib.metadata
import shutil
from pathlib import Path

import numpy as np
import numpy.typing as npt
from pydantic import TypeAdapter
from safetensors.torch import save_file

import geoclimate
from geoclimate.contracts.model import CARD_FILE, CONTRACT_FILE, EVALUATION_FILE, ONNX_FILE, WEIGHTS_FILE
from geoclimate.domain.models import Evaluation
from geoclimate_ml.artifact import ModelCard
from geoclimate_ml.lstm import QuantileLstm
from geoclimate_ml.onnx_export import export_onnx

# What AWS's PyTorch inference container lacks; torch and numpy are its own.
_SERVING_REQUIREMENTS = ("pydantic", "safetensors")
_SERVING_PACKAGES = ("domain", "features", "contracts")


def save(
    directory: Path,
    model: QuantileLstm,
    evaluation: Evaluation,
    origin: tuple[str, str],
    windows: npt.NDArray[np.float32],
) -> ModelCard:
    """Write everything that `model.tar.gz` is to hold.

    Args:
        directory: Where to write: `SM_MODEL_DIR`.
        model: The trained model.
        evaluation: How it did on the test part.
        origin: Model version, and digest of the data set.
        windows: Real windows on which torch and ONNX Runtime must agree.

    Returns:
        The model's card.

    Raises:
        IntegrityError: ONNX Runtime answers differently from torch.
    """
    version, dataset_digest = origin
    model = model.cpu().eval()
    contract = model.contract.model_dump_json()
    difference = export_onnx(model, directory / ONNX_FILE, {"contract": contract, "version": version}, windows)
    card = ModelCard(
        version=version,
        hidden_size=model.architecture.hidden_size,
        layers=model.architecture.layers,
        dataset_digest=dataset_digest,
        onnx_difference=difference,
    )
    state = {name: tensor.contiguous() for name, tensor in model.state_dict().items()}
    save_file(state, directory / WEIGHTS_FILE, metadata={"contract": contract})
    (directory / CONTRACT_FILE).write_text(contract, encoding="utf-8")
    (directory / CARD_FILE).write_text(card.model_dump_json(indent=2), encoding="utf-8")
    (directory / EVALUATION_FILE).write_bytes(TypeAdapter(Evaluation).dump_json(evaluation, indent=2))
    _copy_serving_code(directory / "code")
    return card


def _copy_serving_code(directory: Path) -> None:
    """Put beside the weights what serves them, so that a model does not depend on later code."""
    bundle = Path(__file__).parent.parent
    domain = Path(geoclimate.__file__).parent
    ignore = shutil.ignore_patterns("__pycache__")
    directory.mkdir(parents=True, exist_ok=True)
    shutil.copy(bundle / "inference.py", directory)
    shutil.copytree(bundle / "geoclimate_ml", directory / "geoclimate_ml", ignore=ignore, dirs_exist_ok=True)
    (directory / "geoclimate").mkdir(exist_ok=True)
    shutil.copy(domain / "__init__.py", directory / "geoclimate")
    for package in _SERVING_PACKAGES:
        shutil.copytree(domain / package, directory / "geoclimate" / package, ignore=ignore, dirs_exist_ok=True)
    lines = [f"{name}=={importlib.metadata.version(name)}\n" for name in _SERVING_REQUIREMENTS]
    (directory / "requirements.txt").write_text("".join(lines), encoding="utf-8")
