"""Which stations a file puts somewhere else than they were known to be: true of a station that moved, and of a slip."""

from collections.abc import Iterable, Mapping

from geoclimate.contracts.report import MovedStation
from geoclimate.domain.places import SAME_PLACE_METRES, Point, distance_m
from geoclimate.domain.stations import Station


def moved_stations(seen: Iterable[Station], known: Mapping[str, Station]) -> tuple[MovedStation, ...]:
    """The stations of a file that were known more than a kilometre from where it puts them, in their order.

    Args:
        seen: The stations as the file describes them.
        known: Those of them that the catalogue has, by id, before it learns of the file.
    """
    moved = []
    for station in seen:
        before = known.get(station.id)
        if before is None:
            continue
        distance = distance_m(Point(before.latitude, before.longitude), Point(station.latitude, station.longitude))
        if distance > SAME_PLACE_METRES:
            moved.append(
                MovedStation(
                    station=station.id,
                    latitude=before.latitude,
                    longitude=before.longitude,
                    new_latitude=station.latitude,
                    new_longitude=station.longitude,
                    distance_m=round(distance),
                )
            )
    return tuple(moved)
