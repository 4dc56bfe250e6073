"""Geohashes: a place as a text whose beginning is a cell, so that what lies together sorts together.

The 60 bits of a geohash halve the world in turns, by longitude first; five bits are one letter. Letters: G. Niemeyer,
geohash.org (2008). Order of the bits: G. M. Morton, A Computer Oriented Geodetic Data Base (IBM, 1966).
"""

import heapq
from collections.abc import Iterable
from typing import Final, NamedTuple

from geoclimate.domain.places import Box, Point, east_of

_LETTERS: Final = "0123456789bcdefghjkmnpqrstuvwxyz"
_LENGTH: Final = 12
_BITS: Final = 5 * _LENGTH
_SIDE: Final = 1 << (_BITS // 2)
"""Cells from west to east, and from south to north."""


class CellRange(NamedTuple):
    """Cells that follow each other in the order of geohashes, from `first` up to and including `last`, as 60 bits."""

    first: int
    last: int


class _Cell(NamedTuple):
    """The cells whose geohash begins with the same bits; `waste` is how many of them are not asked for, negative."""

    waste: int
    first: int
    west: int
    south: int
    depth: int


class _Rectangle(NamedTuple):
    west: int
    south: int
    east: int
    north: int


def geohash(point: Point) -> str:
    """The geohash of a point, 12 letters: a cell of 19 by 37 mm at the equator."""
    column, row = _column(east_of(point.longitude)), _row(point.latitude)
    return geohash_text(_interleaved(column, row))


def geohash_text(bits: int) -> str:
    """The 60 bits of a geohash as its 12 letters, which sort as the bits do."""
    return "".join(_LETTERS[bits >> shift & 31] for shift in range(_BITS - 5, -1, -5))


def cover(box: Box, most: int) -> list[CellRange]:
    """Ranges of cells that hold the whole box, ascending, and as little besides as that number of them allows.

    Args:
        box: What is to be covered.
        most: How many ranges there may be, at least 2.
    """
    asked = [
        _Rectangle(_column(west), _row(box.south), _column(east), _row(box.north)) for west, east in box.longitudes()
    ]
    cells = [_cell(0, 0, 0, 0, asked)]
    # The cell that holds most besides the box is halved, until nothing is besides it or there would be too many.
    while cells[0].waste < 0:
        halves = [half for half in _halves(cells[0], asked) if _cells(half.depth) + half.waste > 0]
        if len(cells) - 1 + len(halves) > most:
            break
        heapq.heappop(cells)
        for half in halves:
            heapq.heappush(cells, half)
    return merged(CellRange(cell.first, cell.first + _cells(cell.depth) - 1) for cell in cells)


def merged(ranges: Iterable[CellRange]) -> list[CellRange]:
    """The same cells in as few ranges as there can be, ascending."""
    found: list[CellRange] = []
    for one in sorted(ranges):
        if found and one.first <= found[-1].last + 1:
            found[-1] = CellRange(found[-1].first, max(found[-1].last, one.last))
        else:
            found.append(one)
    return found


def without(ranges: Iterable[CellRange], done: Iterable[CellRange]) -> list[CellRange]:
    """The cells of the first ranges that are in none of the second; both ascending and apart."""
    left: list[CellRange] = []
    known = list(done)
    for first, last in ranges:
        begin = first
        for other in known:
            if other.last < begin or other.first > last:
                continue
            if other.first > begin:
                left.append(CellRange(begin, other.first - 1))
            begin = other.last + 1
        if begin <= last:
            left.append(CellRange(begin, last))
    return left


def _column(longitude: float) -> int:
    return min(int((longitude + 180.0) / 360.0 * _SIDE), _SIDE - 1)


def _row(latitude: float) -> int:
    return min(int((latitude + 90.0) / 180.0 * _SIDE), _SIDE - 1)


def _interleaved(column: int, row: int) -> int:
    bits = 0
    for shift in range(_BITS // 2 - 1, -1, -1):
        bits = bits << 2 | (column >> shift & 1) << 1 | row >> shift & 1
    return bits


def _cells(depth: int) -> int:
    return 1 << (_BITS - depth)


def _cell(first: int, west: int, south: int, depth: int, asked: Iterable[_Rectangle]) -> _Cell:
    east, north = west + (_SIDE >> (depth + 1) // 2), south + (_SIDE >> depth // 2)
    wanted = sum(
        max(0, min(east, one.east + 1) - max(west, one.west))
        * max(0, min(north, one.north + 1) - max(south, one.south))
        for one in asked
    )
    return _Cell(wanted - _cells(depth), first, west, south, depth)


def _halves(cell: _Cell, asked: Iterable[_Rectangle]) -> tuple[_Cell, _Cell]:
    depth = cell.depth + 1
    column, row = (_SIDE >> (depth + 1) // 2, 0) if cell.depth % 2 == 0 else (0, _SIDE >> depth // 2)
    return (
        _cell(cell.first, cell.west, cell.south, depth, asked),
        _cell(cell.first + _cells(depth), cell.west + column, cell.south + row, depth, asked),
    )
