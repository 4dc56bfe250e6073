"""Beijing's PM2.5 and the issue times of the evaluation, as plain arrays."""

import lzma
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from tests.beijing import DATA

LEADS: Final = 24
ISSUE_EVERY_HOURS: Final = 6
ISSUE_HOUR: Final = 4
"""As in the evaluation (tests.bench.accuracy.beijing_data): this hour of the day, UTC, and every sixth from it on."""
HISTORY_HOURS: Final = 72
LONGEST_HOLD: Final = 6
CHINA_HOURS: Final = 8

Array = npt.NDArray[Any]


@dataclass(frozen=True, slots=True, eq=False)
class Beijing:
    """The series, and what is asked of forecasters.

    Attributes:
        stations: Names.
        first_hour: First column's hour, in hours since 1970.
        values: float32 [stations, hours], NaN where missing.
        station: int64 [n].
        issue_hours: int64 [n].
        test_start: First hour of the test, in hours since 1970.
    """

    stations: tuple[str, ...]
    first_hour: int
    values: Array
    station: Array
    issue_hours: Array
    test_start: int

    @property
    def columns(self) -> Array:
        """The column of each issue hour: int64 [n]."""
        return self.issue_hours - self.first_hour

    @property
    def observed(self) -> Array:
        """float32 [n, leads], NaN where nothing was observed."""
        columns = self.columns[:, None] + np.arange(LEADS)
        inside = columns < self.values.shape[1]
        return np.where(inside, self.values[self.station[:, None], np.where(inside, columns, 0)], np.float32(np.nan))

    @property
    def held(self) -> Array:
        """The series with every gap filled by the last value before it: float32 [stations, hours]."""
        known = ~np.isnan(self.values)
        place = np.maximum.accumulate(np.where(known, np.arange(self.values.shape[1]), -1), axis=1)
        filled = np.take_along_axis(self.values, np.maximum(place, 0), axis=1)
        # Before the first value there is nothing to hold; the first one stands in, in training only.
        first = np.take_along_axis(self.values, known.argmax(axis=1)[:, None], axis=1)
        return np.where(place < 0, first, filled)

    @property
    def last(self) -> Array:
        """The newest known value at each issue time: float32 [n]."""
        return np.asarray(self.held[self.station, self.columns - 1])


def read_beijing() -> Beijing:
    """Read the eight stations; issue times of the evaluation from 2015-03-01 on, where a forecast can be made."""
    paths = sorted(DATA.glob("*.csv.xz"))
    series = []
    for path in paths:
        with lzma.open(path, "rt") as text:
            rows = [line.rstrip("\n").split(",") for line in text]
        place = rows[0].index("PM2.5")
        series.append([np.nan if row[place] == "NA" else float(row[place]) for row in rows[1:]])
    values = np.asarray(series, dtype=np.float32)
    first = int(np.datetime64("2013-03-01T00").astype(int)) - CHINA_HOURS
    start = int(np.datetime64("2015-03-01T00").astype(int)) - CHINA_HOURS
    end = int(np.datetime64("2016-02-29T00").astype(int)) - CHINA_HOURS
    hours = np.arange(start, end)
    hours = hours[(hours - ISSUE_HOUR) % ISSUE_EVERY_HOURS == 0]
    known = ~np.isnan(values)
    stations, issues = [], []
    for station in range(len(values)):
        newest = np.maximum.accumulate(np.where(known[station], np.arange(values.shape[1]), -LONGEST_HOLD * 9))
        total = np.concatenate([[0], np.cumsum(known[station])])
        columns = hours - first
        fresh = columns - 1 - newest[columns - 1] <= LONGEST_HOLD
        enough = total[columns] - total[columns - HISTORY_HOURS] >= HISTORY_HOURS // 2
        issues.append(hours[fresh & enough])
        stations.append(np.full(len(issues[-1]), station))
    names = tuple(path.name.removesuffix(".csv.xz") for path in paths)
    return Beijing(names, first, values, np.concatenate(stations), np.concatenate(issues), start)
