"""A frozen data set on S3: what lies under its prefix, which is the training job's channel."""

from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field

DATASET_FILE: Final = "dataset.npz"
MANIFEST_FILE: Final = "manifest.json"


class DatasetManifest(BaseModel):
    """What a data set holds; the digest is checked before training.

    Attributes:
        target: Parameter code to learn.
        parameters: Parameter codes of the columns, the target first.
        stations: Station ids, in the order of the grids.
        target_hours: Hours of the target that were observed, over all stations.
        digest: SHA-256 of `dataset.npz`, hexadecimal.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    target: str
    parameters: tuple[str, ...]
    stations: tuple[str, ...]
    target_hours: int
    digest: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
