"""Read the new days of the series of one cell, and bring the watch for drift up to date."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np

from geoclimate.domain.quality import FLAT_LINE, VALID
from geoclimate.domain.stations import Series, Station
from geoclimate.features.drift.profile import HOURS, LEAST_SPAN_DAYS, fit_profile, shortage
from geoclimate.features.drift.scales import Values, has_profile
from geoclimate.features.drift.series_watch import (
    SeriesWatch,
    accept_days,
    begin_watch,
    compare_with_neighbours,
    judge,
    look_at_days,
)
from geoclimate.features.grid import hour_of, time_of, to_grid
from geoclimate.services.ports import ObservationStore

REFERENCE_DAYS: Final = 730
"""A reference takes in the newest two years, or as much as there is of them."""
RENEW_AFTER_DAYS: Final = 365
"""A reference serves for a year; then the newest two years make another."""
DAYS_A_RUN: Final = 92
"""New days of a series that one run reads; what was missed for longer takes several runs."""
FITS_A_RUN: Final = 1_000
"""References that one run fits: each reads two years. The rest is left to the next runs."""
ASK_AGAIN_DAYS: Final = 30
"""A series whose days were too few for a reference is asked again after this many new ones."""
ACCEPTED_DAYS: Final = 30
"""What a station has measured for so long is taken for normal where an operator says so."""
LATER: Final = "its turn has not come: a run fits 1,000 references"

Key = tuple[str, str]
"""Station id and parameter code."""


@dataclass(slots=True)
class FitsLeft:
    """How many references may still be fitted in this run."""

    count: int = FITS_A_RUN

    def take(self) -> bool:
        """Take one; False where there is none."""
        self.count -= 1
        return self.count >= 0


@dataclass(slots=True)
class CellOutcome:
    """The series of a cell after a run.

    Attributes:
        watches: Those with a reference, by station and parameter.
        refused: First day on which those are asked again whose days made no reference, with the reason.
        waiting: Series without a reference, by reason.
        changed: Whether anything has to be written.
    """

    watches: dict[Key, SeriesWatch] = field(default_factory=dict)
    refused: dict[Key, tuple[int, str]] = field(default_factory=dict)
    waiting: Counter[str] = field(default_factory=Counter)
    changed: bool = False


@dataclass(frozen=True, slots=True)
class SeriesReader:
    """Brings series up to date from the store.

    Attributes:
        observations: The store.
        fits: How many references may still be fitted.
        accept: Stations whose newest days are taken for normal.
    """

    observations: ObservationStore
    fits: FitsLeft
    accept: frozenset[str] = frozenset()

    def bring_up_to_date(
        self, stations: Sequence[Station], known: Mapping[Key, SeriesWatch], refused: Mapping[Key, tuple[int, str]]
    ) -> CellOutcome:
        """Look at the days of every series that are new and complete: a later day was measured too.

        Args:
            stations: All of the cell.
            known: The states after the run before.
            refused: Of the run before, as in `CellOutcome`.
        """
        outcome = CellOutcome()
        for station in stations:
            for series in station.series:
                key = (station.id, series.parameter)
                before = known.get(key)
                if before is None or self._outlived(before, series):
                    self._begin(key, series, before, refused.get(key), outcome)
                else:
                    outcome.watches[key] = self._advanced(before, series)
        for key, watch in outcome.watches.items():
            if key[0] in self.accept:
                outcome.watches[key] = self._accepted(watch)
        looked_at = dict(outcome.watches)
        for key, watch in looked_at.items():
            before = known.get(key)
            advanced = before is not None and before.reference_end == watch.reference_end and key[0] not in self.accept
            compared = _compared(watch, before.next_day, looked_at) if before is not None and advanced else watch
            outcome.watches[key] = judge(compared)
        moved = any(known.get(key) is not watch for key, watch in looked_at.items())
        outcome.changed = moved or outcome.refused != refused or looked_at.keys() != known.keys()
        return outcome

    def _outlived(self, watch: SeriesWatch, series: Series) -> bool:
        return _end_day(series) >= watch.reference_end + RENEW_AFTER_DAYS

    def _begin(
        self,
        key: Key,
        series: Series,
        before: SeriesWatch | None,
        refused: tuple[int, str] | None,
        outcome: CellOutcome,
    ) -> None:
        fitted = self._fitted(key, series, refused)
        if isinstance(fitted, SeriesWatch):
            outcome.watches[key] = fitted
            return
        ask_again, reason = fitted
        if ask_again is not None:
            outcome.refused[key] = (ask_again, reason)
        if before is None:
            outcome.waiting[reason] += 1
        else:
            # An outlived reference is better than none.
            outcome.watches[key] = self._advanced(before, series)

    def _fitted(
        self, key: Key, series: Series, refused: tuple[int, str] | None
    ) -> SeriesWatch | tuple[int | None, str]:
        end = _end_day(series)
        first = max(_first_day(series), end - REFERENCE_DAYS)
        if end - first < LEAST_SPAN_DAYS:
            return None, "not enough history: less than a year"
        if refused is not None and end < refused[0]:
            return refused
        if not self.fits.take():
            return None, LATER
        values, _ = self._days(key, first, end)
        profile = fit_profile(key[1], first, values) if has_profile(key[1]) else shortage(first, values)
        if isinstance(profile, str):
            return end + ASK_AGAIN_DAYS, _kind(profile)
        return begin_watch(*key, profile, first, values)

    def _advanced(self, watch: SeriesWatch, series: Series) -> SeriesWatch:
        end = min(_end_day(series), watch.next_day + DAYS_A_RUN)
        if end <= watch.next_day:
            return watch
        values, shown = self._days((watch.station, watch.parameter), watch.next_day, end)
        return look_at_days(watch, values, shown)

    def _accepted(self, watch: SeriesWatch) -> SeriesWatch:
        key = (watch.station, watch.parameter)
        values, _ = self._days(key, watch.next_day - ACCEPTED_DAYS, watch.next_day)
        return accept_days(watch, values)

    def _days(self, key: Key, first: int, end: int) -> tuple[Values, Values]:
        """[days, 24] of the valid values, and the same with those that were flagged because they stand still."""
        station, parameter = key
        first_hour, hours = first * HOURS, (end - first) * HOURS
        # An interval counts for the hour in which it ends, so one that started in the hour before may count here.
        found = self.observations.read(station, parameter, time_of(first_hour - 1), time_of(first_hour + hours))
        valid = to_grid(found, (parameter,), first_hour, hours).values
        shown = valid
        if any(each.flag == FLAT_LINE for each in found):
            unflagged = [replace(each, flag=VALID) if each.flag == FLAT_LINE else each for each in found]
            shown = to_grid(unflagged, (parameter,), first_hour, hours).values
        return valid.astype(np.float64).reshape(-1, HOURS), shown.astype(np.float64).reshape(-1, HOURS)


def _compared(watch: SeriesWatch, begin: int, watches: Mapping[Key, SeriesWatch]) -> SeriesWatch:
    count = watch.next_day - begin
    if watch.profile is None or count <= 0:
        return watch
    others = [
        other.mean_of(begin, count)
        for (station, parameter), other in watches.items()
        if parameter == watch.parameter and station != watch.station and other.profile is not None
    ]
    return compare_with_neighbours(watch, begin, np.stack(others)) if others else watch


def _first_day(series: Series) -> int:
    return hour_of(series.first) // HOURS


def _end_day(series: Series) -> int:
    """The day that holds the end of the newest observation; all before it are complete."""
    return hour_of(series.last) // HOURS


def _kind(reason: str) -> str:
    """A reason without its figures, so that equal ones can be counted together."""
    return reason.split(":", 1)[0]
