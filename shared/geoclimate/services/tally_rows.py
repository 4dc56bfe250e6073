"""What a file's rows came to: the counts and the stations that its report names."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

import numpy as np

from geoclimate.columnar.columns import VALID_FLAG, ObservationColumns, Vocabulary, time_at
from geoclimate.contracts.report import RowCounts
from geoclimate.domain.delivery import SkippedRow
from geoclimate.domain.stations import Series, Station, widen
from geoclimate.services.list_refusals import RefusalList
from geoclimate.services.merge_outcome import MergeCounts

_NEVER: Final = np.iinfo(np.int64)


class RowTally:
    """Counts rows as they are read and stored; give it to one file only.

    Attributes:
        refused: The refused rows.
        flagged_by_flag: Flagged rows by flag.
        skipped_by_rule: Skipped rows by rule.
    """

    def __init__(self, vocabulary: Vocabulary, uploaded_at: datetime, refused: RefusalList) -> None:
        self.refused = refused
        self.flagged_by_flag: Counter[str] = Counter()
        self.skipped_by_rule: Counter[str] = Counter()
        self._vocabulary = vocabulary
        self._uploaded_at = uploaded_at
        self._accepted = 0
        self._repeated = 0
        self._stored = MergeCounts(0, 0, 0, 0)
        # By monitor: where its rows begin and end, and its last line.
        self._first = np.empty(0, np.int64)
        self._last = np.empty(0, np.int64)
        self._line = np.empty(0, np.int32)

    def add_accepted(self, columns: ObservationColumns) -> None:
        """Count rows that are taken."""
        self._accepted += len(columns)
        for number, count in enumerate(np.bincount(columns.flag).tolist()):
            if count and number != VALID_FLAG:
                self.flagged_by_flag[self._vocabulary.flags[number]] += count
        unmet = len(self._vocabulary.monitors) - len(self._line)
        self._first = np.append(self._first, np.full(unmet, _NEVER.max))
        self._last = np.append(self._last, np.full(unmet, _NEVER.min))
        self._line = np.append(self._line, np.zeros(unmet, np.int32))
        np.minimum.at(self._first, columns.monitor, columns.start)
        np.maximum.at(self._last, columns.monitor, columns.end)
        np.maximum.at(self._line, columns.monitor, columns.line)

    def add_skipped(self, rows: Sequence[SkippedRow]) -> None:
        """Count rows that a format's choice left out."""
        self.skipped_by_rule.update(row.rule for row in rows)

    def add_repeated(self, count: int) -> None:
        """Count rows that said again what an earlier one said."""
        self._repeated += count

    def add_stored(self, counts: MergeCounts) -> None:
        """Count what storing some of the accepted rows changed; those that the store refuses are not accepted."""
        self._stored += counts
        self._accepted -= len(counts.refused)

    @property
    def counts(self) -> RowCounts:
        """All counts, as the report has them."""
        return RowCounts(
            read=self._accepted + self.refused.count + self._repeated + self.skipped_by_rule.total(),
            accepted=self._accepted,
            refused=self.refused.count,
            repeated=self._repeated,
            skipped=self.skipped_by_rule.total(),
            flagged=self.flagged_by_flag.total(),
            added=self._stored.added,
            unchanged=self._stored.unchanged,
            revised=self._stored.revised,
            superseded=self._stored.superseded,
        )

    @property
    def span(self) -> tuple[datetime, datetime] | None:
        """Beginning of the oldest and end of the newest accepted interval; None where nothing was accepted."""
        if not self._accepted:
            return None
        return time_at(int(self._first.min())), time_at(int(self._last.max()))

    @property
    def parameters(self) -> tuple[str, ...]:
        """Codes of the accepted parameters, ordered."""
        return tuple(sorted({self._vocabulary.monitors[number].parameter for number in self._met}))

    @property
    def stations(self) -> tuple[Station, ...]:
        """The stations of the accepted rows with what they measure, ordered by id; the last line names and places."""
        found: dict[str, Station] = {}
        for number in sorted(self._met, key=lambda number: int(self._line[number])):
            monitor = self._vocabulary.monitors[number]
            series = Series(monitor.parameter, time_at(int(self._first[number])), time_at(int(self._last[number])))
            seen = Station(
                monitor.station,
                monitor.name,
                monitor.latitude,
                monitor.longitude,
                monitor.source,
                (series,),
                self._uploaded_at,
            )
            widened = widen(found.get(monitor.station), seen)
            found[monitor.station] = replace(widened, name=seen.name, latitude=seen.latitude, longitude=seen.longitude)
        return tuple(found[station] for station in sorted(found))

    @property
    def _met(self) -> list[int]:
        return [int(number) for number in np.flatnonzero(self._line)]
