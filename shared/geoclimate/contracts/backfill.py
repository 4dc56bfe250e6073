"""What the states of the backfill workflow hand to each other, and where a backfill's objects lie.

```
backfill/...                                  files to take in; no event is sent for them
backfill/....manifest.csv | .manifest.jsonl   a list of such files, where not all of a prefix shall be taken
backfill-reports/<execution>/plan.jsonl       one file a line, as the Distributed Map reads it
backfill-reports/<execution>/results/...      what became of each, as the Distributed Map writes it
backfill-reports/<execution>/report.json      the whole of it
```

All are in the bucket of uploads. The layout of the results is that of Step Functions:
https://docs.aws.amazon.com/step-functions/latest/dg/input-output-resultwriter.html
"""

import datetime as dt
from collections.abc import Iterable
from typing import Annotated, Final, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from geoclimate.contracts.report import FileProblem, RowCounts, Status

BACKFILL_PREFIX: Final = "backfill/"
BACKFILL_REPORTS_PREFIX: Final = "backfill-reports/"
CSV_MANIFEST_SUFFIX: Final = ".manifest.csv"
JSON_LINES_MANIFEST_SUFFIX: Final = ".manifest.jsonl"
MANIFEST_SUFFIXES: Final = (CSV_MANIFEST_SUFFIX, JSON_LINES_MANIFEST_SUFFIX)

MOST_FILES: Final = 200_000
"""Files of one backfill; their plan is held in memory."""
MOST_LISTED: Final = 1_000
"""Files that the report lists by name, of those refused and of those failed."""

_FROZEN = ConfigDict(frozen=True, extra="forbid")
# AWS may add members to what it writes.
_OPEN = ConfigDict(frozen=True, extra="ignore")

BackfillId = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,80}$", description="Name of the execution")]
FileStatus = Status | Literal["already_taken", "missing"]
"""What became of a file: its report's status; `already_taken` where this very version was taken before; `missing`
where it was gone before it was read."""


class BackfillRequest(BaseModel):
    """Input of the workflow: every file under a prefix, or those that a manifest names.

    Attributes:
        prefix: Beginning of the files' keys.
        manifest: Key of a CSV file with a column `key`, or of JSON lines with a member `key`.
        concurrency: Files that are taken at once; the stage's bound where it is not given.
    """

    model_config = _FROZEN
    prefix: Annotated[str, Field(pattern=rf"^{BACKFILL_PREFIX}", max_length=1000)] | None = None
    manifest: (
        Annotated[str, Field(pattern=rf"^{BACKFILL_PREFIX}.*\.manifest\.(csv|jsonl)$", max_length=1000)] | None
    ) = None
    concurrency: Annotated[int, Field(ge=1)] | None = None

    @model_validator(mode="after")
    def _one_source(self) -> "BackfillRequest":
        if (self.prefix is None) == (self.manifest is None):
            msg = 'give either a prefix, as {"prefix": "backfill/..."}, or a manifest'
            raise ValueError(msg)
        return self

    @property
    def source(self) -> str:
        """The prefix or the manifest."""
        return self.prefix or self.manifest or ""


class PlanRequest(BaseModel):
    """Input of the `plan` function."""

    model_config = _FROZEN
    backfill_id: BackfillId
    request: BackfillRequest


class BackfillPlan(BaseModel):
    """What a backfill will do; the Distributed Map reads its place and its concurrency here.

    Attributes:
        backfill_id: Name of the execution.
        source: The prefix or the manifest.
        key: Object key of the list of files.
        files: How many files it lists.
        passed_over: How many keys are none: reports, mappings, folders, manifests, and repeated ones.
        results: Prefix under which the results are written.
        concurrency: Files that are taken at once.
    """

    model_config = _FROZEN
    backfill_id: BackfillId
    source: str
    key: str
    files: int
    passed_over: int
    results: str
    concurrency: int


class PlannedFile(BaseModel):
    """Input of the `backfill` function, and a line of the plan: one file."""

    model_config = _FROZEN
    key: Annotated[str, Field(pattern=rf"^{BACKFILL_PREFIX}.")]


class FileResult(BaseModel):
    """Result of the `backfill` function: what became of one file; its report says more.

    Attributes:
        key: Object key.
        status: What became of it.
        digest: SHA-256 of its bytes, where it was read.
        rows: Counts of this run.
        refused_by_rule: Refused rows by rule.
        skipped_by_rule: Skipped rows by the choice that left them out.
        flagged_by_flag: Flagged rows by flag.
        problem: Why the whole file could not be read.
        duration_ms: How long it took.
    """

    model_config = _FROZEN
    key: str
    status: FileStatus
    digest: str | None = None
    rows: RowCounts = RowCounts()
    refused_by_rule: dict[str, int] = {}
    skipped_by_rule: dict[str, int] = {}
    flagged_by_flag: dict[str, int] = {}
    problem: FileProblem | None = None
    duration_ms: int = 0


class ResultFile(BaseModel):
    """One result file of a Distributed Map."""

    model_config = _OPEN
    key: Annotated[str, Field(alias="Key")]


