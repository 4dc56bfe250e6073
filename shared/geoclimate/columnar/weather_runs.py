"""From the rows of a weather forecast, which lie in any order, to its runs, in memory that its size does not change.

The records are written to a file of their own as they come, 45 bytes each. A small file is one part; a larger one is
read again for each of its parts, which are cut so that a run is never divided.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

import numpy as np
import numpy.typing as npt

from geoclimate.columnar.columns import time_at
from geoclimate.columnar.weather_columns import RECORD, Records, WeatherVocabulary, first_hours
from geoclimate.domain.delivery import Delivery
from geoclimate.domain.errors import UnreadableFile
from geoclimate.domain.quality import Refusal, RowRule
from geoclimate.domain.weather_forecasts import HOUR, WEATHER_PARAMETERS, RunEdition, WeatherRun, hour_of
from geoclimate.domain.weather_rows import VALUE_COLUMN

MOST_ROWS: Final = 10_000_000
"""Of one file: 450 MB of records. A global run of a quarter of a degree is better sent as the region that is needed."""
ROWS_A_PART: Final = 500_000
"""About: 23 MB of records, and as much again while they are sorted."""
_SCANNED_AT_ONCE: Final = 500_000
_IDENTITY: Final = ("place", "issue", "known", "parameter", "hour")
_SPREAD: Final = 2_654_435_761
"""Knuth's multiplicative hash: places and issue times come in regular steps, which must not all fall into one part."""
_HOUR_MICROSECONDS: Final = 3_600_000_000


@dataclass(frozen=True, slots=True, eq=False)
class WeatherPart:
    """Whole runs of a file.

    Attributes:
        number: 0-based; the same rows of the same file are always in the part of the same number.
        records: Ordered by place, issue time, known, parameter and hour; each of these occurs once in the whole file.
        refusals: Rows that contradict an earlier line, ordered by line.
        repeated: How many rows said again what an earlier line said.
    """

    number: int
    records: Records
    refusals: list[Refusal]
    repeated: int


class RecordFile:
    """The records of one upload on the disk; a context in which they are added, after which they can be read."""

    def __init__(self, folder: Path) -> None:
        """Makes a file in a folder, with which it goes."""
        self._path = folder / "records"
        self._file = self._path.open("wb")
        self._count = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def add(self, records: Records) -> None:
        """Take records.

        Raises:
            UnreadableFile: `too-large`: there are more than `MOST_ROWS`.
        """
        self._count += len(records)
        if self._count > MOST_ROWS:
            raise UnreadableFile("too-large", f"the file has more than {MOST_ROWS:,} rows: upload it in parts")
        self._file.write(records.tobytes())

    def parts(self, vocabulary: WeatherVocabulary) -> Iterator[WeatherPart]:
        """All records, run by run."""
        if not self._count:
            return
        everything: Records = np.memmap(self._path, RECORD, mode="r")
        count = -(-self._count // ROWS_A_PART)
        for number in range(count):
            chosen = [
                piece[_part_of(piece, count) == number]
                for piece in np.array_split(everything, -(-self._count // _SCANNED_AT_ONCE))
            ]
            yield _part(number, np.concatenate(chosen), vocabulary)


def _part_of(records: Records, count: int) -> npt.NDArray[np.int64]:
    """Which part each record belongs to: that of its run."""
    mixed = records["place"].astype(np.uint64) * np.uint64(_SPREAD) + (records["issue"] // _HOUR_MICROSECONDS).astype(
        np.uint64
    )
    return np.asarray((mixed * np.uint64(_SPREAD) >> np.uint64(16)) % np.uint64(count), np.int64)


def _part(number: int, records: Records, vocabulary: WeatherVocabulary) -> WeatherPart:
    order = np.lexsort([records[name] for name in ("line", *reversed(_IDENTITY))])
    records = records[order]
    begins = _changed(records, _IDENTITY)
    if begins.all():
        return WeatherPart(number, records, [], 0)
    first = records[np.flatnonzero(begins)][np.cumsum(begins) - 1]
    other = records["value"] != first["value"]
    refusals = [
        _duplicate(records[row], int(first["line"][row]), vocabulary)
        for row in np.flatnonzero(~begins & other).tolist()
    ]
    refusals.sort(key=lambda refusal: refusal.line)
    return WeatherPart(number, records[begins], refusals, int(np.count_nonzero(~begins & ~other)))


def _changed(records: Records, names: tuple[str, ...]) -> npt.NDArray[np.bool_]:
    """Whether a record differs from the one before it in one of the fields; the first one does."""
    changed = np.ones(len(records), np.bool_)
    changed[1:] = np.any([records[name][1:] != records[name][:-1] for name in names], axis=0)
    return changed


def _duplicate(record: np.void, first_line: int, vocabulary: WeatherVocabulary) -> Refusal:
    place = vocabulary.places[int(record["place"])]
    issue_time = time_at(int(record["issue"]))
    valid_time = hour_of(issue_time) + int(record["hour"]) * HOUR
    parameter, delivered = WEATHER_PARAMETERS[int(record["parameter"])], float(record["delivered"])
    raw = {
        "place": place.key,
        "issue_time": issue_time.isoformat(),
        "valid_time": valid_time.isoformat(),
        "parameter": parameter,
        "value": delivered,
        "unit": vocabulary.units[int(record["unit"])],
    }
    message = (
        f"line {first_line} gives another value of {parameter} for the same place, issue time and hour, which is taken:"
        " leave one of them out"
    )
    return Refusal(int(record["line"]), VALUE_COLUMN, repr(delivered), RowRule.DUPLICATE, message, json.dumps(raw))


def runs_of(part: WeatherPart, vocabulary: WeatherVocabulary, delivery: Delivery) -> Iterator[WeatherRun]:
    """The runs of a part, ordered by place as the file first names it and issue time, each as this file knows it."""
    records = part.records
    begins = np.flatnonzero(_changed(records, ("place", "issue")))
    for begin, end in zip(begins.tolist(), [*begins[1:].tolist(), len(records)], strict=True):
        run = records[begin:end]
        place = vocabulary.places[int(run["place"][0])]
        yield WeatherRun(place, time_at(int(run["issue"][0])), tuple(_editions(run, delivery)))


def _editions(run: Records, delivery: Delivery) -> Iterator[RunEdition]:
    begins = np.flatnonzero(_changed(run, ("known",)))
    for begin, end in zip(begins.tolist(), [*begins[1:].tolist(), len(run)], strict=True):
        edition = run[begin:end]
        cells: dict[str, dict[int, float]] = {}
        for parameter, hour, value in zip(
            edition["parameter"].tolist(), edition["hour"].tolist(), edition["value"].tolist(), strict=True
        ):
            cells.setdefault(WEATHER_PARAMETERS[parameter], {})[hour] = value
        yield RunEdition(time_at(int(edition["known"][0])), delivery.uploaded_at, delivery.digest, cells)


def span_of(records: Records) -> tuple[int, int]:
    """Beginning of the first and end of the last hour, microseconds since 1970."""
    starts = first_hours(records) + records["hour"].astype(np.int64) * _HOUR_MICROSECONDS
    return int(starts.min()), int(starts.max()) + _HOUR_MICROSECONDS
