"""SageMaker's script-mode entry: trains, evaluates and writes the model. Paths come from the `SM_*` variables."""

import argparse
import dataclasses
import hashlib
import os
import sys
import traceback
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NoReturn

from pydantic import ValidationError

from geoclimate.contracts.dataset import DATASET_FILE, MANIFEST_FILE, DatasetManifest
from geoclimate.domain.errors import GeoClimateError, IntegrityError, InvalidInput, UnreadableFile
from geoclimate.features.dataset import TrainingDataset
from geoclimate_ml import pipeline
from geoclimate_ml.training import Hyperparameters

_DIGEST_VARIABLE = "GEOCLIMATE_DATASET_DIGEST"


class _Parser(argparse.ArgumentParser):
    """A parser that raises where argparse would end the process without a failure file."""

    def error(self, message: str) -> NoReturn:
        raise InvalidInput(f"hyperparameters: {message}")


def read_hyperparameters(arguments: Sequence[str]) -> Hyperparameters:
    """Read the hyperparameters, which SageMaker hands over as `--name value`.

    Raises:
        InvalidInput: One is unknown or has a value that cannot be used.
    """
    parser = _Parser(description=__doc__, allow_abbrev=False)
    for field in dataclasses.fields(Hyperparameters):
        parser.add_argument(f"--{field.name.replace('_', '-')}", type=type(field.default), default=field.default)
    values = vars(parser.parse_args(arguments))
    try:
        return Hyperparameters(**values)
    except ValueError as error:
        raise InvalidInput(f"hyperparameters: {error}") from error


def read_channel(folder: Path, expected_digest: str | None) -> tuple[TrainingDataset, DatasetManifest]:
    """Read the data set and prove that it is the one that was frozen.

    Args:
        folder: The training channel.
        expected_digest: The digest that the workflow names, or None where it names none.

    Raises:
        UnreadableFile: A file is missing, or is not what its name says.
        IntegrityError: The data set's digest is another one.
    """
    try:
        content = (folder / DATASET_FILE).read_bytes()
        manifest = DatasetManifest.model_validate_json((folder / MANIFEST_FILE).read_bytes())
    except OSError as error:
        raise UnreadableFile("dataset", f"the training channel lacks {Path(error.filename).name}") from error
    except ValidationError as error:
        raise UnreadableFile("dataset", f"{MANIFEST_FILE} is not valid: {error}") from error
    digest = hashlib.sha256(content).hexdigest()
    for named, by in ((manifest.digest, MANIFEST_FILE), (expected_digest or digest, "the workflow")):
        if digest != named:
            raise IntegrityError(f"{DATASET_FILE} has the SHA-256 {digest}, but {by} names {named}")
    return TrainingDataset.from_bytes(content), manifest


def main(arguments: Sequence[str], environment: Mapping[str, str]) -> int:
    """Train; on failure leave a sentence where SageMaker looks for it.

    Returns:
        The exit status.
    """
    try:
        hyperparameters = read_hyperparameters(arguments)
        dataset, manifest = read_channel(Path(environment["SM_CHANNEL_TRAINING"]), environment.get(_DIGEST_VARIABLE))
        output = pipeline.Output(
            model_dir=Path(environment["SM_MODEL_DIR"]),
            data_dir=Path(environment["SM_OUTPUT_DATA_DIR"]),
            version=environment["TRAINING_JOB_NAME"],
        )
        pipeline.run(dataset, manifest, hyperparameters, output)
    except GeoClimateError as error:
        return _fail(f"{error.title}: {error}", environment)
    except KeyError as error:
        return _fail(f"the environment variable {error} is not set; SageMaker sets it", environment)
    except Exception as error:  # noqa: BLE001 - the edge: whatever went wrong must reach the failure file
        traceback.print_exc()
        return _fail(f"{type(error).__name__}: {error}", environment)
    return 0


def _fail(sentence: str, environment: Mapping[str, str]) -> int:
    print(sentence, file=sys.stderr, flush=True)
    folder = Path(environment.get("SM_OUTPUT_DIR", "/opt/ml/output"))
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "failure").write_text(sentence, encoding="utf-8")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], os.environ))
