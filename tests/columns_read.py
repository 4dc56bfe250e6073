"""What a file says, once as columns and once row by row, in a form that can be compared."""

import datetime as dt
import io
from collections.abc import Iterator
from typing import Any, BinaryIO

from geoclimate.columnar import text_blocks
from geoclimate.columnar.blocks import Block
from geoclimate.columnar.columns import Monitor, Vocabulary, microseconds_of
from geoclimate.columnar.read_file import begin_file, read_blocks
from geoclimate.domain.csv_format import CsvFormat, read_line
from geoclimate.domain.delivery import AcceptedRow, Delivery, SkippedRow
from geoclimate.domain.formats import recognise
from geoclimate.domain.quality import LONGEST_RAW, Refusal

NOW = dt.datetime(2024, 6, 1, 12, tzinfo=dt.UTC)
DELIVERY = Delivery("ab" * 32, NOW, NOW)

Said = tuple[list[Any], list[Refusal], list[SkippedRow]]


class InPieces(io.BytesIO):
    """A stream that gives some bytes at a time, so that every block ends where they do."""

    def __init__(self, content: bytes, size: int) -> None:
        super().__init__(content)
        self._size = size

    def readinto(self, buffer: Any) -> int:
        return super().readinto(memoryview(buffer)[: self._size])


def observation_blocks(content: BinaryIO, delivery: Delivery, vocabulary: Vocabulary) -> Iterator[Block]:
    """The blocks of a file of observations."""
    found, beginning = begin_file(content)
    assert isinstance(found, CsvFormat)
    return read_blocks(found, beginning, delivery, vocabulary)


def as_columns(content: bytes, size: int = text_blocks.BLOCK_BYTES) -> Said:
    """Rows, refusals and skipped rows as the columns have them, where so many bytes are read at a time."""
    vocabulary = Vocabulary()
    blocks = list(observation_blocks(InPieces(content, size), DELIVERY, vocabulary))
    rows = [row for block in blocks for row in rows_of(block)]
    refusals = [refusal for block in blocks for refusal in block.refusals]
    return rows, refusals, [skipped for block in blocks for skipped in block.skipped]


def rows_of(block: Block) -> Iterator[Any]:
    columns = block.columns
    monitors, flags = columns.vocabulary.monitors, columns.vocabulary.flags
    for monitor, start, end, value, delivered, flag, line in zip(
        columns.monitor.tolist(),
        columns.start.tolist(),
        columns.end.tolist(),
        columns.value.tolist(),
        columns.delivered.tolist(),
        columns.flag.tolist(),
        columns.line.tolist(),
        strict=True,
    ):
        yield line, monitors[monitor], start, end, value.hex(), delivered.hex(), flags[flag]


def line_by_line(content: bytes) -> Said:
    """The same as the row readers say it."""
    numbered = enumerate(io.TextIOWrapper(io.BytesIO(content), encoding="utf-8-sig"), start=1)
    lines = [(number, line.rstrip("\n")) for number, line in numbered if line.strip()]
    found, header = recognise(*lines[0])
    assert isinstance(found, CsvFormat)
    reader = found.open(header, DELIVERY)
    rows: list[Any] = []
    refusals = []
    skipped = []
    for number, line in lines[1:]:
        for row in read_line(reader, number, line):
            if isinstance(row, AcceptedRow):
                rows.append(row_of(row))
            elif isinstance(row, Refusal):
                assert row.raw == line[:LONGEST_RAW]
                refusals.append(row)
            else:
                assert isinstance(row, SkippedRow)
                skipped.append(row)
    return rows, refusals, skipped


def row_of(row: AcceptedRow) -> Any:
    seen = row.observation
    monitor = Monitor(
        seen.station,
        row.name,
        row.latitude,
        row.longitude,
        seen.parameter,
        seen.instrument,
        seen.delivered_unit,
        seen.source,
    )
    start, end = microseconds_of(seen.start), microseconds_of(seen.end)
    return seen.line, monitor, start, end, seen.value.hex(), seen.delivered_value.hex(), seen.flag
