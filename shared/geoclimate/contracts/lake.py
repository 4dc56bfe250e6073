"""Layout of the lake: where its Parquet files lie, what they are called, and which columns they have.

| table | where | one file |
|---|---|---|
| observations | `observations/parameter=<code>/year=<YYYY>/month=<MM>/` | a batch's rows that begin in that month |
| refused | `refused/year=<YYYY>/month=<MM>/` | refused rows of an upload that came in that month |
| weather_forecasts | `weather_forecasts/year=<YYYY>/month=<MM>/` | rows of an upload, of runs issued in that month |
| forecasts | `forecasts/parameter=<code>/year=<YYYY>/month=<MM>/` | a batch of forecasts issued in that month |

Months are UTC's. A file's name is made of the digest and the instant of the upload and the number of the batch, so a
repeated attempt writes the same objects again, and a later upload of the same bytes, which may be read by another
mapping, replaces nothing. The writer, the Glue tables and the documentation take everything from here.
"""

import datetime as dt
import re
from dataclasses import dataclass
from typing import Final, Literal

from geoclimate.domain.parameters import PARAMETERS
from geoclimate.domain.quality import EARLIEST

ColumnType = Literal["string", "double", "int", "timestamp"]
"""Types as Hive, Glue and Athena name them; a timestamp has microseconds and is UTC."""


@dataclass(frozen=True, slots=True)
class LakeColumn:
    """A column of a table.

    Attributes:
        name: Its name in the Parquet files and in SQL.
        type: Its type.
        description: What it holds.
        required: Whether every row has a value.
    """

    name: str
    type: ColumnType
    description: str
    required: bool = True


@dataclass(frozen=True, slots=True)
class LakeTable:
    """A table of the lake.

    Attributes:
        name: Its name in SQL and the first folder of its keys.
        description: What a row is.
        columns: The columns inside the files, in their order.
        partitions: The columns that are in the key only.
    """

    name: str
    description: str
    columns: tuple[LakeColumn, ...]
    partitions: tuple[LakeColumn, ...]

    @property
    def prefix(self) -> str:
        """Beginning of every key of the table."""
        return f"{self.name}/"


_YEAR: Final = LakeColumn("year", "int", "Year of the month, four digits")
_MONTH: Final = LakeColumn("month", "int", "Month, two digits in the key")

OBSERVATIONS: Final = LakeTable(
    "observations",
    "One value of one instrument over one interval, as one file said it: every revision is a row",
    columns=(
        LakeColumn("station", "string", "Station id, such as epa-06-037-1103"),
        LakeColumn("station_name", "string", "Station's name as delivered, or its id where there is none"),
        LakeColumn("latitude", "double", "Degrees north, WGS84, as delivered with this row"),
        LakeColumn("longitude", "double", "Degrees east, WGS84, as delivered with this row"),
        LakeColumn("instrument", "string", "Sensor id or POC: which instrument at the station"),
        LakeColumn("start", "timestamp", "Beginning of the interval, UTC"),
        LakeColumn("end", "timestamp", "End of the interval, UTC, not part of it"),
        LakeColumn("value", "double", "Value in the canonical unit"),
        LakeColumn("unit", "string", "The parameter's canonical unit"),
        LakeColumn("delivered_value", "double", "Value as the provider wrote it"),
        LakeColumn("delivered_unit", "string", "Unit as the provider wrote it, spelled our way"),
        LakeColumn("flag", "string", "Quality flag: valid, or the rule that flagged the value"),
        LakeColumn("source", "string", "Who delivered it, such as openaq"),
        LakeColumn("file_digest", "string", "SHA-256 of the file that brought it, hexadecimal"),
        LakeColumn("line", "int", "1-based line of that file"),
        LakeColumn("ingested_at", "timestamp", "When that file was uploaded, UTC"),
    ),
    partitions=(LakeColumn("parameter", "string", "Parameter code, such as pm25"), _YEAR, _MONTH),
)

REFUSED: Final = LakeTable(
    "refused",
    "One row, or one cell of a wide file, that broke a rule and was not taken",
    columns=(
        LakeColumn("file_digest", "string", "SHA-256 of the file, hexadecimal"),
        LakeColumn("file_key", "string", "Object key under which the file was uploaded"),
        LakeColumn("line", "int", "1-based line of the file"),
        LakeColumn("column", "string", "Column that breaks the rule; none where the whole row does", required=False),
        LakeColumn("value", "string", "Delivered text, shortened where it is long"),
        LakeColumn("rule", "string", "Name of the rule"),
        LakeColumn("message", "string", "What is wrong and what to do about it"),
        LakeColumn("raw", "string", "The line as delivered, or what was read of it"),
        LakeColumn("ingested_at", "timestamp", "When the file was uploaded, UTC"),
    ),
    partitions=(_YEAR, _MONTH),
)

WEATHER_FORECASTS: Final = LakeTable(
    "weather_forecasts",
    "One value of a weather forecast for one hour, as one file said it: every delivery of it is a row",
    columns=(
        LakeColumn("station", "string", "Station id; none where it is for a grid point", required=False),
        LakeColumn("latitude", "double", "Degrees north of the grid point, WGS84; none for a station", required=False),
        LakeColumn("longitude", "double", "Degrees east of the grid point, WGS84; none for a station", required=False),
        LakeColumn("issue_time", "timestamp", "When the run was issued, UTC"),
        LakeColumn("valid_time", "timestamp", "Beginning of the hour that the value is for, UTC"),
        LakeColumn("known_at", "timestamp", "From when the value counts as known, UTC"),
        LakeColumn("parameter", "string", "Parameter code, such as temperature"),
        LakeColumn("value", "double", "Value in the canonical unit"),
        LakeColumn("unit", "string", "The parameter's canonical unit"),
        LakeColumn("delivered_value", "double", "Value as the provider wrote it"),
        LakeColumn("delivered_unit", "string", "Unit as the provider wrote it, spelled our way"),
        LakeColumn("file_digest", "string", "SHA-256 of the file that brought it, hexadecimal"),
        LakeColumn("line", "int", "1-based line of that file"),
        LakeColumn("ingested_at", "timestamp", "When that file was uploaded, UTC"),
    ),
    partitions=(_YEAR, _MONTH),
)

