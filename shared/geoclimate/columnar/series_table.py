"""A caller's table of hourly measurements: a row a series and hour, as CSV, NDJSON or Parquet."""

import io
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.json
import pyarrow.parquet

from geoclimate.domain.errors import InvalidInput

KEYS: Final = ("series", "latitude", "longitude", "start")
_SECONDS_AN_HOUR: Final = 3_600
_EARLIEST: Final = -2_208_988_800
_LATEST: Final = 7_289_654_400
"""Seconds since 1970: the beginnings of 1900 and of 2201."""
_INSTANT: Final = pa.timestamp("s", tz="UTC")

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class SeriesTable:
    """Rows of some series.

    Attributes:
        names: Names of the series, in the order in which they first come.
        series: int64 [rows]: position of each row's series.
        latitudes: float64 [rows].
        longitudes: float64 [rows].
        hours: int64 [rows]: each row's hour, in whole hours since 1970.
        values: float64 [rows] by parameter code, NaN where missing.
    """

    names: tuple[str, ...]
    series: npt.NDArray[np.int64]
    latitudes: Floats
    longitudes: Floats
    hours: npt.NDArray[np.int64]
    values: Mapping[str, Floats]


def read_series_table(
    content: bytes, form: Literal["csv", "ndjson", "parquet"], parameters: Collection[str], most_rows: int
) -> SeriesTable:
    """The rows of a file.

    Args:
        content: The file's bytes.
        form: What it is.
        parameters: Codes that columns beside the keys may have.
        most_rows: More rows are refused.

    Raises:
        InvalidInput: It cannot be read, a column is unknown or missing, or a value is not what its column holds.
    """
    table = _read(content, form)
    unknown = sorted(set(table.column_names) - {*KEYS, *parameters})
    missing = [name for name in KEYS if name not in table.column_names]
    if unknown or missing or len(set(table.column_names)) != len(table.column_names):
        raise InvalidInput(
            f"The table's columns are {', '.join(table.column_names)[:500]}; they must be {', '.join(KEYS)} and some of"
            f" {', '.join(sorted(parameters))}, each once."
        )
    if not 0 < table.num_rows <= most_rows:
        raise InvalidInput(f"The table has {table.num_rows:,} rows; 1 to {most_rows:,} are taken.")
    names = _column(table, "series", pa.string()).combine_chunks().dictionary_encode()
    seconds = _column(table, "start", _INSTANT).cast(pa.int64()).to_numpy()
    odd = np.flatnonzero(seconds % _SECONDS_AN_HOUR)
    if len(odd):
        raise InvalidInput(f"Row {odd[0] + 1}: 'start' must be a whole hour.")
    odd = np.flatnonzero((seconds < _EARLIEST) | (seconds > _LATEST))
    if len(odd):
        raise InvalidInput(f"Row {odd[0] + 1}: 'start' lies outside the years 1900 to 2200.")
    given = [name for name in table.column_names if name not in KEYS]
    return SeriesTable(
        names=tuple(names.dictionary.to_pylist()),
        series=names.indices.to_numpy(zero_copy_only=False).astype(np.int64),
        latitudes=_floats(table, "latitude", 90.0),
        longitudes=_floats(table, "longitude", 180.0),
        hours=seconds // _SECONDS_AN_HOUR,
        values={name: _values(table, name) for name in given},
    )


def _read(content: bytes, form: str) -> pa.Table:
    source = io.BytesIO(content)
    try:
        if form == "csv":
            # As text: what a column holds is decided by its name and not by its first rows.
            text = pa.csv.ConvertOptions(strings_can_be_null=True, null_values=[""], auto_dict_encode=False)
            header = content[: content.find(b"\n") + 1 or None].decode("utf-8-sig")
            text.column_types = {name.strip().strip('"'): pa.string() for name in header.split(",")}
            return pa.csv.read_csv(source, convert_options=text)
        if form == "ndjson":
            # Arrow would take the times for such without an offset.
            known = pa.schema([("series", pa.string()), ("start", pa.string())])
            return pa.json.read_json(source, parse_options=pa.json.ParseOptions(explicit_schema=known))
        return pa.parquet.read_table(source)
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        raise InvalidInput(f"The table cannot be read as {form}: {_sentence(error)}") from error


def _without_truth_values(table: pa.Table, name: str) -> Any:
    column = table.column(name)
    if pa.types.is_boolean(column.type):
        # Arrow would take true for 1.
        raise InvalidInput(f"'{name}' holds true or false, which is nothing that it can be.")
    return column


def _column(table: pa.Table, name: str, kind: pa.DataType) -> Any:
    column = _without_truth_values(table, name)
    try:
        if pa.types.is_timestamp(column.type) and column.type.tz is None and pa.types.is_timestamp(kind):
            raise InvalidInput(f"'{name}' has no offset from UTC: write 2014-01-31T05:00:00Z.")
        cast = column.cast(kind)
    except pa.ArrowException as error:
        hint = ": write 2014-01-31T05:00:00Z, with the offset" if pa.types.is_timestamp(kind) else ""
        row = _first_beyond(column, kind) + 1
        raise InvalidInput(f"Row {row}: '{name}' cannot be read{hint} ({_sentence(error)}).") from error
    if cast.null_count:
        row = pc.index(pc.is_null(cast), pa.scalar(value=True)).as_py()
        raise InvalidInput(f"Row {row + 1}: '{name}' is empty.")
    return cast


def _floats(table: pa.Table, name: str, most: float) -> Floats:
    values: Floats = _column(table, name, pa.float64()).to_numpy()
    wrong = np.flatnonzero(~(np.abs(values) <= most))
    if len(wrong):
        raise InvalidInput(f"Row {wrong[0] + 1}: '{name}' is {values[wrong[0]]:g}; it lies from -{most:g} to {most:g}.")
    return values


def _values(table: pa.Table, name: str) -> Floats:
    column = _without_truth_values(table, name)
    try:
        values: Floats = column.cast(pa.float64()).to_numpy()
    except pa.ArrowException as error:
        row = _first_beyond(column, pa.float64()) + 1
        raise InvalidInput(f"Row {row}: '{name}' is no number ({_sentence(error)}).") from error
    return values


def _first_beyond(column: Any, kind: pa.DataType) -> int:
    """Position of the first value that is none of this kind; Arrow tells the value and not where it stands."""
    begin, end = 0, len(column)
    while end - begin > 1:
        middle = (begin + end) // 2
        try:
            column.slice(begin, middle - begin).cast(kind)
        except pa.ArrowException:
            end = middle
        else:
            begin = middle
    return begin


def _sentence(error: BaseException) -> str:
    # The first one: what follows is Arrow's advice to programmers.
    return str(error).partition("\n")[0].partition(". ")[0][:200]


def table_file(columns: Mapping[str, Sequence[object]], schema: pa.Schema, form: Literal["csv", "parquet"]) -> bytes:
    """Rows as a file; the times of a CSV are ISO 8601 in UTC, as fine as their column."""
    table = pa.table(dict(columns), schema=schema)
    sink = pa.BufferOutputStream()
    if form == "csv":
        for position, field in enumerate(schema):
            if pa.types.is_timestamp(field.type):
                # Without its zone, since a zone would be looked up in a database that a Lambda need not have.
                instants = table.column(position).cast(pa.timestamp(field.type.unit))
                written = pc.strftime(instants, "%Y-%m-%dT%H:%M:%SZ")
                table = table.set_column(position, field.name, written)
        pa.csv.write_csv(table, sink)
    else:
        pa.parquet.write_table(table, sink, compression="zstd")
    content: bytes = sink.getvalue().to_pybytes()
    return content
