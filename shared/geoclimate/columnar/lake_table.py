"""Rows as Arrow tables with the lake's columns, and as Parquet files.

An hourly file makes about a dozen files a batch, so what is the same in many rows is put together a run at a time: rows
that follow each other, of one monitor, in one month.
"""

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from geoclimate.columnar.columns import ObservationColumns, microseconds_of
from geoclimate.contracts.lake import OBSERVATIONS, REFUSED, LakeTable, Month
from geoclimate.domain.delivery import Delivery
from geoclimate.domain.parameters import canonical_unit
from geoclimate.domain.quality import Refusal

ROW_GROUP_ROWS: Final = 131_072
"""Rows that a reader can skip at once by their statistics."""

_DAY: Final = 86_400_000_000
_TIME: Final = pa.timestamp("us", "UTC")
_TEXT: Final = pa.dictionary(pa.int32(), pa.string())
_ARROW: Final = {"string": _TEXT, "double": pa.float64(), "int": pa.int32(), "timestamp": _TIME}
# What queries ask for; statistics of the others would cost a tenth of the writing.
_WITH_STATISTICS: Final = frozenset(
    {"station", "instrument", "start", "end", "value", "flag", "rule", "ingested_at"}
    | {"issue_time", "valid_time", "known_at", "parameter"}
)

_Ints = npt.NDArray[np.int64]


def schema_of(layout: LakeTable) -> pa.Schema:
    """The Arrow schema of a table's files; texts are dictionaries in memory and plain texts in the file."""
    return pa.schema([pa.field(each.name, _ARROW[each.type], nullable=not each.required) for each in layout.columns])


def lake_writer(sink: pa.NativeFile, layout: LakeTable) -> pq.ParquetWriter:
    """A writer of one file of a table; the same tables written give the same bytes."""
    by_type = {kind: [each.name for each in layout.columns if each.type == kind] for kind in _ARROW}
    return pq.ParquetWriter(
        sink,
        schema_of(layout),
        compression="zstd",
        compression_level=3,
        # A delivered value has few digits, so the values of a month repeat as texts do.
        use_dictionary=by_type["string"] + by_type["double"],
        column_encoding=dict.fromkeys(by_type["timestamp"] + by_type["int"], "DELTA_BINARY_PACKED"),
        write_statistics=[each.name for each in layout.columns if each.name in _WITH_STATISTICS],
        write_batch_size=65_536,
        # Readers in other languages must not need to know of Arrow's dictionaries.
        store_schema=False,
    )


def parquet_file(table: pa.Table, layout: LakeTable) -> pa.Buffer:
    """A whole Parquet file with these rows."""
    sink = pa.BufferOutputStream()
    with lake_writer(sink, layout) as writer:
        writer.write_table(table, row_group_size=ROW_GROUP_ROWS)
    return sink.getvalue()


def observation_tables(columns: ObservationColumns, delivery: Delivery) -> Iterator[tuple[Month, pa.Table]]:
    """The rows by partition of the lake, each partition's sorted by station, instrument and start.

    Args:
        columns: Rows, those of a series ordered by start.
        delivery: The file that they come from.
    """
    if not len(columns):
        return
    runs = _Runs(columns)
    schema = schema_of(OBSERVATIONS)
    ingested_at = microseconds_of(delivery.uploaded_at)
    for month, chosen in runs.by_month():
        lengths = runs.lengths[chosen]
        rows = columns.take(_positions(runs.begins[chosen], lengths))
        monitors = [columns.vocabulary.monitors[number] for number in runs.monitors[chosen]]
        size = len(rows)
        arrays = {
            "station": _repeated([each.station for each in monitors], lengths),
            "station_name": _repeated([each.name for each in monitors], lengths),
            "latitude": pa.array(np.repeat([each.latitude for each in monitors], lengths)),
            "longitude": pa.array(np.repeat([each.longitude for each in monitors], lengths)),
            "instrument": _repeated([each.instrument for each in monitors], lengths),
            "start": pa.array(rows.start).view(_TIME),
            "end": pa.array(rows.end).view(_TIME),
            "value": pa.array(rows.value),
            "unit": _same(canonical_unit(month.parameter), size),
            "delivered_value": pa.array(rows.delivered),
            "delivered_unit": _repeated([each.delivered_unit for each in monitors], lengths),
            "flag": _numbered(rows.flag, columns.vocabulary.flags),
            "source": _repeated([each.source for each in monitors], lengths),
            "file_digest": _same(delivery.digest, size),
            "line": pa.array(rows.line),
            "ingested_at": pa.array(np.full(size, ingested_at)).view(_TIME),
        }
        yield month, pa.Table.from_arrays([arrays[name] for name in schema.names], schema=schema)


