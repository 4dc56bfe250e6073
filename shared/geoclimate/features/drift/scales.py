"""On which scale a parameter's residuals are taken."""

from typing import Final

import numpy as np
import numpy.typing as npt

from geoclimate.domain.parameters import MICROGRAMS, PARAMETERS

Values = npt.NDArray[np.float64]

FLOOR_SHARE: Final = 0.25
"""Part of the median that is added before the logarithm: far below it lies noise, whose logarithm says nothing."""

_LINEAR: Final = frozenset({"temperature", "dewpoint", "pressure", "relativehumidity"})
_LOGARITHMIC: Final = frozenset(
    {code for code, parameter in PARAMETERS.items() if parameter.unit == MICROGRAMS} | {"wind_speed"}
)


def has_profile(parameter: str) -> bool:
    """Whether a season-and-hour profile describes a parameter.

    A wind direction is no number with a mean, and precipitation is nothing in most hours: of these only a sensor that
    stands still is noticed.
    """
    return parameter in _LINEAR or parameter in _LOGARITHMIC


def floor_of(parameter: str, values: Values) -> float:
    """What is added before the logarithm, canonical unit; NaN where no logarithm is taken.

    Args:
        parameter: A parameter that has a profile.
        values: The reference's values in canonical units, NaN where missing; at least one is there.
    """
    if parameter in _LINEAR:
        return float("nan")
    return max(FLOOR_SHARE * float(np.nanmedian(np.maximum(values, 0.0))), 1e-6)


def scaled(values: Values, floor: float) -> Values:
    """Values on their scale: as they are where `floor` is NaN, else `log(max(value, 0) + floor)`.

    On the logarithm a factor (another unit, another gain) is a shift, and pollution's spread is even over the year.
    """
    return values if np.isnan(floor) else np.log(np.maximum(values, 0.0) + floor)
