"""Means of directions, which are a circle: of 350 and 10 degrees the mean is north and not south.

The mean is the direction of the mean of unit vectors (EPA-454/R-99-005, Meteorological Monitoring Guidance for
Regulatory Modeling Applications, section 6.2.2).
"""

import math
from typing import Final

from geoclimate.domain.parameters import PARAMETERS

_DEGREES: Final = "deg"
_CANCELLED: Final = 1e-9
"""A mean vector that short, of unit vectors, is what rounding leaves of directions that cancel each other out."""


def is_direction(parameter: str) -> bool:
    """Whether a parameter is a direction, in degrees."""
    return PARAMETERS[parameter].unit == _DEGREES


def direction_of(east: float, north: float) -> float | None:
    """Degrees from north over east, below 360; None of a vector without length."""
    if math.hypot(east, north) <= _CANCELLED:
        return None
    # Nine digits: a hair west of north is 0, and not 359.99999999999994.
    return round(math.degrees(math.atan2(east, north)) % 360.0, 9) % 360.0
