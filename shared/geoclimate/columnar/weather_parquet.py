"""Weather forecasts as Parquet: the columns of the CSV form, with types."""

import json
from collections.abc import Callable, Iterator
from types import MappingProxyType
from typing import BinaryIO, Final

import pyarrow as pa

from geoclimate.columnar.arrow_columns import Numbers, Texts, Times
from geoclimate.columnar.column_types import ColumnKind, check_type, named, refuse_repeated, refuse_schema
from geoclimate.columnar.parquet_batches import ParquetRows, checked_rows
from geoclimate.columnar.weather_columns import WeatherBlock, WeatherVocabulary, weather_block
from geoclimate.domain.delivery import Delivery
from geoclimate.domain.errors import RefusedValue
from geoclimate.domain.quality import LONGEST_RAW, Refusal, shortened
from geoclimate.domain.weather_rows import (
    COMMON_COLUMNS,
    KNOWN_COLUMN,
    POINT_COLUMNS,
    STATION_COLUMNS,
    WeatherCells,
    WeatherCheck,
    WeatherRow,
)

_TELLING: Final = frozenset({"issue_time", "valid_time"})
_KINDS: Final[MappingProxyType[str, ColumnKind]] = MappingProxyType(
    {
        "station": "text",
        "latitude": "number",
        "longitude": "number",
        "issue_time": "time",
        "valid_time": "time",
        "known_time": "time",
        "parameter": "text",
        "value": "number",
        "unit": "text",
    }
)
_TEXTS: Final = frozenset(name for name, kind in _KINDS.items() if kind == "text")

_Cell = Callable[[int], str]


def is_weather_forecast(schema: pa.Schema) -> bool:
    """Whether a Parquet file is of a weather forecast: no other one has an issue time or a valid time."""
    return not _TELLING.isdisjoint(schema.names)


def read_weather_parquet(
    content: BinaryIO, delivery: Delivery, vocabulary: WeatherVocabulary
) -> Iterator[WeatherBlock]:
    """What a Parquet file of a weather forecast says; a row's line is its 1-based number.

    Args:
        content: The file; it must be seekable, and stays open.
        delivery: What the rows have in common.
        vocabulary: Takes the file's places and units.

    Raises:
        UnreadableFile: `parquet`, `too-large`, `schema` or `no-rows`, before any block is given; `too-many-series`.
    """
    return _blocks(checked_rows(content, _chosen_columns, _TEXTS), WeatherCheck(delivery), vocabulary)


def _blocks(rows: ParquetRows, check: WeatherCheck, vocabulary: WeatherVocabulary) -> Iterator[WeatherBlock]:
    for first, batch in rows.batches:
        yield weather_block(_rows(batch, first, check), vocabulary)


def _chosen_columns(schema: pa.Schema) -> dict[str, str]:
    refuse_repeated(schema)
    place = STATION_COLUMNS if "station" in schema.names else POINT_COLUMNS
    wanted = (*place, *COMMON_COLUMNS)
    if missing := [name for name in wanted if name not in schema.names]:
        refuse_schema(f"the column {named(missing)} is missing: add it")
    known = (*wanted, KNOWN_COLUMN)
    if unknown := [name for name in schema.names if name not in known]:
        refuse_schema(f"the column {named(unknown)} is unknown: leave it out; known are {', '.join(known)}")
    chosen = [name for name in known if name in schema.names]
    for name in chosen:
        check_type(name, _KINDS[name], schema.field(name).type)
    return {name: name for name in chosen}


def _rows(batch: pa.RecordBatch, first: int, check: WeatherCheck) -> Iterator[WeatherRow | Refusal]:
    cells = {name: _cells(name, column) for name, column in zip(batch.schema.names, batch.columns, strict=True)}
    place = STATION_COLUMNS if "station" in cells else POINT_COLUMNS
    for row in range(batch.num_rows):
        texts = {name: cell(row) for name, cell in cells.items()}
        issue_time, valid_time, parameter, value, unit = (texts[name] for name in COMMON_COLUMNS)
        known_time = texts.get(KNOWN_COLUMN, "")
        where = tuple(texts[name] for name in place)
        said = WeatherCells(issue_time, valid_time, parameter, value, unit, known_time, where)
        try:
            yield check.accept(first + row, said)
        except RefusedValue as refused:
            raw = json.dumps(texts, ensure_ascii=False)[:LONGEST_RAW]
            value = shortened(refused.value)
            yield Refusal(first + row, refused.column, value, refused.rule, str(refused), raw)


def _cells(name: str, column: pa.Array) -> _Cell:
    """What gives the text of a cell by its row."""
    match _KINDS[name]:
        case "text":
            return Texts(name, column).at
        case "number":
            return Numbers(name, column).at
        case "time":
            return Times(name, column).at
