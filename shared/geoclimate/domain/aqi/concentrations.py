"""From the hours of an instrument to the concentration that a scale is entered with."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from geoclimate.domain.aqi import nowcast_ozone as ozone
from geoclimate.domain.aqi import nowcast_pm as pm
from geoclimate.domain.aqi.standards import Method, Scale

_LEAST_COMPLETE: Final = 0.75
"""Of the hours of a mean; 40 CFR part 50 asks it of 8-hour and 24-hour means."""


@dataclass(frozen=True, slots=True)
class Concentration:
    """A concentration that stands for the last hours.

    Attributes:
        value: In the scale's unit.
        method: What gave it: `mean`, `nowcast-pm`, `nowcast-ozone-pls` or `nowcast-ozone-surrogate`.
        span: Hours that were looked at.
        hours_used: Those of them that have a value.
        age: Hours between the newest one that was looked at and the newest one there is, mostly 0.
    """

    value: float
    method: str
    span: int
    hours_used: int
    age: int = 0


def hours_needed(scale: Scale) -> int:
    """How many hours back the scale's method looks."""
    match scale.method:
        case Method.NOWCAST_PM:
            return pm.NOWCAST_HOURS
        case Method.NOWCAST_OZONE:
            return ozone.NOWCAST_HOURS
        case Method.MEAN:
            return scale.averaging_hours


def concentration_of(scale: Scale, hours: Sequence[float | None]) -> Concentration | None:
    """The concentration that a scale is entered with.

    Args:
        scale: Scale.
        hours: Hourly means of one instrument in the scale's unit, the newest first, None where there is none; as many
            as `hours_needed`, or more.

    Returns:
        None where too few hours have a value.
    """
    span = hours_needed(scale)
    needed = hours[:span]
    values = [value for value in needed if value is not None]
    match scale.method:
        case Method.NOWCAST_PM:
            nowcast = pm.nowcast_pm(needed)
            return None if nowcast is None else Concentration(nowcast, scale.method, span, len(values))
        case Method.NOWCAST_OZONE:
            found = ozone.nowcast_ozone(needed)
            if found is None:
                return None
            method = f"{scale.method}-{'pls' if found.regression else 'surrogate'}"
            return Concentration(found.value, method, found.span, found.hours_used, found.age)
        case Method.MEAN:
            if len(values) < _LEAST_COMPLETE * scale.averaging_hours:
                return None
            return Concentration(math.fsum(values) / len(values), scale.method, span, len(values))
