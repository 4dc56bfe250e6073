"""Observations and means as rows, each with its coordinates and unit."""

from collections.abc import Iterator
from typing import Final

from functions.api.forms.table import Cell, Table
from geoclimate.contracts.observations import MeansAnswer, ObservationsAnswer
from geoclimate.domain.interval_means import QUANTILE_LEVELS
from geoclimate.domain.stations import Station

_PLACE: Final = ("station", "latitude", "longitude", "parameter", "unit")
_OBSERVATION: Final = (
    "start",
    "end",
    "value",
    "delivered_value",
    "delivered_unit",
    "instrument",
    "flag",
    "ingested_at",
    "revision",
)
_MEAN: Final = ("start", "end", "mean", "coverage", "count", "min", "max")
_QUANTILES: Final = tuple(f"q{100 * level:g}" for level in QUANTILE_LEVELS)


def observations_table(answer: ObservationsAnswer, station: Station) -> Table:
    """A row an observation."""
    place = _place(answer, station)
    listed = answer.model_dump(mode="json", include={"observations"})["observations"]
    rows = ((*place, *(one[name] for name in _OBSERVATION)) for one in listed)
    return Table((*_PLACE, *_OBSERVATION), rows, answer.next)


def means_table(answer: MeansAnswer, station: Station) -> Table:
    """A row a step; a quantile a column."""
    return Table((*_PLACE, *_MEAN, *_QUANTILES, "null_reason"), _mean_rows(answer, station), answer.next)


def _mean_rows(answer: MeansAnswer, station: Station) -> Iterator[tuple[Cell, ...]]:
    place = _place(answer, station)
    nothing: tuple[Cell, ...] = (None,) * len(_QUANTILES)
    for one in answer.model_dump(mode="json", by_alias=True, include={"means"})["means"]:
        quantiles = nothing if one["quantiles"] is None else tuple(each["value"] for each in one["quantiles"])
        yield (*place, *(one[name] for name in _MEAN), *quantiles, one["null_reason"])


def _place(answer: ObservationsAnswer | MeansAnswer, station: Station) -> tuple[Cell, ...]:
    return answer.station, station.latitude, station.longitude, answer.parameter, answer.unit
