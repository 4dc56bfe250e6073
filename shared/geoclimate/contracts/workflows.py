"""What the states of the workflows hand to each other; the ASL files in `cdk/workflows/` use these names."""

from typing import Annotated, Literal, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, RootModel, model_validator

_FROZEN = ConfigDict(frozen=True, extra="forbid")


ParameterCode = Annotated[str, Field(pattern=r"^[a-z0-9_]{1,32}$", description="Such as pm25; part of object keys")]
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$", description="Hexadecimal")]
Who = Annotated[
    str, Field(min_length=1, max_length=2048, description="ARN of an execution or of an operator, or an account")
]


class DatasetRequest(BaseModel):
    """Input of the `dataset` function: which parameter to learn."""

    model_config = _FROZEN
    target: ParameterCode


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


class ProductionRequest(BaseModel):
    """Input of the `production` function: of which parameter the model is looked for."""

    model_config = _FROZEN
    target: ParameterCode


class ProductionResult(BaseModel):
    """Which model is in production; every name is None where none is.

    Attributes:
        present: Whether there is one.
        version: Its version in the registry.
        artifact_uri: `s3://` address of its `model.tar.gz`.
        model_name: Its name in SageMaker.
    """

    model_config = _FROZEN
    present: bool
    version: str | None
    artifact_uri: str | None
    model_name: str | None


class RegisterRequest(BaseModel):
    """Input of the `register` function.

    Attributes:
        version: The training run's name.
        artifact_uri: `s3://` address of the `model.tar.gz` that the evaluation job wrote.
        code_digest: SHA-256 of the archive of the training source; `GEOCLIMATE_CODE_DIGEST` of the jobs.
        who: ARN of the execution that registers it.
    """

    model_config = _FROZEN
    target: ParameterCode
    version: str
    artifact_uri: str
    dataset_digest: str
    code_digest: Sha256 | None = None
    who: Who = "training workflow"


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
    """Input of the `smoke` function: which version must answer on the endpoint.

    Attributes:
        variant: The endpoint's variant that is asked, or None for whichever takes the request.
    """

    model_config = _FROZEN
    target: ParameterCode
    version: str
    variant: Annotated[str, Field(pattern=r"^[A-Za-z0-9-]{1,63}$")] | None = None


class SmokeResult(BaseModel):
    """What the endpoint answered to real windows."""

    model_config = _FROZEN
    version: str
    windows: int


class PromoteResult(BaseModel):
    """Where the version stands now."""

    model_config = _FROZEN
    version: str
    stage: Literal["staging", "production", "retired"]


class PromoteRequest(BaseModel):
    """Input of the `promote` function: the next stage of a version.

    Attributes:
        decision: `stage`: a candidate that passed the gate goes on trial; `promote`: it held and goes into production;
            `retire`: it is out of the running; `roll_back`: it was in production before and comes back.
        reason: Why, in a sentence.
        who: ARN of the execution that decides, or the person's account.
        current: The version in whose place a `roll_back` puts this one; None for every other decision.
    """

    model_config = _FROZEN
    target: ParameterCode
    version: str
    decision: Literal["stage", "promote", "retire", "roll_back"]
    reason: str
    who: Who = "training workflow"
    current: str | None = None

    @model_validator(mode="after")
    def _names_whom_it_replaces(self) -> Self:
        if (self.decision == "roll_back") is (self.current is None):
            message = "'current' belongs to a roll_back, and to nothing else"
            raise ValueError(message)
        return self


class DeploymentRequest(BaseModel):
    """Input of the deployment workflow, for a version that a person promotes."""

    model_config = _FROZEN
    target: ParameterCode
    version: str
    reason: str
    who: Who


class RollbackRequest(BaseModel):
    """Input of the rollback workflow.

    Attributes:
        version: The version to put back.
        current: The version that is in production.
    """

    model_config = _FROZEN
    target: ParameterCode
    version: str
    current: str
    reason: str
    who: Who


class PruneRequest(BaseModel):
    """Input of the `prune` function: of which parameter the spent models are looked for."""

    model_config = _FROZEN
    target: ParameterCode


class PruneResult(BaseModel):
    """What the `prune` function deleted.

    Attributes:
        configurations: Names of endpoint configurations.
        models: Names of models.
        left: Why nothing was deleted, where that was not even tried.
    """

    model_config = _FROZEN
    configurations: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    left: str | None = None


class ForecastRequest(BaseModel):
    """Input of the `forecast` function on demand; the schedule sends the defaults.

    Attributes:
        stations: Station ids, or None for every station that measures the target.
    """

    model_config = _FROZEN
    stations: tuple[Annotated[str, Field(min_length=1)], ...] | None = None


class ForecastResult(BaseModel):
    """What one run of the `forecast` function did.

    Attributes:
        written: Forecasts stored.
        skipped: Station id and the reason for each station without a forecast.
        model_version: Version of the model that answered last, or None where nothing was asked of it.
        engines: How many of them each engine made.
        kept: Stations whose forecast from the same hours was made by a better engine and stays.
        troubles: Why engines were passed over, and what else was missing; each sentence once.
    """

    model_config = _FROZEN
    written: int
    skipped: dict[str, str]
    model_version: str | None
    engines: dict[str, int] = Field(default_factory=dict)
    kept: int = 0
    troubles: tuple[str, ...] = ()


