"""The exact way from lines to columns: each line through its format's row reader, which decides and words refusals."""

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from geoclimate.columnar.blocks import Block
from geoclimate.columnar.columns import Monitor, ObservationColumns, Vocabulary, microseconds_of
from geoclimate.domain.csv_format import RowReader, read_line
from geoclimate.domain.delivery import AcceptedRow, SkippedRow
from geoclimate.domain.quality import LONGEST_RAW, Refusal


def read_by_rows(lines: Iterable[tuple[int, str]], reader: RowReader, vocabulary: Vocabulary) -> Block:
    """What lines say.

    Args:
        lines: 1-based numbers, ascending, each with its line, without line ends and none of them blank.
        reader: Reads the file's rows.
        vocabulary: The file's; new monitors and flags are added.
    """
    columns = _Columns(vocabulary)
    refusals: list[Refusal] = []
    skipped: list[SkippedRow] = []
    for number, line in lines:
        for row in read_line(reader, number, line):
            if isinstance(row, AcceptedRow):
                columns.add(row)
            elif isinstance(row, Refusal):
                refusals.append(row if row.raw else replace(row, raw=line[:LONGEST_RAW]))
            elif isinstance(row, SkippedRow):
                skipped.append(row)
    return Block(columns.taken(), refusals, skipped)


class _Columns:
    """Accepted rows, gathered into columns."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._rows: list[tuple[int, int, int, float, float, int, int]] = []

    def add(self, row: AcceptedRow) -> None:
        seen = row.observation
        monitor = Monitor(
            station=seen.station,
            name=row.name,
            latitude=row.latitude,
            longitude=row.longitude,
            parameter=seen.parameter,
            instrument=seen.instrument,
            delivered_unit=seen.delivered_unit,
            source=seen.source,
        )
        self._rows.append(
            (
                self._vocabulary.monitor(monitor),
                microseconds_of(seen.start),
                microseconds_of(seen.end),
                seen.value,
                seen.delivered_value,
                self._vocabulary.flag(seen.flag),
                seen.line,
            )
        )

    def taken(self) -> ObservationColumns:
        if not self._rows:
            return ObservationColumns.empty(self._vocabulary)
        monitor, start, end, value, delivered, flag, line = zip(*self._rows, strict=True)
        return ObservationColumns(
            self._vocabulary,
            np.array(monitor, np.int32),
            np.array(start, np.int64),
            np.array(end, np.int64),
            np.array(value, np.float64),
            np.array(delivered, np.float64),
            np.array(flag, np.int16),
            np.array(line, np.int32),
        )
