"""The report that a data provider finds beside an upload, and the list of refused rows that goes with it."""

import datetime as dt
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict

MOST_UPLOAD_BYTES: Final = 2**30
"""Of an upload as it lies in the bucket, and so of the function's disk: a year of one parameter of all EPA monitors
has half of it, unpacked. What is larger is better sent in parts, of which each can fail by itself."""

REPORT_SUFFIX: Final = ".report.json"
ERRORS_SUFFIX: Final = ".errors.ndjson"
OWN_SUFFIXES: Final = (REPORT_SUFFIX, ERRORS_SUFFIX)
"""Endings of the objects that the platform itself writes into the bucket of uploads."""
MAPPING_SUFFIX: Final = ".mapping.json"
"""`<key>.mapping.json` describes the columns of one wide CSV file."""
FOLDER_MAPPING: Final = "mapping.json"
"""`<folder>/mapping.json` describes those of every wide CSV file in a folder."""
NO_UPLOADS: Final = (*OWN_SUFFIXES, MAPPING_SUFFIX, f"/{FOLDER_MAPPING}")
"""Endings of the objects in the bucket of uploads that are no uploads; `mapping.json` at its top is none either."""
PREVIEW_PREFIX: Final = "preview/"
"""Uploads under it are checked and compared with what is stored, and nothing of them is stored."""

PROVIDERS_PREFIX: Final = "providers/"
"""What lies under it came by the API, a folder an account by its pseudonym; of previews, under that of previews."""

FIRST_ERRORS: Final = 20
"""Refused rows that the report itself repeats."""
MOST_ERRORS: Final = 100_000
"""Refused rows that are listed in `<key>.errors.ndjson`; beyond them only the counts go on."""

_FROZEN = ConfigDict(frozen=True, extra="forbid")

Status = Literal["accepted", "partly_accepted", "refused", "duplicate"]


class RefusedRow(BaseModel):
    """One refused row; a line of `<key>.errors.ndjson`.

    Attributes:
        line: 1-based line of the file.
        column: Column that breaks the rule, or None where the whole row does.
        value: Delivered text, shortened where it is long.
        rule: Name of the rule.
        message: What is wrong and what to do about it.
    """

    model_config = _FROZEN
    line: int
    column: str | None
    value: str
    rule: str
    message: str


class RowCounts(BaseModel):
    """Rows of the file: `accepted` = `added` + `unchanged` + `revised` + `superseded`.

    `read` = `accepted` + `refused` + `repeated` + `skipped`. Of a wide file each cell with a value is a row.

    Attributes:
        read: Rows after the header, without blank lines.
        accepted: Taken.
        refused: Not taken; see the errors.
        repeated: Say again what an earlier line of the file said.
        skipped: Left out, because they give another figure of a day than the one that is taken.
        flagged: Accepted, with a quality flag.
        added: Intervals that the platform did not know.
        unchanged: Already known with this value. An attempt that was cut off and repeated finds what it had stored
            already, and counts it here.
        revised: Known with another value, which this file replaced.
        superseded: Known with another value, from a newer upload or a source of higher precedence: kept as an older
            revision, and not what is served.
    """

    model_config = _FROZEN
    read: int = 0
    accepted: int = 0
    refused: int = 0
    repeated: int = 0
    skipped: int = 0
    flagged: int = 0
    added: int = 0
    unchanged: int = 0
    revised: int = 0
    superseded: int = 0


class Difference(BaseModel):
    """An interval to which a previewed file gives another value than is stored.

    Attributes:
        station: Station id.
        parameter: Parameter code.
        instrument: Which instrument at the station.
        start: Beginning of the interval, UTC.
        end: End of the interval, UTC.
        stored_value: Value that is served now, canonical unit.
        stored_flag: Its flag.
        stored_digest: SHA-256 of the file that brought it.
        value: Value that the file gives, canonical unit.
        flag: Its flag.
        line: 1-based line that gives it.
        would_replace: Whether the file's value would be served from then on.
    """

    model_config = _FROZEN
    station: str
    parameter: str
    instrument: str
    start: dt.datetime
    end: dt.datetime
    stored_value: float
    stored_flag: str
    stored_digest: str
    value: float
    flag: str
    line: int
    would_replace: bool


