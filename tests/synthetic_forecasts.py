"""Forecasts of a known distribution, for tests of scores."""

from statistics import NormalDist
from typing import Final

import numpy as np

from geoclimate_ml.scoring.forecasts import Floats, Forecasts

LEVELS: Final = (0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95)
FIRST_ISSUE: Final = 394464
"""2015-01-01T00:00Z."""
_NORMAL: Final = np.asarray([NormalDist().inv_cdf(level) for level in LEVELS], dtype=np.float32)


def floats(values: object) -> Floats:
    """An array of float32."""
    return np.asarray(values, dtype=np.float32)


def normal_quantiles(mean: Floats, spread: float) -> Floats:
    """Quantiles of normal distributions: [..., levels]."""
    return np.asarray(mean[..., None] + spread * _NORMAL, dtype=np.float32)


def normal_forecasts(
    issues: int = 40, stations: int = 3, leads: int = 4, *, spread: float = 10, seed: int = 0
) -> Forecasts:
    """Truths of spread 10 around known means, and forecasts of the right means and a stated spread."""
    rng = np.random.default_rng(seed)
    count = issues * stations
    mean = rng.uniform(40, 160, (count, leads)).astype(np.float32)
    return Forecasts(
        levels=LEVELS,
        lead_hours=tuple(range(1, leads + 1)),
        quantiles=normal_quantiles(mean, spread),
        observed=(mean + 10 * rng.standard_normal(mean.shape)).astype(np.float32),
        last=rng.uniform(40, 160, count).astype(np.float32),
        issue_hours=FIRST_ISSUE + 6 * np.tile(np.arange(issues, dtype=np.int64), stations),
        station=np.repeat(np.arange(stations, dtype=np.int64), issues),
        stations=tuple(f"station-{place}" for place in range(stations)),
    )
