"""A run of a weather forecast as one small, exact item.

Its editions become compressed JSON: of each parameter the first hour and the values from there on, a gap as `null`.
Floats are written with the shortest digits that give them back bit for bit.
"""

import datetime as dt
import json
import zlib
from collections.abc import Iterable, Mapping
from typing import Any, Final

from geoclimate.domain.errors import IntegrityError
from geoclimate.domain.weather_forecasts import RunEdition

FORMAT: Final = 1
"""Raised when the layout changes, so that old items stay readable."""


def pack_editions(editions: Iterable[RunEdition]) -> bytes:
    """The editions of a run as bytes."""
    content = {"format": FORMAT, "editions": [_packed(edition) for edition in editions]}
    return zlib.compress(json.dumps(content, separators=(",", ":"), allow_nan=False).encode(), 9)


def unpack_editions(packed: bytes) -> tuple[RunEdition, ...]:
    """The editions that `pack_editions` wrote, in the same order.

    Raises:
        IntegrityError: The bytes are none that this version of the platform can read.
    """
    try:
        content: dict[str, Any] = json.loads(zlib.decompress(packed))
        if content["format"] != FORMAT:
            raise IntegrityError(f"a packed run of a weather forecast has the unknown format {content['format']}")
        return tuple(_unpacked(edition) for edition in content["editions"])
    except (zlib.error, ValueError, KeyError, TypeError) as error:
        raise IntegrityError(f"a packed run of a weather forecast cannot be read: {error!r}") from error


def _packed(edition: RunEdition) -> dict[str, Any]:
    return {
        "known_at": edition.known_at.isoformat(),
        "uploaded_at": edition.uploaded_at.isoformat(),
        "file_digest": edition.file_digest,
        "cells": {parameter: _row(values) for parameter, values in sorted(edition.cells.items()) if values},
    }


def _unpacked(edition: Mapping[str, Any]) -> RunEdition:
    return RunEdition(
        known_at=dt.datetime.fromisoformat(edition["known_at"]),
        uploaded_at=dt.datetime.fromisoformat(edition["uploaded_at"]),
        file_digest=edition["file_digest"],
        cells={
            parameter: {first + place: value for place, value in enumerate(row) if value is not None}
            for parameter, (first, *row) in edition["cells"].items()
        },
    )


def _row(values: Mapping[int, float]) -> list[float | None]:
    """The first hour, then a value or None for each hour from there to the last."""
    first, last = min(values), max(values)
    return [first, *(values.get(hour) for hour in range(first, last + 1))]
