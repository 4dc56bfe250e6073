"""The index of one pollutant at a station, from the observations of its last hours."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache

from geoclimate.domain.aqi.concentrations import Concentration, concentration_of, hours_needed
from geoclimate.domain.aqi.hours import HOUR, hours_before
from geoclimate.domain.aqi.standards import Scale, Standard
from geoclimate.domain.aqi.sub_index import SubIndex, sub_index
from geoclimate.domain.observations import Observation
from geoclimate.domain.parameters import PARAMETERS
from geoclimate.domain.units import conversion


@dataclass(frozen=True, slots=True)
class PollutantIndex:
    """The index of one pollutant, and what it rests on.

    Attributes:
        scale: Scale that gave it.
        sub_index: Index and concentration.
        concentration: How the concentration was had.
        instrument: Instrument that measured it.
        start: Beginning of the first hour that was looked at, UTC.
        end: End of the newest hour that was looked at, UTC.
    """

    scale: Scale
    sub_index: SubIndex
    concentration: Concentration
    instrument: str
    start: dt.datetime
    end: dt.datetime


def span_needed(standard: Standard, parameter: str) -> int:
    """How many hours before an instant decide on a parameter's index; 0 where it takes no part."""
    return max((hours_needed(scale) for scale in standard.scales_of(parameter)), default=0)


def pollutant_index(
    standard: Standard, parameter: str, observations: Collection[Observation], at: dt.datetime
) -> PollutantIndex | None:
    """The index of a pollutant at an instant: the greatest that an instrument and a scale give.

    Instruments are not mixed, since a jump from one to the other would look like a change of the air. Of several the
    one with the greatest index stands, as the US EPA asks of several monitors (40 CFR part 58, appendix G).

    Args:
        standard: Standard.
        parameter: Parameter code.
        observations: Of this series, in the canonical unit, only such that may count.
        at: The instant: what ends later does not count.

    Returns:
        None where no instrument has enough hours.
    """
    found = []
    for scale in standard.scales_of(parameter):
        count = hours_needed(scale)
        factor = canonical_per_unit(parameter, scale.unit)
        for instrument, hours in hours_before(observations, at, count).items():
            converted = [None if value is None else value / factor for value in hours]
            concentration = concentration_of(scale, converted)
            index = None if concentration is None else sub_index(scale, concentration.value)
            if concentration is not None and index is not None:
                end = at - concentration.age * HOUR
                start = end - concentration.span * HOUR
                found.append(PollutantIndex(scale, index, concentration, instrument, start, end))
    return max(found, key=lambda one: (one.sub_index.index, one.sub_index.concentration), default=None)


@lru_cache(maxsize=64)
def canonical_per_unit(parameter: str, unit: str) -> float:
    """How much of the canonical unit one of this unit is: µg/m³ a ppb, at 25 °C and 1 atm.

    Raises:
        ValueError: The parameter is not measured in this unit.
    """
    way = conversion(unit, PARAMETERS[parameter])
    if way is None:
        message = f"{parameter} has no value in {unit}"
        raise ValueError(message)
    return way(1.0)