ARCHIVED_LEVELS: Final = (0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95)
"""Quantile levels that have columns in the table of forecasts."""


def quantile_column(prefix: str, level: float) -> str:
    """Name of the column of a quantile, such as `raw_q05`."""
    return f"{prefix}q{round(level * 100):02}"


def _quantiles(prefix: str, of: str) -> tuple[LakeColumn, ...]:
    return tuple(
        LakeColumn(quantile_column(prefix, level), "double", f"{of}, level {level:g}", required=False)
        for level in ARCHIVED_LEVELS
    )


FORECASTS: Final = LakeTable(
    "forecasts",
    "One lead time of one forecast as it was issued, with what baselines knew then",
    columns=(
        LakeColumn("station", "string", "Station id, such as epa-06-037-1103"),
        LakeColumn("issue_time", "timestamp", "End of the newest hour that the model was shown, UTC"),
        LakeColumn("made_at", "timestamp", "When the platform computed it, UTC"),
        LakeColumn("lead_hours", "int", "Lead time: this is the h-th hour after the issue time"),
        LakeColumn("start", "timestamp", "Beginning of the hour, UTC"),
        LakeColumn("end", "timestamp", "End of the hour, UTC, not part of it"),
        LakeColumn("model_version", "string", "Registry version of the model"),
        LakeColumn("engine", "string", "What computed it: endpoint, onnx or climatology"),
        LakeColumn("station_group", "string", "Group of stations whose calibration was applied; empty for all"),
        *_quantiles("", "Quantile as it was served, canonical unit"),
        *_quantiles("raw_", "The same before the online calibration, none where nothing was calibrated"),
        LakeColumn("persistence", "double", "Newest value known at the issue time", required=False),
        LakeColumn("seasonal_naive", "double", "Value of the same hour of the newest day known then", required=False),
        *_quantiles("climatology_", "Quantile of past years"),
    ),
    partitions=(LakeColumn("parameter", "string", "Parameter code, such as pm25"), _YEAR, _MONTH),
)

UPLOADED_TABLES: Final = (OBSERVATIONS, REFUSED, WEATHER_FORECASTS)
"""What comes from uploads."""

LAKE_TABLES: Final = (*UPLOADED_TABLES, FORECASTS)

MEDIA_TYPE: Final = "application/vnd.apache.parquet"
"""Content type of every file."""

ATHENA_RESULTS_PREFIX: Final = "athena-results/"
"""Where Athena puts the answers to queries, in the same bucket."""

FIRST_YEAR: Final = EARLIEST.year - 1
"""The first hour of the oldest year may begin in the year before."""
LAST_YEAR: Final = 2050
"""Queries look for partitions up to this year; Glue has no moving end for a number."""
PARAMETER_CODES: Final = tuple(PARAMETERS)
"""The values that the partition `parameter` can have."""

_OBSERVATIONS_KEY: Final = re.compile(
    r"observations/parameter=(?P<parameter>[a-z0-9_]+)/year=(?P<year>\d{4})/month=(?P<month>\d\d)/(?P<name>[^/]+\.parquet)"
)


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A partition of the observations: one parameter in one month, UTC.

    Attributes:
        parameter: Parameter code.
        year: Four digits.
        month: 1 to 12.
    """

    parameter: str
    year: int
    month: int

    @property
    def prefix(self) -> str:
        """Beginning of the keys of its files."""
        return f"{OBSERVATIONS.prefix}parameter={self.parameter}/year={self.year:04}/month={self.month:02}/"


def refused_prefix(year: int, month: int) -> str:
    """Beginning of the keys of the refused rows of uploads of a month, UTC."""
    return f"{REFUSED.prefix}year={year:04}/month={month:02}/"


def weather_prefix(year: int, month: int) -> str:
    """Beginning of the keys of weather forecasts that were issued in a month, UTC."""
    return f"{WEATHER_FORECASTS.prefix}year={year:04}/month={month:02}/"


def forecasts_prefix(parameter: str, year: int, month: int) -> str:
    """Beginning of the keys of forecasts of a parameter that were issued in a month, UTC."""
    return f"{FORECASTS.prefix}parameter={parameter}/year={year:04}/month={month:02}/"


def file_name(digest: str, uploaded_at: dt.datetime, number: int) -> str:
    """Name of the file with the rows of one batch of one upload.

    Args:
        digest: SHA-256 of the upload, hexadecimal.
        uploaded_at: When it was uploaded; the same in every attempt to take that upload in.
        number: The batch's number.
    """
    return f"{digest}-{uploaded_at.astimezone(dt.UTC):%Y%m%dT%H%M%S.%fZ}-{number:05}.parquet"


def month_of(key: str) -> Month | None:
    """The partition of an object of the observations, or None where the key is not one of theirs."""
    found = _OBSERVATIONS_KEY.fullmatch(key)
    return None if found is None else Month(found["parameter"], int(found["year"]), int(found["month"]))
