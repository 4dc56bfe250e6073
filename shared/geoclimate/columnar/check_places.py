"""One station, one place: rows that put a station of the same file somewhere else are refused.

Two stations that share an id would otherwise be mixed into one series, and nothing would show it.
"""

from dataclasses import replace
from typing import Final

import numpy as np

from geoclimate.columnar.blocks import Block
from geoclimate.columnar.columns import Monitor, ObservationColumns, Vocabulary
from geoclimate.domain.errors import UnreadableFile
from geoclimate.domain.places import SAME_PLACE_METRES, Point, distance_m
from geoclimate.domain.quality import Refusal, RowRule

MOST_MONITORS: Final = 100_000
"""Instruments of one file, as it describes them: some 100 MB. All of EPA's hourly sites have about 5,000."""


class PlaceCheck:
    """The places of one file's stations; the first line that names a station says where it is."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._first: dict[str, tuple[Monitor, int]] = {}
        # By monitor: None while it was not met, then whether its rows are refused.
        self._elsewhere: list[bool | None] = []

    def check(self, block: Block) -> Block:
        """The block, with the rows that contradict a station's place among its refusals.

        Raises:
            UnreadableFile: `too-many-series`: the file describes more than `MOST_MONITORS` instruments.
        """
        columns = block.columns
        if len(self._vocabulary.monitors) > MOST_MONITORS:
            message = (
                f"the file has more than {MOST_MONITORS:,} instruments, or ever another name or place of one: split it;"
                " rows above this line may be stored already, and storing them again changes nothing"
            )
            raise UnreadableFile("too-many-series", message, int(columns.line[-1]) if len(columns) else None)
        self._elsewhere += [None] * (len(self._vocabulary.monitors) - len(self._elsewhere))
        present = np.flatnonzero(np.bincount(columns.monitor, minlength=len(self._elsewhere)))
        unknown = [int(number) for number in present if self._elsewhere[number] is None]
        if unknown:
            self._meet(unknown, columns)
        if not any(self._elsewhere[number] for number in present):
            return block
        refused = np.asarray([bool(elsewhere) for elsewhere in self._elsewhere])[columns.monitor]
        refusals = [self._refusal(columns, int(row)) for row in np.flatnonzero(refused)]
        return replace(
            block,
            columns=columns.take(~refused),
            refusals=sorted([*block.refusals, *refusals], key=lambda refusal: refusal.line),
        )

    def _meet(self, numbers: list[int], columns: ObservationColumns) -> None:
        lines = {number: int(columns.line[columns.monitor == number].min()) for number in numbers}
        for number in sorted(numbers, key=lines.__getitem__):
            monitor = self._vocabulary.monitors[number]
            first, _ = self._first.setdefault(monitor.station, (monitor, lines[number]))
            self._elsewhere[number] = _metres_between(first, monitor) > SAME_PLACE_METRES

    def _refusal(self, columns: ObservationColumns, row: int) -> Refusal:
        monitor = self._vocabulary.monitors[columns.monitor[row]]
        first, line = self._first[monitor.station]
        here = f"{monitor.latitude:g}, {monitor.longitude:g}"
        turned = monitor._replace(latitude=monitor.longitude, longitude=monitor.latitude)
        looks_swapped = abs(turned.latitude) <= 90.0 and _metres_between(first, turned) <= SAME_PLACE_METRES
        what_to_do = (
            "latitude and longitude look swapped in one of them: correct it"
            if looks_swapped
            else "give each station an id of its own, or correct the coordinates"
        )
        message = (
            f"line {line} puts station {monitor.station} at {first.latitude:g}, {first.longitude:g}, which is"
            f" {_metres_between(first, monitor) / 1000:,.0f} km from {here}: {what_to_do}"
        )
        return Refusal(int(columns.line[row]), None, here, RowRule.COORDINATES, message)


def _metres_between(one: Monitor, other: Monitor) -> float:
    return distance_m(Point(one.latitude, one.longitude), Point(other.latitude, other.longitude))
