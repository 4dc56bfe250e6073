"""From a frozen data set to a model with its scores."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from pydantic import TypeAdapter

from geoclimate.contracts.dataset import DatasetManifest
from geoclimate.contracts.model import EVALUATION_FILE, ModelContract
from geoclimate.domain.errors import InvalidInput
from geoclimate.domain.models import Evaluation
from geoclimate.features.dataset import TrainingDataset
from geoclimate.features.spec import FeatureSpec, default_spec, feature_names
from geoclimate_ml.artifact_writer import save
from geoclimate_ml.calibration import calibrate
from geoclimate_ml.data import split_by_time
from geoclimate_ml.evaluation import evaluate
from geoclimate_ml.training import Epoch, Hyperparameters, fit, new_model

LEVELS = (0.1, 0.5, 0.9)
_PARITY_WINDOWS = 48


@dataclass(frozen=True, slots=True)
class Output:
    """Where results go.

    Attributes:
        model_dir: Becomes `model.tar.gz`.
        data_dir: Becomes `output.tar.gz`.
        version: The model's version: the training job's name.
    """

    model_dir: Path
    data_dir: Path
    version: str


def contract_of(spec: FeatureSpec) -> ModelContract:
    """The contract of a model for these windows."""
    return ModelContract(
        target=spec.target,
        parameters=spec.parameters,
        feature_names=feature_names(spec),
        history_hours=spec.history_hours,
        lead_hours=spec.lead_hours,
        levels=LEVELS,
    )


def run(dataset: TrainingDataset, manifest: DatasetManifest, hyperparameters: Hyperparameters, output: Output) -> None:
    """Train, calibrate, evaluate and write; progress and metrics go to standard output, a line each.

    Raises:
        InvalidInput: The data set is too small, or made for other features than this code's.
        IntegrityError: The ONNX file does not agree with the model.
    """
    spec = default_spec(manifest.target)
    if dataset.parameters != spec.parameters:
        message = f"the data set holds {dataset.parameters}, but the features of {spec.target} are {spec.parameters}"
        raise InvalidInput(message)
    split = split_by_time(dataset, spec)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    print(
        f"training on {device}: {len(dataset.stations)} stations, {dataset.target_hours} hours of {spec.target}, "
        f"{len(split.training)} training, {len(split.validation)} validation and {len(split.test)} test windows",
        flush=True,
    )
    model = new_model(contract_of(spec), hyperparameters).to(device)
    fit(model, split, hyperparameters, _print_epoch)
    calibrate(model, split.validation)
    evaluation, pinball = evaluate(model, split.test)
    print(
        f"mae={evaluation.mae:.4f} persistence_mae={evaluation.persistence_mae:.4f} skill={evaluation.skill:.4f} "
        f"coverage={evaluation.coverage:.4f} pinball={pinball:.4f}",
        flush=True,
    )
    output.model_dir.mkdir(parents=True, exist_ok=True)
    output.data_dir.mkdir(parents=True, exist_ok=True)
    windows, _ = split.test.batch(np.arange(min(_PARITY_WINDOWS, len(split.test))))
    save(output.model_dir, model, evaluation, (output.version, manifest.digest), windows.numpy())
    (output.data_dir / EVALUATION_FILE).write_bytes(TypeAdapter(Evaluation).dump_json(evaluation, indent=2))


def _print_epoch(epoch: Epoch) -> None:
    print(
        f"epoch={epoch.number} training_loss={epoch.training_loss:.4f} validation_loss={epoch.validation_loss:.4f} "
        f"seconds={epoch.seconds:.1f}",
        flush=True,
    )
