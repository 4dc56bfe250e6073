"""The newest value of each of many stations."""

import datetime as dt
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

from geoclimate.domain.errors import UnknownStation
from geoclimate.domain.null_reasons import NullReason
from geoclimate.domain.observations import Observation
from geoclimate.domain.quality import VALID
from geoclimate.domain.stations import Station
from geoclimate.services.ports import ObservationStore, StationStore

LOOK_BACK: Final = dt.timedelta(hours=48)
"""Before the end of a series: holds its newest day's mean whatever its time zone, in three packed items at most."""

_AT_ONCE: Final = 8


@dataclass(frozen=True, slots=True)
class LatestValue:
    """The newest value of a station.

    Attributes:
        station: Where.
        observation: The newest valid observation, of two instruments' the one whose name sorts first; or None.
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
    with ThreadPoolExecutor(max_workers=_AT_ONCE) as pool:
        found = dict(zip(wanted, pool.map(stations.get, wanted), strict=True))
    missing = [f"'{one}'" for one, station in found.items() if station is None]
    if missing:
        raise UnknownStation(f"No station has the id {' or '.join(missing)}.")
    return [station for station in found.values() if station is not None]


def read_latest(observations: ObservationStore, stations: Sequence[Station], parameter: str) -> Sequence[LatestValue]:
    """The newest valid value of a parameter at each station, however old it is; one small read a station.

    A value that a rule flagged does not count: the newest valid one in the last 48 hours of the series does.
    """
    with ThreadPoolExecutor(max_workers=_AT_ONCE) as pool:
        return list(pool.map(lambda station: _latest(observations, station, parameter), stations))


def _latest(observations: ObservationStore, station: Station, parameter: str) -> LatestValue:
    series = next((one for one in station.series if one.parameter == parameter), None)
    if series is None:
        return LatestValue(station, None, NullReason.NOT_MEASURED)
    found = observations.read(station.id, parameter, series.last - LOOK_BACK, series.last)
    valid = [one for one in found if one.flag == VALID]
    if valid:
        # They are ordered by instrument, and the first of equal ones is taken.
        return LatestValue(station, max(valid, key=lambda one: (one.end, one.start)), None)
    return LatestValue(station, None, NullReason.QC_REJECTED if found else NullReason.UPSTREAM_LATE)
