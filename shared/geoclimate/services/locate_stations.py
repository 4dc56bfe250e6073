"""The countries of the stations of a file: looked up once a place, since that takes the borders of the world."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from geoclimate.domain.stations import Station
from geoclimate.services.ports import CountryFinder


def locate_stations(
    seen: Iterable[Station], known: Mapping[str, Station], country_at: CountryFinder
) -> tuple[Station, ...]:
    """The stations with the countries of their places, in their order.

    Args:
        seen: The stations as the file describes them.
        known: Those of them that the catalogue has, by id; a country is taken from here where the place is the same.
        country_at: Looks the country of any other place up.
    """
    return tuple(replace(station, country=_country(station, known.get(station.id), country_at)) for station in seen)


def _country(station: Station, before: Station | None, country_at: CountryFinder) -> str | None:
    if before is not None and before.country is not None and before.point == station.point:
        return before.country
    return country_at(station.point)
