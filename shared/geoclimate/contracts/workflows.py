"""What the states of the workflows hand to each other; the ASL files in `cdk/workflows/` use these names."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

_FROZEN = ConfigDict(frozen=True, extra="forbid")


class DatasetRequest(BaseModel):
    """Input of the `dataset` function: which parameter to learn."""

    model_config = _FROZEN
    target: str


class DatasetResult(BaseModel):
    """A frozen data set on S3.

    Attributes:
        uri: `s3://` prefix that holds `dataset.npz` and `manifest.json`; the training job's channel.
        digest: SHA-256 of `dataset.npz`, hexadecimal.
        stations: How many stations it holds.
        hours: How many hours of the target it holds, over all stations.
    """

    model_config = _FROZEN
    uri: str
    digest: str
    stations: int
    hours: int


class RegisterRequest(BaseModel):
    """Input of the `register` function."""

    model_config = _FROZEN
    target: str
    version: Annotated[str, Field(description="The training job's name")]
    artifact_uri: str
    dataset_digest: str


class RegisterResult(BaseModel):
    """The gate's verdict on a registered candidate.

    Attributes:
        deploy: True where the model may go behind the endpoint.
        reason: The verdict in a sentence with its figures.
    """

    model_config = _FROZEN
    version: str
    deploy: bool
    reason: str
    skill: float


class SmokeRequest(BaseModel):
    """Input of the `smoke` function: which version must answer on the endpoint."""

    model_config = _FROZEN
    target: str
    version: str


class SmokeResult(BaseModel):
    """What the endpoint answered to real windows."""

    model_config = _FROZEN
    version: str
    windows: int


class PromoteRequest(BaseModel):
    """Input of the `promote` function: end a candidate's trial one way or the other."""

    model_config = _FROZEN
    target: str
    version: str
    decision: Literal["promote", "retire"]
    reason: str


class ForecastRequest(BaseModel):
    """Input of the `forecast` function on demand; the schedule sends the defaults.

    Attributes:
        stations: Station ids, or None for every station that measures the target.
    """

    model_config = _FROZEN
    stations: tuple[str, ...] | None = None


class ForecastResult(BaseModel):
    """What one run of the `forecast` function did.

    Attributes:
        written: Forecasts stored.
        skipped: Station id and the reason for each station without a forecast.
        model_version: Version of the model that answered, or None where nothing was asked of it.
    """

    model_config = _FROZEN
    written: int
    skipped: dict[str, str]
    model_version: str | None


class BackupTableRequest(BaseModel):
    """Input of the `backup` function: export one table."""

    model_config = _FROZEN
    backup_id: str
    table: str


class TableExport(BaseModel):
    """One table in a backup.

    Attributes:
        table: Table's logical name: observations, forecasts, stations, files or models.
        keys: Object keys of its parts, gzip NDJSON in DynamoDB JSON.
        digests: SHA-256 of each part, hexadecimal, in the order of `keys`.
        items: Items in all parts.
    """

    model_config = _FROZEN
    table: str
    keys: tuple[str, ...]
    digests: tuple[str, ...]
    items: int


class SealRequest(BaseModel):
    """Input of the `seal` function: write and sign the manifest of a backup."""

    model_config = _FROZEN
    backup_id: str
    tables: tuple[TableExport, ...]


class SealResult(BaseModel):
    """A signed manifest."""

    model_config = _FROZEN
    backup_id: str
    manifest_key: str
    items: int


class RestoreRequest(BaseModel):
    """Input of the `restore` function: verify a backup's manifest and write one table's items back.

    Attributes:
        table: Logical name of the table in the backup.
        into: `live` writes into the table itself, `scratch` into the scratch table.
    """

    model_config = _FROZEN
    backup_id: str
    table: str
    into: Literal["live", "scratch"]


class RestoreResult(BaseModel):
    """What was written back and found again on reading.

    Attributes:
        items: Items in the backup.
        matched: Items that were read back from the target and equal the backup's.
    """

    model_config = _FROZEN
    table: str
    items: int
    matched: int
