"""Stations by place, by what they measure and by who delivers them, a page at a time.

Without a place, or in a country, stations come in the order of their ids; in a box, in that of their place keys; near
a point, by distance, then id. A page begins after the last station of the one before, so nothing is listed twice when
others are added.
"""

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from geoclimate.domain.countries import check_country
from geoclimate.domain.errors import InvalidQuery
from geoclimate.domain.geohash import CellRange, cover, merged, without
from geoclimate.domain.places import FARTHEST_M, WORLD, Box, Point, box_around, distance_m
from geoclimate.domain.sources import SOURCES
from geoclimate.domain.stations import Station, place_key
from geoclimate.services.ports import StationStore
from geoclimate.services.read_stations import read_parameter

MOST_LOOKED_AT: Final = 5_000
"""Stations that one page looks at: where filters take few of them, a page is shorter than asked for, and not slow."""
MOST_NEAR: Final = 20_000
"""Stations that a search by distance looks at: to sort them, all within the distance must be read."""

_CHUNK: Final = 200
_BOX_RANGES: Final = 16
_RING_RANGES: Final = 8
_FIRST_REACH_M: Final = 10_000.0
_RING_GROWTH: Final = 4.0


@dataclass(frozen=True, slots=True)
class StationFilter:
    """Which stations are wanted, wherever they stand; what is None does not matter.

    Attributes:
        parameter: Code of what they measure.
        source: Who delivers them.
        active_since: They have observations that end after this instant; of the parameter, if one is given.
        any_of: Codes of parameters of which they measure one at least.
        country: ISO 3166-1 alpha-2 code of where they stand.
    """

    parameter: str | None = None
    source: str | None = None
    active_since: dt.datetime | None = None
    any_of: frozenset[str] | None = None
    country: str | None = None

    def takes(self, station: Station) -> bool:
        """Whether a station is wanted."""
        if self.source is not None and station.source != self.source:
            return False
        if self.country is not None and station.country != self.country:
            return False
        if self.any_of is not None and not any(series.parameter in self.any_of for series in station.series):
            return False
        if self.parameter is None and self.active_since is None:
            return True
        return any(
            (self.parameter is None or series.parameter == self.parameter)
            and (self.active_since is None or series.last > self.active_since)
            for series in station.series
        )

    def check(self) -> None:
        """Check that what is wanted can exist, so that a misspelt name does not look like an empty place.

        Raises:
            UnknownParameter: The platform does not know the parameter.
            InvalidQuery: `source`: there is none of this name; `country`: there is none of this code.
        """
        if self.parameter is not None:
            read_parameter(self.parameter)
        names = [source.name for source in SOURCES]
        if self.source is not None and self.source not in names:
            raise InvalidQuery("source", f"is not the name of a source; the names are {', '.join(names)}")
        if self.country is not None:
            check_country(self.country)


@dataclass(frozen=True, slots=True)
class StationPage:
    """Some stations, in order.

    Attributes:
        stations: At most as many as asked for.
        after: The key of the last station that was looked at, where others may follow; an id or a place key.
    """

    stations: Sequence[Station]
    after: str | None


@dataclass(frozen=True, slots=True, order=True)
class NearKey:
    """Position in an order by distance.

    Attributes:
        distance_m: Metres.
        station: Station id.
    """

    distance_m: float
    station: str


@dataclass(frozen=True, slots=True)
class NearPage:
    """Some stations, by distance.

    Attributes:
        stations: At most as many as asked for, each with its distance, metres.
        after: Position of the last one, where others may follow.
    """

    stations: Sequence[tuple[float, Station]]
    after: NearKey | None


def stations_by_id(stations: StationStore, wanted: StationFilter, limit: int, after: str | None = None) -> StationPage:
    """Stations in the order of their ids, from the first or after the one of this id.

    Raises:
        UnknownParameter, InvalidQuery: See `StationFilter.check`.
    """
    wanted.check()
    chunk = max(_CHUNK, limit + 1)
    read = stations.list_after if wanted.country is None else partial(stations.list_of, wanted.country)
    walk = _chunked(read, lambda station: station.id, after, chunk)
    return _page(walk, wanted.takes, limit, lambda station: station.id)


