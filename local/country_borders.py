"""Make `shared/geoclimate/borders/borders.npz` anew from Natural Earth's boundaries.

    npm pack world-atlas@2.0.2 && tar xzf world-atlas-2.0.2.tgz
    python -m local.country_borders package/countries-10m.json

world-atlas (ISC) is Natural Earth 4.1.0, 1:10,000,000, `admin_0_countries` (public domain), as TopoJSON: each line
between two countries is there once, and nothing is cut at the antimeridian. The same input gives the same arrays.
"""

import argparse
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from geoclimate.borders.country_at import BORDERS_FILE, GRID_AROUND
from geoclimate.domain.countries import KOSOVO, numeric_codes
from geoclimate.domain.places import Box

_NO_CODE: Final = ""
_WITHOUT_NUMBER: Final = {
    "Kosovo": KOSOVO,
    # ISO lists these under the state whose territory they are by the United Nations.
    "Somaliland": "SO",
    "N. Cyprus": "CY",
    "Cyprus U.N. Buffer Zone": "CY",
    # British territory for which ISO has no code of its own.
    "Akrotiri": "GB",
    "Dhekelia": "GB",
    # Leased ground is that of the lessor.
    "Baikonur": "KZ",
    "USNB Guantanamo Bay": "CU",
    "Clipperton I.": "FR",
    "Coral Sea Is.": "AU",
    # Christmas Island; the Cocos Islands are a part, below.
    "Indian Ocean Ter.": "CX",
    # Claimed by several, and no code is theirs.
    "Siachen Glacier": _NO_CODE,
    "Spratly Is.": _NO_CODE,
    "Scarborough Reef": _NO_CODE,
    "Bajo Nuevo Bank": _NO_CODE,
    "Serranilla Bank": _NO_CODE,
}
"""Names of areas for which Natural Earth gives no number, and the code that is taken for each."""


@dataclass(frozen=True, slots=True)
class _Part:
    code: str
    of: str
    box: Box


_PARTS: Final = (
    _Part("GF", "FR", Box(-55.0, 2.0, -51.5, 6.0)),
    _Part("GP", "FR", Box(-61.9, 15.8, -60.9, 16.6)),
    _Part("MQ", "FR", Box(-61.3, 14.3, -60.7, 15.0)),
    _Part("RE", "FR", Box(55.1, -21.5, 56.0, -20.8)),
    _Part("YT", "FR", Box(44.9, -13.1, 45.4, -12.6)),
    _Part("SJ", "NO", Box(-10.0, 70.5, -7.5, 71.5)),
    _Part("SJ", "NO", Box(10.0, 74.0, 34.0, 81.0)),
    _Part("BV", "NO", Box(3.0, -54.6, 4.0, -54.2)),
    _Part("BQ", "NL", Box(-68.5, 11.9, -68.0, 12.4)),
    _Part("BQ", "NL", Box(-63.4, 17.4, -62.8, 17.8)),
    _Part("TK", "NZ", Box(-173.0, -9.6, -171.0, -8.4)),
    _Part("CC", "CX", Box(96.7, -12.3, 97.0, -12.0)),
)
"""Polygons that Natural Earth counts to a country and that have a code of their own in ISO 3166-1."""
_VATICAN_CITY: Final = ((12.447, 41.901), (12.458, 41.901), (12.458, 41.906), (12.451, 41.906), (12.447, 41.9026))
"""Corners, longitude first: Natural Earth's polygon is narrower than a step of the grid, so nothing of it is left."""


