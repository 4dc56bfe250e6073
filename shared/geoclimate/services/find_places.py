"""Stations for a query of a point, of what is around it, or of an area; all at once, or refused."""

from collections.abc import Sequence
from typing import Final

from geoclimate.domain.errors import InvalidQuery
from geoclimate.domain.places import Point
from geoclimate.domain.polygons import Polygon
from geoclimate.domain.stations import Station
from geoclimate.services.ports import StationStore
from geoclimate.services.search_stations import StationFilter, stations_in_box, stations_near

NEAREST_WITHIN_M: Final = 50_000.0
"""A station farther off says little of the air at a point."""
MOST_STATIONS: Final = 100

_MOST_PAGES: Final = 4
_PAGE: Final = 1_000


def find_nearest(stations: StationStore, point: Point, codes: frozenset[str]) -> Sequence[Station]:
    """The station nearest to a point that measures one of the parameters; none where it is farther than 50 km."""
    page = stations_near(stations, point, StationFilter(any_of=codes), 1, within=NEAREST_WITHIN_M)
    return [station for _, station in page.stations]


def find_around(stations: StationStore, point: Point, metres: float, codes: frozenset[str]) -> Sequence[Station]:
    """The stations within a distance that measure one of the parameters, by distance.

    Raises:
        InvalidQuery: `within`: there are too many.
    """
    try:
        page = stations_near(stations, point, StationFilter(any_of=codes), MOST_STATIONS + 1, within=metres)
    except InvalidQuery as error:
        # The search knows the point by the name that it has elsewhere.
        raise InvalidQuery("within", "holds too many stations to look at: ask for a smaller distance") from error
    if len(page.stations) > MOST_STATIONS:
        raise InvalidQuery("within", _too_many("distance"))
    return [station for _, station in page.stations]


def find_inside(stations: StationStore, area: Polygon, codes: frozenset[str]) -> Sequence[Station]:
    """The stations in an area that measure one of the parameters.

    Raises:
        InvalidQuery: `coords`: there are too many.
    """
    found: list[Station] = []
    after: str | None = None
    for _ in range(_MOST_PAGES):
        page = stations_in_box(stations, area.box, StationFilter(any_of=codes), _PAGE, after)
        found += [station for station in page.stations if area.holds(station.point)]
        after = page.after
        if len(found) > MOST_STATIONS:
            raise InvalidQuery("coords", _too_many("area"))
        if after is None:
            return found
    raise InvalidQuery("coords", "holds too many stations to look at: ask for a smaller area")


def _too_many(place: str) -> str:
    return (
        f"holds more than {MOST_STATIONS} stations, which is what one answer gives: ask for a smaller {place}, or list"
        " them with 'locations' and ask one by one"
    )
