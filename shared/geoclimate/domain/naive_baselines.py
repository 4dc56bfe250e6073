"""The forecasts that cost nothing: what every model must beat."""

import math
from collections.abc import Sequence
from typing import Final

from geoclimate.domain.forecasts import Baselines

_DAY: Final = 24


def naive_baselines(
    history: Sequence[float],
    lead_hours: Sequence[int],
    climatology: tuple[tuple[float, ...], ...] | None = None,
) -> Baselines:
    """Persistence and seasonal naive at an issue time.

    Args:
        history: Hourly values of the target up to the issue time, the newest last; NaN where nothing was observed.
        lead_hours: Lead times in hours, ascending.
        climatology: Quantiles from past years, handed through; one row a lead time.

    Returns:
        The newest observed value; and for each lead time the value at the same hour of the newest day that was over by
        the issue time: 24 hours before for lead times up to 24, 48 for those up to 48.
    """
    known = (value for value in reversed(history) if not math.isnan(value))
    return Baselines(
        persistence=next(known, None),
        seasonal_naive=tuple(_same_hour(history, lead) for lead in lead_hours),
        climatology=climatology,
    )


def _same_hour(history: Sequence[float], lead: int) -> float | None:
    position = len(history) + (lead - 1) % _DAY - _DAY
    if position < 0 or math.isnan(history[position]):
        return None
    return history[position]
