"""Look for drift in what every station measures, write a report, and ask for training where drift is widespread."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from geoclimate.contracts.drift import (
    MOST_LISTED,
    REPORT_KEY,
    Drift,
    DriftReason,
    DriftReport,
    DriftRequest,
    DriftResult,
    SeriesCounts,
    day_report_key,
    state_key,
)
from geoclimate.domain.errors import NotFound, UnknownStation
from geoclimate.domain.geohash import geohash
from geoclimate.domain.stations import Station
from geoclimate.features.drift.series_watch import SeriesWatch, Statistic, population_of, statistics
from geoclimate.features.drift.state_file import States, states_from_bytes, states_to_bytes
from geoclimate.services.announce_drift import Announcer
from geoclimate.services.ports import Clock, ObjectStore, ObservationStore, StationStore
from geoclimate.services.watch_series import CellOutcome, FitsLeft, Key, SeriesReader

CELL_LETTERS: Final = 3
"""Stations whose geohashes begin with the same three letters, a cell of 156 by 156 km, are compared with each other."""
STATES_LIMIT: Final = 64 * 1024 * 1024
"""Bytes of one cell's states; a series takes about one kilobyte."""
_CLOSEST: Final = 10
_EPOCH: Final = dt.date(1970, 1, 1)


@dataclass(slots=True)
class _Found:
    """What the cells of a run have given so far; bounded by what a report lists."""

    watched: int = 0
    drifting_series: int = 0
    waiting: Counter[str] = field(default_factory=Counter)
    new: list[Drift] = field(default_factory=list)
    drifting: list[Drift] = field(default_factory=list)
    closest: list[Drift] = field(default_factory=list)
    over: list[tuple[str, str, DriftReason]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class DriftWatcher:
    """Watches every parameter of every station.

    Attributes:
        target: Parameter that is forecast.
        stations: The catalogue of stations.
        observations: The store of their observations.
        objects: Where states and reports lie.
        announcer: Sends the event.
        clock: Tells when the run was.
    """

    target: str
    stations: StationStore
    observations: ObservationStore
    objects: ObjectStore
    announcer: Announcer
    clock: Clock

    def watch(self, request: DriftRequest) -> DriftResult:
        """Bring every cell up to date, one after the other; a run that was cut off goes on where it was.

        Raises:
            UnknownStation: A station to accept is not in the catalogue; nothing was done.
            UnreadableFile: The states of a cell cannot be read; the message says which object it is.
            Unavailable: A store does not answer; what was done of the cells before stays.
        """
        cells = self._cells()
        known = {station.id for members in cells.values() for station in members}
        unknown = sorted(set(request.accept) - known)
        if unknown:
            raise UnknownStation(f"nothing can be accepted of unknown stations: {', '.join(unknown)}")
        fits, found = FitsLeft(), _Found()
        reader = SeriesReader(self.observations, fits, frozenset(request.accept))
        for cell in sorted(cells):
            self._watch_cell(cell, cells[cell], reader, found)
        announced = self.announcer.announce(found.drifting, stations=len(known))
        now = self.clock()
        report = DriftReport(
            made_at=now,
            target=self.target,
            series=SeriesCounts(
                watched=found.watched, drifting=found.drifting_series, waiting=dict(sorted(found.waiting.items()))
            ),
            new=_strongest(found.new),
            drifting=_strongest(found.drifting),
            over=tuple(found.over[:MOST_LISTED]),
            closest=_strongest(found.closest)[:_CLOSEST],
            announced=announced,
        )
        body = report.model_dump_json(indent=2).encode()
        self.objects.put(day_report_key(now.date()), body, "application/json")
        return DriftResult(
            report=self.objects.put(REPORT_KEY, body, "application/json"),
            watched=found.watched,
            waiting=found.waiting.total(),
            drifting=found.drifting_series,
            new=len(found.new),
            announced=announced is not None,
        )

    def _cells(self) -> dict[str, list[Station]]:
        cells: defaultdict[str, list[Station]] = defaultdict(list)
        for station in self.stations.list_all():
            cells[geohash(station.point)[:CELL_LETTERS]].append(station)
        return cells

    def _watch_cell(self, cell: str, stations: Sequence[Station], reader: SeriesReader, found: _Found) -> None:
        before = self._states(cell)
        outcome = reader.bring_up_to_date(stations, before.watches, before.refused)
        if outcome.changed:
            states = States(outcome.watches, outcome.refused)
            self.objects.put(state_key(cell), states_to_bytes(states), "application/gzip")
        _collect(before, outcome, found)

    def _states(self, cell: str) -> States:
        key = state_key(cell)
        try:
            content = self.objects.get(key, STATES_LIMIT)
        except NotFound:
            return States()
        return states_from_bytes(content, self.objects.uri(key))


def _collect(before: States, outcome: CellOutcome, found: _Found) -> None:
    found.watched += len(outcome.watches)
    found.waiting += outcome.waiting
    for key, watch in outcome.watches.items():
        found.drifting_series += bool(watch.drifting)
        earlier = _drifting(before, key)
        found.over += [(*key, reason) for reason in earlier if reason not in watch.drifting]
        for statistic in statistics(watch):
            drift = _drift(watch, statistic)
            if drift.noticed is None:
                found.closest.append(drift)
                continue
            found.drifting.append(drift)
            if statistic.reason not in earlier:
                found.new.append(drift)
    found.closest = list(_strongest(found.closest)[:_CLOSEST])


def _drifting(states: States, key: Key) -> dict[DriftReason, int]:
    watch = states.watches.get(key)
    return {} if watch is None else dict(watch.drifting)


def _drift(watch: SeriesWatch, statistic: Statistic) -> Drift:
    noticed = watch.drifting.get(statistic.reason)
    psi = population_of(watch)
    return Drift(
        station=watch.station,
        parameter=watch.parameter,
        reason=statistic.reason,
        direction=statistic.direction,
        statistic=round(statistic.value, 3),
        threshold=round(statistic.threshold, 3),
        since=_day(statistic.since),
        noticed=None if noticed is None else _day(noticed),
        population_stability=None if psi is None else round(psi, 3),
    )


def _strongest(drifts: Sequence[Drift]) -> tuple[Drift, ...]:
    return tuple(sorted(drifts, key=lambda each: -each.statistic / each.threshold)[:MOST_LISTED])


def _day(number: int) -> dt.date:
    return _EPOCH + dt.timedelta(days=number)
