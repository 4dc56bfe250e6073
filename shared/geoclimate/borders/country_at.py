"""The country of a place, from the boundaries of Natural Earth.

`borders.npz` beside this module is Natural Earth 4.1.0 (May 2018, public domain), 1:10,000,000, `admin_0_countries`, on
a grid of 0.0036 by 0.0017 degrees. `local/country_borders.py` makes it of the npm package world-atlas 2.0.2 (ISC), and
says which codes stand for what Natural Earth gives no code. Its borders are those in force on the ground, within one or
two kilometres.

The file holds arcs: lines between one area and another, or the sea, each with the numbers of both. A place is in the
area whose border the way from there to the North Pole, along the meridian, crosses an odd number of times (the even-odd
rule on a sphere, whose pole lies in the sea): the antimeridian and the South Pole are places like any other, and holes
and islands need no order.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from geoclimate.domain.places import EARTH_RADIUS_M, Point, box_around, east_of

BORDERS_FILE: Final = Path(__file__).with_name("borders.npz")
BORDERS_DIGEST: Final = "d5b806ed396df1a3ed6b7989d09c2d230d92b166ca4afdd4fce9b01b52432952"
"""SHA-256 of the file."""
GRID_AROUND: Final = 99_999
"""Steps of the grid around the Earth."""
OFFSHORE_M: Final = 22_224.0
"""Twelve nautical miles: the territorial sea, United Nations Convention on the Law of the Sea, article 3."""

_BANDS: Final = 360
_DEGREES: Final = 360.0 / GRID_AROUND
_METRES: Final = np.pi / 180.0 * EARTH_RADIUS_M
_EQUALLY_NEAR_M: Final = 1e-3

_Integers = npt.NDArray[np.int32]
_Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Borders:
    """Edges of areas, sorted by the degrees of longitude which they touch; one that touches two is there twice.

    Attributes:
        codes: The country of each area, None where there is none; the last one is the sea.
        bands: Where the edges of each degree of longitude begin, and where the last one's end.
        west: Longitudes where edges begin, in steps of the grid.
        east: Longitudes where they end.
        from_latitude: Latitudes at `west`, degrees.
        to_latitude: Latitudes at `east`, degrees.
        owners: Numbers of the areas on both sides, two by edge.
    """

    codes: tuple[str | None, ...]
    bands: npt.NDArray[np.int64]
    west: _Integers
    east: _Integers
    from_latitude: npt.NDArray[np.float32]
    to_latitude: npt.NDArray[np.float32]
    owners: npt.NDArray[np.uint8]

    def country_at(self, point: Point) -> str | None:
        """The country of a place, ISO 3166-1 alpha-2; None where there is none.

        A place on the sea has the country of the nearest coast, if that is within `OFFSHORE_M`. Of several areas that
        are equally near, the first by code counts.
        """
        holding = self._areas_holding(point)
        if len(holding):
            return self.codes[int(holding[0])]
        return self.codes[self._nearest_area(point)]

    def _areas_holding(self, point: Point) -> npt.NDArray[np.int64]:
        longitude = _steps_east(point)
        edges = self._band(min(int(longitude * _DEGREES), _BANDS - 1))
        west, east = self.west[edges], self.east[edges]
        near = np.flatnonzero((west <= longitude) != (east <= longitude))
        west, east = west[near], east[near]
        south, north = self.from_latitude[edges][near], self.to_latitude[edges][near]
        crossed = south + (north - south) * ((longitude - west) / (east - west)) > point.latitude
        meetings = np.bincount(self.owners[edges][near][crossed].ravel(), minlength=len(self.codes))
        return np.flatnonzero(meetings[: self._sea] % 2)

    def _nearest_area(self, point: Point) -> int:
        found: list[tuple[float, int]] = []
        for edges in self._bands_near(point):
            metres = _distances(
                point, self.west[edges], self.from_latitude[edges], self.east[edges], self.to_latitude[edges]
            )
            if len(metres) and (least := float(metres.min())) <= OFFSHORE_M:
                # Two borders that end at the coast in one point are equally near but for rounding.
                owners = self.owners[edges][metres <= least + _EQUALLY_NEAR_M]
                found.append((least, int(owners.min())))
        return min(found, default=(OFFSHORE_M, self._sea))[1]

    def _bands_near(self, point: Point) -> Iterator[slice]:
        """The edges of each degree of longitude that a circle of `OFFSHORE_M` touches."""
        box = box_around(point, OFFSHORE_M)
        for west, east in box.longitudes():
            for band in range(int(west + 180.0), min(int(east + 180.0), _BANDS - 1) + 1):
                yield self._band(band)

    def _band(self, band: int) -> slice:
        return slice(int(self.bands[band]), int(self.bands[band + 1]))

    @property
    def _sea(self) -> int:
        return len(self.codes) - 1


def country_at(point: Point) -> str | None:
    """The country of a place, ISO 3166-1 alpha-2; None where there is none, such as far out on the sea.

    The first call of a process reads the borders: about 10 MB that stay.
    """
    return _borders().country_at(point)


def read_borders(file: Path) -> Borders:
    """The borders of a file, see `local/country_borders.py`."""
    with np.load(file, allow_pickle=False) as arrays:
        lengths, moves = arrays["lengths"].astype(np.int64), arrays["moves"].astype(np.int32)
        beginnings = arrays["beginnings"]
        (_, north), (_, south) = arrays["scale"].tolist(), arrays["translate"].tolist()
        codes = tuple(code or None for code in arrays["codes"].tolist())
        owners = np.repeat(arrays["owners"], lengths, axis=0)
    first = np.repeat(np.cumsum(lengths) - lengths, lengths)
    gone = np.cumsum(moves, axis=1, dtype=np.int32) - moves
    x, y = np.repeat(beginnings, lengths, axis=0).T + gone - gone[:, first]
    return _in_bands((*codes, None), (x, x + moves[0]), (y * north + south, (y + moves[1]) * north + south), owners)


@lru_cache(maxsize=1)
def _borders() -> Borders:
    return read_borders(BORDERS_FILE)


def _in_bands(
    codes: tuple[str | None, ...],
    longitudes: tuple[_Integers, _Integers],
    latitudes: tuple[_Numbers, _Numbers],
    owners: npt.NDArray[np.uint8],
) -> Borders:
    west = np.minimum(*longitudes)
    turn = west // GRID_AROUND * GRID_AROUND
    begins, ends = longitudes[0] - turn, longitudes[1] - turn
    lowest = _band_of(np.minimum(begins, ends))
    touched = _band_of(np.maximum(begins, ends)) - lowest + 1
    edge = np.repeat(np.arange(len(west), dtype=np.int32), touched)
    band = lowest[edge] + np.arange(len(edge), dtype=np.int32) - np.repeat(np.cumsum(touched) - touched, touched)
    order = np.argsort((band % _BANDS).astype(np.uint16), kind="stable")
    edge, band = edge[order], band[order]
    # What goes on beyond the antimeridian is there again, a turn farther west.
    beyond = band // _BANDS * GRID_AROUND
    return Borders(
        codes=codes,
        bands=np.searchsorted(band % _BANDS, np.arange(_BANDS + 1)),
        west=(begins[edge] - beyond).astype(np.int32),
        east=(ends[edge] - beyond).astype(np.int32),
        from_latitude=latitudes[0][edge].astype(np.float32),
        to_latitude=latitudes[1][edge].astype(np.float32),
        owners=owners[edge],
    )


def _band_of(longitudes: _Integers) -> _Integers:
    return longitudes * _BANDS // GRID_AROUND


def _steps_east(point: Point) -> float:
    return (east_of(point.longitude) + 180.0) / _DEGREES


def _distances(
    point: Point,
    west: _Integers,
    from_latitude: npt.NDArray[np.float32],
    east: _Integers,
    to_latitude: npt.NDArray[np.float32],
) -> _Numbers:
    """Metres from a point to edges, on the plane that touches the Earth there: within 1% at this reach."""
    shrinking = np.cos(np.radians(point.latitude))
    # An edge of another side of the antimeridian is a turn away.
    aside = (west * _DEGREES - 180.0 - point.longitude + 180.0) % 360.0 - 180.0
    x = aside * shrinking * _METRES
    y = (from_latitude - point.latitude) * _METRES
    along_x = (east - west) * (_DEGREES * shrinking * _METRES)
    along_y = (to_latitude - from_latitude) * _METRES
    square = along_x * along_x + along_y * along_y
    share = np.clip(-(x * along_x + y * along_y) / np.where(square == 0.0, 1.0, square), 0.0, 1.0)
    metres: _Numbers = np.hypot(x + share * along_x, y + share * along_y)
    return metres
