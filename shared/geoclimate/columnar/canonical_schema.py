"""The columns that a Parquet file of our canonical schema has, and the types in which they are taken."""

from types import MappingProxyType
from typing import Final

import pyarrow as pa

from geoclimate.columnar.column_types import ColumnKind, check_type, named, refuse_repeated, refuse_schema

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


def chosen_columns(schema: pa.Schema) -> dict[str, str]:
    """The columns of a file that are read: by our name of each, the file's.

    They differ in `value` and `unit` only, which are `delivered_value` and `delivered_unit` in a file of the lake.

    Raises:
        UnreadableFile: `schema`: a column is missing, unknown, there twice, or of another type; the message names it,
            its type and what is wanted.
    """
    refuse_repeated(schema)
    from_lake = [name for name in _DELIVERED.values() if name in schema.names]
    if len(from_lake) == 1:
        refuse_schema(
            f"the column '{from_lake[0]}' is there alone: give {' and '.join(_DELIVERED.values())}, or neither"
        )
    columns = {name: _DELIVERED.get(name, name) if from_lake else name for name in _REQUIRED}
    _check_names(schema, columns)
    columns |= {name: name for name in sorted(_OPTIONAL) if name in schema.names}
    for name, spelled in columns.items():
        kind: ColumnKind = "text" if name in TEXTS else "number" if name in NUMBERS else "time"
        check_type(spelled, kind, schema.field(spelled).type)
    return columns


def _check_names(schema: pa.Schema, columns: dict[str, str]) -> None:
    missing = [spelled for spelled in columns.values() if spelled not in schema.names]
    if missing == ["parameter"] and _PASSED_OVER & set(schema.names):
        refuse_schema(
            "the column 'parameter' is missing: in the lake the folder's name says it, so write it into the file, such"
            " as with DuckDB's COPY (SELECT * FROM read_parquet('...', hive_partitioning = true)) TO 'file.parquet'"
        )
    if missing:
        refuse_schema(f"the column {named(missing)} is missing: add it")
    known = {*_REQUIRED, *_OPTIONAL, *_DELIVERED.values(), *_PASSED_OVER}
    unknown = [name for name in schema.names if name not in known]
    if unknown:
        refuse_schema(f"the column {named(unknown)} is unknown: leave it out; known are {', '.join(sorted(known))}")
