"""Missing hours between measured ones, filled from their neighbours."""

from collections.abc import Sequence
from typing import Final

_NEIGHBOURS: Final = 4
_LEAST_MEASURED: Final = 2


def fill_gaps(values: Sequence[float | None]) -> list[float]:
    """Every value, those missing replaced by a moving mean of their neighbours that halves with each step away.

    As `na_ma` of the R package imputeTS with its defaults, which EPA's program for the NowCast of ozone calls: four
    neighbours on each side, more where fewer than two of them were measured.

    Args:
        values: At least two of them measured.
    """
    return [_mean_around(values, place) if value is None else value for place, value in enumerate(values)]


def _mean_around(values: Sequence[float | None], place: int) -> float:
    reach = _NEIGHBOURS
    while True:
        start = max(place - reach, 0)
        near = [
            (value, 0.5 ** abs(other - place))
            for other, value in enumerate(values[start : place + reach + 1], start=start)
            if value is not None
        ]
        if len(near) >= _LEAST_MEASURED:
            return sum(value * weight for value, weight in near) / sum(weight for _, weight in near)
        reach += 1
