"""Stations as rows."""

from collections.abc import Iterator
from typing import Final

from functions.api.forms.table import Cell, Table
from geoclimate.contracts.stations import StationsAnswer

_STATION: Final = ("id", "name", "latitude", "longitude", "country", "source", "distance_m")
_SERIES: Final = ("parameter", "unit", "first", "last")


def stations_table(answer: StationsAnswer) -> Table:
    """A row a station and parameter; one without a parameter for a station that measures nothing."""
    return Table((*_STATION, *_SERIES), _rows(answer), answer.next)


def _rows(answer: StationsAnswer) -> Iterator[tuple[Cell, ...]]:
    for station in answer.model_dump(mode="json", include={"stations"})["stations"]:
        place = tuple(station[name] for name in _STATION)
        for series in station["parameters"] or [dict.fromkeys(_SERIES)]:
            yield (*place, *(series[name] for name in _SERIES))
