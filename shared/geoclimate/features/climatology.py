"""What is usual at a station in a month at an hour of its day: the forecast that needs no model and no observation.

Months and hours are those of local mean solar time, rounded to the hour, so that stations far apart share the phases
of the day. Made with `geoclimate_ml.baselines.climatology` over the training years and served when no model answers.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from geoclimate.domain.errors import IntegrityError
from geoclimate.features.tensor_file import read_tensors, write_tensors

CLIMATOLOGY_VERSION: Final = "1"
MONTHS, HOURS = 12, 24
_DEGREES_AN_HOUR = 15.0

Array = npt.NDArray[np.float32]
Integers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Climatology:
    """Quantiles by station, month and hour of the day.

    Attributes:
        target: Parameter code.
        levels: Quantile levels, ascending.
        stations: Station ids.
        quantiles: float32 [stations + 1, 12, 24, levels] in the canonical unit, never decreasing along the levels;
            the last entry is of all stations together, for those that are not listed.
    """

    target: str
    levels: tuple[float, ...]
    stations: tuple[str, ...]
    quantiles: Array

    def __post_init__(self) -> None:
        shape = (len(self.stations) + 1, MONTHS, HOURS, len(self.levels))
        if self.quantiles.shape != shape:
            message = f"the quantiles must have the shape {shape}, but have {self.quantiles.shape}"
            raise ValueError(message)
        if not np.isfinite(self.quantiles).all() or (np.diff(self.quantiles, axis=-1) < 0).any():
            raise ValueError("the quantiles must be finite and never decrease along the levels")


def solar_month_and_hour(hours: Integers, longitude: float) -> tuple[Integers, Integers]:
    """Month from 0 to 11 and hour from 0 to 23 in local mean solar time.

    Args:
        hours: int64 hours since 1970, UTC.
        longitude: Degrees east.
    """
    local = hours + round(longitude / _DEGREES_AN_HOUR)
    months = local.astype("datetime64[h]").astype("datetime64[M]").astype(np.int64)
    return months % MONTHS, local % HOURS


def climatology_at(climatology: Climatology, station: str, longitude: float, hours: Sequence[int] | Integers) -> Array:
    """What is usual at some hours.

    Args:
        climatology: Quantiles of the training years.
        station: Station id; one that is not listed has the quantiles of all stations together.
        longitude: The station's, degrees east.
        hours: Hours since 1970, UTC; an issue time's lead time h is the hour `issue hour + h - 1`.

    Returns:
        float32 [hours, levels] in the canonical unit.
    """
    places = {name: place for place, name in enumerate(climatology.stations)}
    month, hour = solar_month_and_hour(np.asarray(hours, dtype=np.int64), longitude)
    table: Array = climatology.quantiles[places.get(station, len(places))]
    return np.asarray(table[month, hour])


def to_bytes(climatology: Climatology) -> bytes:
    """The climatology as a safetensors file."""
    metadata = {
        "kind": "climatology",
        "version": CLIMATOLOGY_VERSION,
        "target": climatology.target,
        "levels": ",".join(map(repr, climatology.levels)),
        "stations": "\n".join(climatology.stations),
    }
    return write_tensors({"quantiles": climatology.quantiles}, metadata)


def from_bytes(content: bytes) -> Climatology:
    """Read what `to_bytes` wrote.

    Raises:
        IntegrityError: The bytes are no climatology of this version.
    """
    tensors, metadata = read_tensors(content)
    if (metadata.get("kind"), metadata.get("version")) != ("climatology", CLIMATOLOGY_VERSION):
        raise IntegrityError(f"not a climatology of version {CLIMATOLOGY_VERSION}")
    try:
        return Climatology(
            target=metadata["target"],
            levels=tuple(map(float, metadata["levels"].split(","))),
            stations=tuple(metadata["stations"].split("\n")) if metadata["stations"] else (),
            quantiles=tensors["quantiles"],
        )
    except (KeyError, ValueError) as error:
        raise IntegrityError(f"the climatology cannot be read: {error}") from error
