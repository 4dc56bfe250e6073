"""Forecasts of normally distributed values, of which is known how far they are off."""

from statistics import NormalDist

import numpy as np

from geoclimate_ml.scoring.forecasts import Forecasts
from tests.made_samples import FIRST_HOUR, LEVELS

_MEDIAN, _DEVIATION = 60.0, 10.0


def normal_forecasts(
    n: int = 2000, leads: int = 4, width: float = 1.0, shift: float = 0.0, every_hours: int = 6
) -> Forecasts:
    """One station's forecasts of the same distribution: right at a width of 1 and a shift of 0 deviations."""
    truth = np.random.default_rng(11).normal(_MEDIAN + shift * _DEVIATION, _DEVIATION, size=(n, leads))
    stated = [_MEDIAN + width * _DEVIATION * NormalDist().inv_cdf(level) for level in LEVELS]
    return Forecasts(
        levels=LEVELS,
        lead_hours=tuple(range(1, leads + 1)),
        quantiles=np.tile(np.array(stated, dtype=np.float32), (n, leads, 1)),
        observed=truth.astype(np.float32),
        last=np.full(n, _MEDIAN, dtype=np.float32),
        issue_hours=FIRST_HOUR + every_hours * np.arange(n, dtype=np.int64),
        station=np.zeros(n, dtype=np.int64),
        stations=("openaq-1",),
    )
