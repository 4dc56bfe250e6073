"""The newest value of each of many stations."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from geoclimate.domain.errors import UnknownStation
from geoclimate.domain.null_reasons import NullReason
from geoclimate.domain.observations import Observation, SeriesWindow
from geoclimate.domain.quality import COUNTED_FLAGS
from geoclimate.domain.stations import Station
from geoclimate.services.ports import ObservationStore, StationStore

LOOK_BACK: Final = dt.timedelta(hours=48)
"""Before the end of a series: holds its newest day's mean whatever its time zone, in three packed items at most."""


@dataclass(frozen=True, slots=True)
class LatestValue:
    """The newest value of a station.

    Attributes:
        station: Where.
        observation: The newest observation that counts, of two instruments' the one whose name sorts first; or None.
        null_reason: Why there is none.
    """

    station: Station
    observation: Observation | None
    null_reason: NullReason | None


def read_named_stations(stations: StationStore, ids: Iterable[str]) -> Sequence[Station]:
    """The stations of these ids, each once, in the order of the ids.

    Raises:
        UnknownStation: Some do not exist; all of them are named.
    """
    wanted = list(dict.fromkeys(ids))
    found = stations.get_together(wanted)
    missing = [f"'{one}'" for one in wanted if one not in found]
    if missing:
        raise UnknownStation(f"No station has the id {' or '.join(missing)}.")
    return [found[one] for one in wanted]


def read_latest(observations: ObservationStore, stations: Sequence[Station], parameter: str) -> Sequence[LatestValue]:
    """The newest value of a parameter at each station, however old it is; all are read together.

    Valid values count and those below the detection limit, as for means: what else a rule flagged gives way to the
    newest one that counts in the last 48 hours of the series.
    """
    last = {station.id: one.last for station in stations for one in station.series if one.parameter == parameter}
    newest = {
        station: _newest_day(SeriesWindow(station, parameter, last[station] - LOOK_BACK, last[station]))
        for station in last
    }
    found = _read(observations, newest)
    # Nothing ends after a series does, so where its end is there, the days before need not be read.
    older = {
        station: SeriesWindow(station, parameter, last[station] - LOOK_BACK, window.start)
        for station, window in newest.items()
        if not any(one.flag in COUNTED_FLAGS and one.end == last[station] for one in found[station])
    }
    before = _read(observations, older) if older else {}
    return [
        _latest(station, [*before.get(station.id, ()), *found[station.id]] if station.id in found else None)
        for station in stations
    ]


def _newest_day(window: SeriesWindow) -> SeriesWindow:
    """The part of a window that lies in its last UTC day."""
    last_moment = (window.end - dt.timedelta(microseconds=1)).astimezone(dt.UTC)
    midnight = last_moment.replace(hour=0, minute=0, second=0, microsecond=0)
    return replace(window, start=max(window.start, midnight))


def _read(observations: ObservationStore, windows: Mapping[str, SeriesWindow]) -> Mapping[str, Sequence[Observation]]:
    """Observations by station."""
    return dict(zip(windows, observations.read_together(list(windows.values())), strict=True))


def _latest(station: Station, found: Sequence[Observation] | None) -> LatestValue:
    """The newest value that counts of what was read of a station; None says that it does not measure the parameter."""
    if found is None:
        return LatestValue(station, None, NullReason.NOT_MEASURED)
    counted = [one for one in found if one.flag in COUNTED_FLAGS]
    if counted:
        # They are ordered by instrument, and the first of equal ones is taken.
        return LatestValue(station, max(counted, key=lambda one: (one.end, one.start)), None)
    return LatestValue(station, None, NullReason.QC_REJECTED if found else NullReason.UPSTREAM_LATE)