BackupId = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,80}$", description="Name of the execution that made it")]
TableName = Literal["observations", "weather", "forecasts", "verification", "stations", "files", "models"]


class TableExport(BaseModel):
    """One table in a backup.

    Attributes:
        table: Table's logical name.
        moment: The point in time that the export shows, UTC.
        keys: Object keys of its parts: the data files of DynamoDB's export.
        digests: SHA-256 of each part, in the order of `keys`.
        items: Items in all parts.
        content_digest: Digest of the items, whatever their order; see `contracts.backups.digest_of`.
    """

    model_config = _FROZEN
    table: TableName
    moment: AwareDatetime
    keys: tuple[str, ...]
    digests: tuple[Sha256, ...]
    items: int
    content_digest: Sha256


class BackupTableRequest(BaseModel):
    """Input of the `backup` function: the finished export of one table.

    Attributes:
        export_arn: The export, as DynamoDB named it.
        items: How many items DynamoDB says that it exported.
    """

    model_config = _FROZEN
    backup_id: BackupId
    table: TableName
    export_arn: Annotated[str, Field(pattern=r"^arn:[a-z-]+:dynamodb:[a-z0-9-]+:\d{12}:table/[\w.-]+/export/[\w-]+$")]
    items: int


class RestoreResult(BaseModel):
    """Result of the `restore` function: what was written back and found again on reading, so far.

    Attributes:
        items: Items in the backup's parts up to here.
        matched: Items that were read back from the target and equal the backup's.
        digest: Digest of the items that were read back; see `contracts.backups.digest_of`.
        next_part: Index of the part to go on with, or None where the table is restored in whole.
    """

    model_config = _FROZEN
    table: TableName
    items: int
    matched: int
    digest: Sha256
    next_part: int | None = None


class RestoreRequest(BaseModel):
    """Input of the `restore` function: verify a backup's manifest and write one table's items back.

    Attributes:
        table: Logical name of the table in the backup.
        into: `live` writes into the table itself, `scratch` into the scratch table, which is emptied again.
        progress: What the call before gave, or None on the first.
    """

    model_config = _FROZEN
    backup_id: BackupId
    table: TableName
    into: Literal["live", "scratch"]
    progress: RestoreResult | None = None


class SealRequest(BaseModel):
    """Input of the `seal` function: write and sign the manifest of a backup."""

    model_config = _FROZEN
    step: Literal["seal"]
    backup_id: BackupId
    tables: tuple[TableExport, ...]


class ConfirmRequest(BaseModel):
    """Input of the `seal` function: mark a backup as good, after each table was restored into the scratch table."""

    model_config = _FROZEN
    step: Literal["confirm"]
    backup_id: BackupId
    restored: tuple[RestoreResult, ...]


class SealEvent(RootModel[Annotated[SealRequest | ConfirmRequest, Field(discriminator="step")]]):
    """Input of the `seal` function."""


class SealResult(BaseModel):
    """Result of the `seal` function: the signed object that it wrote.

    Attributes:
        key: Object key of the manifest, or of the mark that the backup is good.
        items: Items in all tables.
    """

    model_config = _FROZEN
    backup_id: str
    key: str
    items: int


class LakePartition(BaseModel):
    """A partition of the lake's observations: one parameter in one month, UTC."""

    model_config = _FROZEN
    parameter: ParameterCode
    year: Annotated[int, Field(ge=1, le=9999)]
    month: Annotated[int, Field(ge=1, le=12)]


class SurveyRequest(BaseModel):
    """Input of the `survey` function, and of the compaction workflow.

    Attributes:
        more_than: Compact partitions with more small files than this, or None for the stage's own limit.
    """

    model_config = _FROZEN
    more_than: Annotated[int, Field(ge=0)] | None = None


class SurveyResult(BaseModel):
    """Which partitions of the lake are worth compacting.

    Attributes:
        partitions: The most urgent first.
        left: How many more there are, for the next execution.
        small_files: Small files in the whole lake.
    """

    model_config = _FROZEN
    partitions: tuple[LakePartition, ...]
    left: int
    small_files: int


class CompactResult(LakePartition):
    """Result of the `compact` function: what all rounds up to here did to a partition.

    Attributes:
        rounds: How many rounds.
        files_merged: Files that were read and deleted.
        files_written: Files that took their place.
        rows: Rows that were written.
        duplicates: Rows that stood there twice, and were dropped.
        files_left: Files that a further round would merge; 0 where the partition is compact.
    """

    rounds: int = 0
    files_merged: int = 0
    files_written: int = 0
    rows: int = 0
    duplicates: int = 0
    files_left: int = 0


class CompactRequest(LakePartition):
    """Input of the `compact` function: one more round of a partition.

    Attributes:
        progress: What the call before gave, or None on the first.
    """

    progress: CompactResult | None = None
