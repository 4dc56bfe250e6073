"""What a file's rows came to: the counts, the stations and the refused rows that its report names."""

import datetime as dt
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO, Final, cast

from geoclimate.contracts.report import FIRST_ERRORS, MOST_ERRORS, RefusedRow, RowCounts
from geoclimate.domain.delivery import AcceptedRow, Row, SkippedRow
from geoclimate.domain.quality import VALID, Refusal
from geoclimate.domain.stations import Series, Station, widen
from geoclimate.services.ports import MergeCounts

_KEPT_IN_MEMORY: Final = 2**20


class RowTally:
    """Counts rows as they are read and stored; give it to one file only.

    Attributes:
        refused_by_rule: Refused rows by rule.
        flagged_by_flag: Flagged rows by flag.
        skipped_by_rule: Skipped rows by rule.
        first_errors: The first refused rows.
        error_list: Refused rows as NDJSON, `MOST_ERRORS` at most.
    """

    def __init__(self, error_list: BinaryIO) -> None:
        self.refused_by_rule: Counter[str] = Counter()
        self.flagged_by_flag: Counter[str] = Counter()
        self.skipped_by_rule: Counter[str] = Counter()
        self.first_errors: list[RefusedRow] = []
        self.error_list = error_list
        self._accepted = 0
        self._repeated = 0
        self._stored = MergeCounts(0, 0, 0)
        self._places: dict[str, tuple[str, float, float, str]] = {}
        self._spans: dict[tuple[str, str], list[dt.datetime]] = {}

    def add_row(self, row: Row) -> None:
        """Count a row that was read."""
        if isinstance(row, AcceptedRow):
            self._add_accepted(row)
        elif isinstance(row, Refusal):
            self._add_refusal(row)
        elif isinstance(row, SkippedRow):
            self.skipped_by_rule[row.rule] += 1
        else:
            self._repeated += 1

    def add_stored(self, counts: MergeCounts) -> None:
        """Count what storing some of the accepted rows changed."""
        before = self._stored
        self._stored = MergeCounts(
            before.added + counts.added, before.unchanged + counts.unchanged, before.revised + counts.revised
        )

    def _add_accepted(self, row: AcceptedRow) -> None:
        observation = row.observation
        self._accepted += 1
        if observation.flag != VALID:
            self.flagged_by_flag[observation.flag] += 1
        self._places[observation.station] = (row.name, row.latitude, row.longitude, observation.source)
        span = self._spans.setdefault(
            (observation.station, observation.parameter), [observation.start, observation.end]
        )
        span[0] = min(span[0], observation.start)
        span[1] = max(span[1], observation.end)

    def _add_refusal(self, row: Refusal) -> None:
        listed = self.refused
        self.refused_by_rule[row.rule] += 1
        if listed >= MOST_ERRORS:
            return
        error = RefusedRow(line=row.line, column=row.column, value=row.value, rule=row.rule, message=row.message)
        if listed < FIRST_ERRORS:
            self.first_errors.append(error)
        self.error_list.write(error.model_dump_json().encode() + b"\n")

    @property
    def refused(self) -> int:
        """Rows refused."""
        return self.refused_by_rule.total()

    @property
    def counts(self) -> RowCounts:
        """All counts, as the report has them."""
        return RowCounts(
            read=self._accepted + self.refused + self._repeated + self.skipped_by_rule.total(),
            accepted=self._accepted,
            refused=self.refused,
            repeated=self._repeated,
            skipped=self.skipped_by_rule.total(),
            flagged=self.flagged_by_flag.total(),
            added=self._stored.added,
            unchanged=self._stored.unchanged,
            revised=self._stored.revised,
        )

    @property
    def span(self) -> tuple[dt.datetime, dt.datetime] | None:
        """Beginning of the oldest and end of the newest accepted interval; None where nothing was accepted."""
        if not self._spans:
            return None
        return min(span[0] for span in self._spans.values()), max(span[1] for span in self._spans.values())

    @property
    def parameters(self) -> tuple[str, ...]:
        """Codes of the accepted parameters, ordered."""
        return tuple(sorted({parameter for _, parameter in self._spans}))

    @property
    def stations(self) -> tuple[Station, ...]:
        """The stations of the accepted rows with what they measure, ordered by id."""
        found: dict[str, Station] = {}
        for (station, parameter), (first, last) in self._spans.items():
            name, latitude, longitude, source = self._places[station]
            seen = Station(station, name, latitude, longitude, source, (Series(parameter, first, last),))
            found[station] = widen(found.get(station), seen)
        return tuple(found[station] for station in sorted(found))


@contextmanager
def row_tally() -> Iterator[RowTally]:
    """A tally whose list of refused rows lies in a temporary file where it is long, and is gone afterwards."""
    with tempfile.SpooledTemporaryFile(max_size=_KEPT_IN_MEMORY) as error_list:
        yield RowTally(cast("BinaryIO", error_list))
