"""Rows of a made file, and what the rules for series make of them."""

import datetime as dt
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import numpy as np

from geoclimate.columnar.blocks import Batch, Block
from geoclimate.columnar.check_series import SeriesChecks
from geoclimate.columnar.columns import Monitor, ObservationColumns, Vocabulary, microseconds_of
from geoclimate.domain.delivery import Delivery
from geoclimate.domain.parameters import canonical_unit

UPLOADED = dt.datetime(2016, 3, 1, tzinfo=dt.UTC)
DELIVERY = Delivery("ab" * 32, UPLOADED, UPLOADED)
MIDNIGHT = microseconds_of(dt.datetime(2014, 1, 1, tzinfo=dt.UTC))
HOUR = 3_600_000_000


class Row(NamedTuple):
    line: int
    series: int
    hour: int
    value: float
    minutes: int = 60


def monitor(series: int, parameter: str) -> Monitor:
    unit = canonical_unit(parameter)
    return Monitor(f"openaq-{series}", "Dongsi", 39.9, 116.4, parameter, str(series), unit, "openaq")


def columns(vocabulary: Vocabulary, rows: Sequence[Row], parameter: str = "pm25") -> ObservationColumns:
    start = np.array([MIDNIGHT + row.hour * HOUR for row in rows], np.int64)
    value = np.array([row.value for row in rows], np.float64)
    return ObservationColumns(
        vocabulary,
        np.array([vocabulary.monitor(monitor(row.series, parameter)) for row in rows], np.int32),
        start,
        start + np.array([row.minutes * 60_000_000 for row in rows], np.int64),
        value,
        value,
        np.zeros(len(rows), np.int16),
        np.array([row.line for row in rows], np.int32),
    )


def checked(
    rows: Sequence[Row], block_rows: int = 10_000, batch_rows: int = 100_000, parameter: str = "pm25"
) -> list[Batch]:
    """The batches of a file; a block ends with a line."""
    vocabulary = Vocabulary()
    with TemporaryDirectory() as folder:
        checks = SeriesChecks(vocabulary, Path(folder), DELIVERY, batch_rows)
        batches: list[Batch] = []
        for lines in _blocks(rows, block_rows):
            batches += checks.add(Block(columns(vocabulary, lines, parameter)))
        return [*batches, *checks.finish()]


def _blocks(rows: Sequence[Row], size: int) -> Iterator[list[Row]]:
    block: list[Row] = []
    for row in rows:
        if len(block) >= size and row.line != block[-1].line:
            yield block
            block = []
        block.append(row)
    if block:
        yield block


def hourly(series: int, hours: range, line: int, value: float = 40.0) -> list[Row]:
    """A file's lines of one series; values differ from hour to hour."""
    return [Row(line + n, series, hour, value + hour % 7 + hour % 5 / 10) for n, hour in enumerate(hours)]