class MovedStation(BaseModel):
    """A station that a file puts more than a kilometre from where it was.

    Attributes:
        station: Station id.
        latitude: Degrees north as known before, WGS84.
        longitude: Degrees east as known before, WGS84.
        new_latitude: As the file gives it.
        new_longitude: As the file gives it.
        distance_m: Metres between the two.
    """

    model_config = _FROZEN
    station: str
    latitude: float
    longitude: float
    new_latitude: float
    new_longitude: float
    distance_m: float


class FileProblem(BaseModel):
    """Why a whole file could not be read; nothing of it was stored.

    Attributes:
        rule: Name of the rule that the file breaks.
        line: 1-based line where it was noticed, or None where no line applies.
        message: What is wrong and what to do about it.
    """

    model_config = _FROZEN
    rule: str
    line: int | None
    message: str


class EarlierFile(BaseModel):
    """The upload that brought the same bytes before.

    Attributes:
        key: Its key.
        taken_at: When it was taken.
    """

    model_config = _FROZEN
    key: str
    taken_at: dt.datetime


class IngestReport(BaseModel):
    """What became of one upload; lies at `<key>.report.json`.

    Attributes:
        file: Key of the upload.
        version: Version of the object, where the bucket keeps versions and the event named it.
        digest: SHA-256 of the bytes, hexadecimal; None where the file is too large to be read.
        status: `accepted`: every row; `partly_accepted`: some; `refused`: none; `duplicate`: the same bytes were taken
            before, so nothing was done.
        preview: Whether the file was only checked; then nothing of it is stored, and the counts say what would be.
        format: The layout that was recognised, or None where none was.
        mapping_key: Key of the mapping by which a wide file was read.
        problem: Why the whole file could not be read; then the upload also lies in the dead-letter queue.
        duplicate_of: The upload that brought the same bytes.
        rows: Counts.
        refused_by_rule: Refused rows by rule.
        skipped_by_rule: Skipped rows by the choice that left them out.
        flagged_by_flag: Flagged rows by flag.
        stations: Ids of the stations in accepted rows.
        moved_stations: Those of them that were known more than a kilometre away: check the coordinates.
        unknown_stations: Of a weather forecast, those of them that nobody has observed at yet: check the ids.
        grid_points: Of a weather forecast, how many grid points the accepted rows are for.
        parameters: Codes of the parameters in accepted rows.
        first: Beginning of the oldest accepted interval, or forecast hour.
        last: End of the newest accepted interval, or forecast hour.
        differences: Of a preview of observations, the first intervals with another value than is stored; `rows` counts
            all of them.
        first_errors: The first refused rows.
        errors_key: Key of the list of refused rows, where there are any.
        errors_complete: Whether that list has all of them.
        uploaded_at: When the file was uploaded.
        finished_at: When this report was made.
        duration_ms: How long it took.
    """

    model_config = _FROZEN
    file: str
    version: str | None
    digest: str | None
    status: Status
    preview: bool = False
    format: str | None = None
    mapping_key: str | None = None
    problem: FileProblem | None = None
    duplicate_of: EarlierFile | None = None
    rows: RowCounts = RowCounts()
    refused_by_rule: dict[str, int] = {}
    skipped_by_rule: dict[str, int] = {}
    flagged_by_flag: dict[str, int] = {}
    stations: tuple[str, ...] = ()
    moved_stations: tuple[MovedStation, ...] = ()
    unknown_stations: tuple[str, ...] = ()
    grid_points: int = 0
    parameters: tuple[str, ...] = ()
    first: dt.datetime | None = None
    last: dt.datetime | None = None
    differences: tuple[Difference, ...] = ()
    first_errors: tuple[RefusedRow, ...] = ()
    errors_key: str | None = None
    errors_complete: bool = True
    uploaded_at: dt.datetime
    finished_at: dt.datetime
    duration_ms: int
