"""A frozen data set on S3: what lies under its prefix, which is the training job's channel."""

from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field

DATASET_FILE: Final = "dataset.npz"
MANIFEST_FILE: Final = "manifest.json"

_FROZEN = ConfigDict(frozen=True, extra="forbid")


class DatasetStation(BaseModel):
    """One station of a data set.

    Attributes:
        id: Station id.
        first_hour: Hour of its grid's first row, in hours since 1970-01-01T00:00Z.
        hours: Rows of its grid.
    """

    model_config = _FROZEN

    id: str
    first_hour: int
    hours: int


class DatasetManifest(BaseModel):
    """What a data set holds; the digest is checked before training.

    Attributes:
        target: Parameter code to learn.
        digest: SHA-256 of `dataset.npz`, hexadecimal.
        parameters: Parameter codes of the columns, the target first.
        target_hours: Hours of the target that were observed, over all stations.
        stations: The stations, in the order of the grids.
    """

    model_config = _FROZEN

    target: str
    digest: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    parameters: tuple[str, ...]
    target_hours: int
    stations: tuple[DatasetStation, ...]