def main() -> None:
    """Read the boundaries, write the file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("topology", type=Path, help="countries-10m.json of world-atlas")
    parser.add_argument("--to", type=Path, default=BORDERS_FILE, help="where to write")
    arguments = parser.parse_args()
    write_borders(json.loads(arguments.topology.read_text()), arguments.to)


def write_borders(topology: dict[str, Any], target: Path) -> None:
    """Write the borders of a TopoJSON topology.

    Args:
        topology: Its object `countries` has ISO 3166-1 numbers as ids; every position of its grid is an integer, and
            one turn around the Earth has `GRID_AROUND` steps.
        target: The file, see `geoclimate.borders.country_at`.
    """
    arcs: Sequence[Sequence[Sequence[int]]] = [*topology["arcs"], _ring(_VATICAN_CITY, topology)]
    owners: list[set[str]] = [set() for _ in arcs]
    for code, used in (*_areas(topology), ("VA", [len(arcs) - 1]), ("IT", [len(arcs) - 1])):
        for arc in used:
            # An arc that an area meets twice has the area on both sides, so it is no border of it.
            owners[arc] ^= {code}
    codes = sorted(set().union(*owners))
    kept = [number for number, own in enumerate(owners) if own]
    steps = [np.asarray(arcs[number], np.int32) for number in kept]
    moves = np.concatenate([step[1:] for step in steps])
    moves[:, 0] = _short_way(moves[:, 0])
    np.savez_compressed(
        target,
        codes=np.asarray(codes),
        scale=np.asarray(topology["transform"]["scale"]),
        translate=np.asarray(topology["transform"]["translate"]),
        beginnings=np.asarray([step[0] for step in steps], np.int32),
        lengths=np.asarray([len(step) - 1 for step in steps], np.int32),
        owners=np.asarray([_two(sorted(map(codes.index, owners[number])), len(codes)) for number in kept], np.uint8),
        moves=moves.T.astype(np.int16),
    )


def _areas(topology: dict[str, Any]) -> Iterator[tuple[str, list[int]]]:
    """Each polygon's code, and the arcs of its rings."""
    by_number = {number: code for code, number in numeric_codes().items()}
    for geometry in topology["objects"]["countries"]["geometries"]:
        code = by_number[geometry["id"]] if "id" in geometry else _WITHOUT_NUMBER[geometry["properties"]["name"]]
        polygons = [geometry["arcs"]] if geometry["type"] == "Polygon" else geometry["arcs"]
        for polygon in polygons:
            used = [arc if arc >= 0 else ~arc for ring in polygon for arc in ring]
            yield _part_code(code, topology, used), used


def _part_code(code: str, topology: dict[str, Any], used: Sequence[int]) -> str:
    (east, north), (west, south) = topology["transform"]["scale"], topology["transform"]["translate"]
    places = np.concatenate([np.cumsum(np.asarray(topology["arcs"][arc]), axis=0) for arc in used])
    places = places * (east, north) + (west, south)
    for part in _PARTS:
        box = part.box
        if part.of == code and ((places > (box.west, box.south)) & (places < (box.east, box.north))).all():
            return part.code
    return code


def _ring(corners: Sequence[tuple[float, float]], topology: dict[str, Any]) -> list[list[int]]:
    """Corners as a closed arc of the grid: its first place, then moves."""
    scale, translate = topology["transform"]["scale"], topology["transform"]["translate"]
    places = np.rint((np.asarray([*corners, corners[0]]) - translate) / scale)
    moves: list[list[int]] = np.diff(places, axis=0, prepend=0).astype(int).tolist()
    return moves


def _short_way(moves: np.ndarray[Any, np.dtype[np.int32]]) -> np.ndarray[Any, np.dtype[np.int32]]:
    """Moves along the parallels that go the shorter way around the Earth."""
    return (moves + GRID_AROUND // 2) % GRID_AROUND - GRID_AROUND // 2


def _two(owners: Sequence[int], nobody: int) -> tuple[int, int]:
    """The areas on both sides of an arc; the open sea's number is that of nobody."""
    if len(owners) > 2:
        msg = f"an arc is the border of {len(owners)} areas"
        raise ValueError(msg)
    one, other = (*owners, nobody, nobody)[:2]
    return one, other


if __name__ == "__main__":
    main()
