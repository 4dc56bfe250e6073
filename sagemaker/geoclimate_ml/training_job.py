"""What every job of the training workflow begins with and how it ends: its channels, and a sentence where it fails."""

import hashlib
import sys
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from geoclimate.contracts.dataset import DATASET_FILE, MANIFEST_FILE, DatasetManifest
from geoclimate.domain.errors import GeoClimateError, IntegrityError, UnreadableFile
from geoclimate.features.dataset import TrainingDataset

DIGEST_VARIABLE: Final = "GEOCLIMATE_DATASET_DIGEST"


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


def run_job(work: Callable[[], None], environment: Mapping[str, str]) -> int:
    """Do a job's work; on failure leave a sentence where SageMaker looks for it.

    Returns:
        The exit status.
    """
    try:
        work()
    except GeoClimateError as error:
        return _fail(f"{error.title}: {error}", environment)
    except KeyError as error:
        if error.args and str(error.args[0]).isupper():
            return _fail(f"the environment variable {error} is not set; SageMaker sets it", environment)
        traceback.print_exc()
        return _fail(f"KeyError: {error}", environment)
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