def refused_table(refusals: Sequence[Refusal], delivery: Delivery) -> pa.Table:
    """Refused rows, in their order."""
    size = len(refusals)
    arrays = {
        "file_digest": _same(delivery.digest, size),
        "file_key": _same(delivery.key, size),
        "line": pa.array([each.line for each in refusals], pa.int32()),
        "column": _texts([each.column for each in refusals]),
        "value": _texts([each.value for each in refusals]),
        "rule": _texts([each.rule for each in refusals]),
        "message": _texts([each.message for each in refusals]),
        "raw": _texts([each.raw for each in refusals]),
        "ingested_at": pa.array(np.full(size, microseconds_of(delivery.uploaded_at))).view(_TIME),
    }
    schema = schema_of(REFUSED)
    return pa.Table.from_arrays([arrays[name] for name in schema.names], schema=schema)


class _Runs:
    """Rows that follow each other, are of one monitor and begin in one month.

    Attributes:
        begins: Position of a run's first row.
        lengths: Rows of a run.
        monitors: Number of a run's monitor.
    """

    def __init__(self, columns: ObservationColumns) -> None:
        months = _months(columns.start)
        changes = (np.diff(columns.monitor) != 0) | (np.diff(months) != 0)
        self.begins: _Ints = np.concatenate([[0], np.flatnonzero(changes) + 1])
        self.lengths: _Ints = np.diff(self.begins, append=len(columns))
        self.monitors = columns.monitor[self.begins]
        self._months = months[self.begins]
        self._vocabulary = columns.vocabulary

    def by_month(self) -> Iterator[tuple[Month, _Ints]]:
        """The partitions in their order, each with its runs, sorted by station and instrument and else as they came."""
        monitors = self._vocabulary.monitors
        keys = [
            (monitors[number].parameter, month, monitors[number].station, monitors[number].instrument)
            for number, month in zip(self.monitors.tolist(), self._months.tolist(), strict=True)
        ]
        chosen: dict[tuple[str, int], list[int]] = {}
        for run in sorted(range(len(keys)), key=keys.__getitem__):
            parameter, month, *_ = keys[run]
            chosen.setdefault((parameter, month), []).append(run)
        for (parameter, month), runs in chosen.items():
            yield Month(parameter, 1970 + month // 12, 1 + month % 12), np.asarray(runs)


def _months(times: _Ints) -> _Ints:
    """Months since January 1970 UTC, of microseconds since 1970; a table of days spares the calendar for each row."""
    days = times // _DAY
    first = int(days.min())
    calendar = np.arange(first, int(days.max()) + 1).astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    return np.asarray(calendar[days - first])


def _positions(begins: _Ints, lengths: _Ints) -> _Ints:
    """Positions of all rows of runs, one run after the other."""
    ends = np.cumsum(lengths)
    return np.arange(ends[-1]) + np.repeat(begins - ends + lengths, lengths)


def _repeated(texts: Sequence[str], lengths: _Ints) -> pa.DictionaryArray:
    """Each text as often as its length says."""
    numbers = {text: number for number, text in enumerate(dict.fromkeys(texts))}
    codes = np.repeat(np.asarray([numbers[text] for text in texts], np.int32), lengths)
    return pa.DictionaryArray.from_arrays(pa.array(codes), pa.array(list(numbers), pa.string()))


def _numbered(numbers: npt.NDArray[np.int16], names: Sequence[str]) -> pa.DictionaryArray:
    """Each row's name, with a dictionary of those only that occur: the same rows give the same bytes."""
    used = np.flatnonzero(np.bincount(numbers))
    codes = np.zeros(len(names), np.int32)
    codes[used] = np.arange(len(used))
    return pa.DictionaryArray.from_arrays(
        pa.array(codes[numbers]), pa.array([names[number] for number in used.tolist()], pa.string())
    )


def _texts(texts: Sequence[str | None]) -> pa.DictionaryArray:
    return pa.array(texts, pa.string()).dictionary_encode()


def _same(text: str, size: int) -> pa.DictionaryArray:
    return pa.DictionaryArray.from_arrays(pa.array(np.zeros(size, np.int32)), pa.array([text], pa.string()))