def stations_in_box(
    stations: StationStore, box: Box, wanted: StationFilter, limit: int, after: str | None = None
) -> StationPage:
    """Stations in a box in the order of their place keys, from the first or after this one.

    Raises:
        UnknownParameter, InvalidQuery: See `StationFilter.check`.
    """
    wanted.check()
    chunk = max(_CHUNK, limit + 1)

    def walk() -> Iterator[Station]:
        for cells in cover(box, _BOX_RANGES):
            yield from _chunked(partial(stations.list_in, cells), place_key, after, chunk)

    return _page(walk(), lambda station: box.holds(station.point) and wanted.takes(station), limit, place_key)


def stations_near(
    stations: StationStore,
    center: Point,
    wanted: StationFilter,
    limit: int,
    *,
    within: float = FARTHEST_M,
    after: NearKey | None = None,
) -> NearPage:
    """The nearest stations, by distance, then id; from the first or after this position.

    Rings around the point are read until enough stations are nearer than everything that was not read.

    Args:
        stations: Catalogue of stations.
        center: The point.
        wanted: Which stations count.
        limit: How many to give at most.
        within: Greatest distance, metres.
        after: Position of the last station of the page before.

    Raises:
        UnknownParameter, InvalidQuery: See `StationFilter.check`; `near`: too many stations would have to be read.
    """
    wanted.check()
    reach = 0.0
    found: list[tuple[NearKey, Station]] = []
    done: list[CellRange] = []
    looked_at = 0
    proven: list[tuple[NearKey, Station]] = []
    for reach in _reaches(within):
        cells = cover(WORLD if reach >= FARTHEST_M else box_around(center, reach), _RING_RANGES)
        for one in without(cells, done):
            read = stations.list_in(one, None, MOST_NEAR + 1 - looked_at)
            looked_at += len(read)
            if looked_at > MOST_NEAR:
                raise InvalidQuery(
                    "near",
                    f"would have to sort more than {MOST_NEAR:,} stations by distance; ask for a smaller radius, for"
                    " fewer stations, or for those in a 'bbox'",
                )
            for station in read:
                key = NearKey(distance_m(center, station.point), station.id)
                if key.distance_m <= within and wanted.takes(station) and (after is None or key > after):
                    found.append((key, station))
        done = merged([*done, *cells])
        proven = sorted((pair for pair in found if pair[0].distance_m <= reach), key=lambda pair: pair[0])
        if len(proven) >= limit:
            break
    page = proven[:limit]
    may_go_on = len(proven) > limit or (len(page) == limit and reach < within)
    return NearPage([(key.distance_m, station) for key, station in page], page[-1][0] if may_go_on else None)


def _reaches(within: float) -> Iterator[float]:
    reach = _FIRST_REACH_M
    while reach < within:
        yield reach
        reach *= _RING_GROWTH
    yield within


def _chunked(
    read: Callable[[str | None, int], Sequence[Station]],
    key: Callable[[Station], str],
    after: str | None,
    chunk: int,
) -> Iterator[Station]:
    while True:
        stations = read(after, chunk)
        yield from stations
        if len(stations) < chunk:
            return
        after = key(stations[-1])


def _page(
    walk: Iterator[Station], takes: Callable[[Station], bool], limit: int, key: Callable[[Station], str]
) -> StationPage:
    taken: list[Station] = []
    for number, station in enumerate(walk, start=1):
        if takes(station):
            if len(taken) == limit:
                return StationPage(taken, key(taken[-1]))
            taken.append(station)
        if number == MOST_LOOKED_AT:
            return StationPage(taken, key(station))
    return StationPage(taken, None)
