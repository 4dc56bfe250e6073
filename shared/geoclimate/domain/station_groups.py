"""Groups of stations whose forecasts are calibrated together."""

from typing import Final

from geoclimate.domain.geohash import geohash
from geoclimate.domain.places import Point

_LETTERS: Final = 2
"""A cell of 11.25 by 5.6 degrees: stations under much the same weather, and some 300 cells over all land."""


def station_group(point: Point) -> str:
    """The group of a station: the cell of the Earth in which it stands."""
    return geohash(point)[:_LETTERS]
