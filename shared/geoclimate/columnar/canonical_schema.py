"""The columns that a Parquet file of our canonical schema has, and the types in which they are taken."""

from collections import Counter
from types import MappingProxyType
from typing import Final, NoReturn

import pyarrow as pa

from geoclimate.domain.errors import UnreadableFile
from geoclimate.domain.quality import shortened

TEXTS: Final = frozenset({"station", "station_name", "parameter", "instrument", "unit", "flag", "source"})
NUMBERS: Final = frozenset({"latitude", "longitude", "value"})
_OPTIONAL: Final = frozenset({"station_name", "flag", "source"})
_REQUIRED: Final = (
    "station",
    "latitude",
    "longitude",
    "parameter",
    "instrument",
    "start",
    "end",
    "value",
    "unit",
)
_DELIVERED: Final = MappingProxyType({"value": "delivered_value", "unit": "delivered_unit"})
"""What the lake keeps beside its own value and unit: where a file has these two, they are what was measured."""
_PASSED_OVER: Final = frozenset({"file_digest", "line", "ingested_at", "year", "month"})
"""Columns of the lake that say how a row came there, and in which folder it lies; it comes anew now."""
_MOST_NAMED: Final = 9
_RULE: Final = "schema"


def chosen_columns(schema: pa.Schema) -> dict[str, str]:
    """The columns of a file that are read: by our name of each, the file's.

    They differ in `value` and `unit` only, which are `delivered_value` and `delivered_unit` in a file of the lake.

    Raises:
        UnreadableFile: `schema`: a column is missing, unknown, there twice, or of another type; the message names it,
            its type and what is wanted.
    """
    twice = [name for name, count in Counter(schema.names).items() if count > 1]
    if twice:
        _refuse(f"the column {_named(twice)} is there twice: keep one")
    from_lake = [name for name in _DELIVERED.values() if name in schema.names]
    if len(from_lake) == 1:
        _refuse(f"the column '{from_lake[0]}' is there alone: give {' and '.join(_DELIVERED.values())}, or neither")
    columns = {name: _DELIVERED.get(name, name) if from_lake else name for name in _REQUIRED}
    _check_names(schema, columns)
    columns |= {name: name for name in sorted(_OPTIONAL) if name in schema.names}
    for name, spelled in columns.items():
        _check_type(name, spelled, schema.field(spelled).type)
    return columns


def _check_names(schema: pa.Schema, columns: dict[str, str]) -> None:
    missing = [spelled for spelled in columns.values() if spelled not in schema.names]
    if missing == ["parameter"] and _PASSED_OVER & set(schema.names):
        _refuse(
            "the column 'parameter' is missing: in the lake the folder's name says it, so write it into the file, such"
            " as with DuckDB's COPY (SELECT * FROM read_parquet('...', hive_partitioning = true)) TO 'file.parquet'"
        )
    if missing:
        _refuse(f"the column {_named(missing)} is missing: add it")
    known = {*_REQUIRED, *_OPTIONAL, *_DELIVERED.values(), *_PASSED_OVER}
    unknown = [name for name in schema.names if name not in known]
    if unknown:
        _refuse(f"the column {_named(unknown)} is unknown: leave it out; known are {', '.join(sorted(known))}")


def _check_type(name: str, spelled: str, found: pa.DataType) -> None:
    if name in TEXTS:
        wanted, fits = "text", _is_text(found)
    elif name in NUMBERS:
        wanted, fits = "double", pa.types.is_floating(found) or pa.types.is_integer(found)
    else:
        wanted = "timestamp with a time zone, or text in ISO 8601 with an offset"
        fits = _is_text(found) or (pa.types.is_timestamp(found) and found.tz is not None)
    if not fits:
        _refuse(f"the column '{spelled}' is of the type {shortened(str(found))}: write it as {wanted}")


def _is_text(found: pa.DataType) -> bool:
    kind = found.value_type if pa.types.is_dictionary(found) else found
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind))


def _named(names: list[str]) -> str:
    more = len(names) - _MOST_NAMED
    shown = ", ".join(f"'{shortened(name)}'" for name in names[:_MOST_NAMED])
    return shown + (f" and {more} more" if more > 0 else "")


def _refuse(message: str) -> NoReturn:
    raise UnreadableFile(_RULE, message)