class ResultFiles(BaseModel):
    """The result files of a Distributed Map, by what became of the children."""

    model_config = _OPEN
    succeeded: Annotated[tuple[ResultFile, ...], Field(alias="SUCCEEDED")] = ()
    failed: Annotated[tuple[ResultFile, ...], Field(alias="FAILED")] = ()
    pending: Annotated[tuple[ResultFile, ...], Field(alias="PENDING")] = ()


class ResultsManifest(BaseModel):
    """`manifest.json` of a Distributed Map's results."""

    model_config = _OPEN
    files: Annotated[ResultFiles, Field(alias="ResultFiles")]


class ChildExecution(BaseModel):
    """A line of a result file: one child of the Distributed Map.

    Attributes:
        input: Its input as JSON.
        output: Its output as JSON, where it succeeded.
        status: Such as SUCCEEDED, FAILED, TIMED_OUT, ABORTED.
        error: Name of its error.
        cause: The error's cause.
    """

    model_config = _OPEN
    input: Annotated[str, Field(alias="Input")]
    output: Annotated[str | None, Field(alias="Output")] = None
    status: Annotated[str, Field(alias="Status")] = "SUCCEEDED"
    error: Annotated[str | None, Field(alias="Error")] = None
    cause: Annotated[str | None, Field(alias="Cause")] = None


class ConcludeRequest(BaseModel):
    """Input of the `conclude` function: the plan, and where the results are.

    Attributes:
        results_key: Key of the list of result files, as the Distributed Map gives it.
        began_at: When the execution began.
    """

    model_config = _FROZEN
    plan: BackfillPlan
    results_key: Annotated[str, Field(pattern=rf"^{BACKFILL_REPORTS_PREFIX}")]
    began_at: AwareDatetime


class FileCounts(BaseModel):
    """Files of a backfill: `planned` is the sum of all others.

    Attributes:
        planned: Files of the plan.
        accepted: Every row was taken.
        partly_accepted: Some rows were.
        refused: None was, or the file cannot be read.
        duplicate: Another file with the same bytes was taken before.
        already_taken: This very version was taken by an earlier backfill.
        missing: It was gone before it was read.
        failed: The platform failed on it: it may be taken another time.
    """

    model_config = _FROZEN
    planned: int
    accepted: int = 0
    partly_accepted: int = 0
    refused: int = 0
    duplicate: int = 0
    already_taken: int = 0
    missing: int = 0
    failed: int = 0


class ListedFile(BaseModel):
    """A file that the report names.

    Attributes:
        key: Object key.
        rule: The rule that the whole file breaks, the rule that most of its rows break, or the error's name.
        reason: What is wrong.
    """

    model_config = _FROZEN
    key: str
    rule: str
    reason: str


class BackfillFigures(BaseModel):
    """Result of the `conclude` function: the figures of the report.

    Attributes:
        backfill_id: Name of the execution.
        source: The prefix or the manifest.
        report_key: Object key of the report.
        files: Files by what became of them.
        rows: Sums over the files that this run took.
        began_at: When the execution began.
        finished_at: When the report was made.
        duration_s: Seconds from the one to the other.
        first_failure: The reason of the first failed file.
    """

    model_config = _FROZEN
    backfill_id: BackfillId
    source: str
    report_key: str
    files: FileCounts
    rows: RowCounts
    began_at: dt.datetime
    finished_at: dt.datetime
    duration_s: float
    first_failure: str | None = None


class BackfillReport(BackfillFigures):
    """The report of a backfill.

    Attributes:
        passed_over: Keys that are no files to take: reports, mappings, folders, manifests, and repeated ones.
        refused_by_rule: Refused rows by rule.
        skipped_by_rule: Skipped rows by the choice that left them out.
        flagged_by_flag: Flagged rows by flag.
        unreadable_by_rule: Files that could not be read at all, by rule.
        refused_files: The first files of which nothing was taken, and those that were missing.
        failed_files: The first files on which the platform failed.
        lists_complete: Whether the two lists have all of them.
    """

    passed_over: int
    refused_by_rule: dict[str, int]
    skipped_by_rule: dict[str, int]
    flagged_by_flag: dict[str, int]
    unreadable_by_rule: dict[str, int]
    refused_files: tuple[ListedFile, ...]
    failed_files: tuple[ListedFile, ...]
    lists_complete: bool


def plan_key(backfill_id: str) -> str:
    """Object key of the list of files."""
    return f"{BACKFILL_REPORTS_PREFIX}{backfill_id}/plan.jsonl"


def results_prefix(backfill_id: str) -> str:
    """Prefix of the results, without a slash at the end."""
    return f"{BACKFILL_REPORTS_PREFIX}{backfill_id}/results"


def report_key(backfill_id: str) -> str:
    """Object key of the report."""
    return f"{BACKFILL_REPORTS_PREFIX}{backfill_id}/report.json"


def plan_lines(keys: Iterable[str]) -> bytes:
    """The plan's JSON lines."""
    return "".join(PlannedFile(key=key).model_dump_json() + "\n" for key in keys).encode()
