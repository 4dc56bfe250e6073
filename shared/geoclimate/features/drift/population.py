"""Population stability index: how far a distribution has moved from its reference.

PSI is the symmetrised Kullback-Leibler divergence of two binned distributions, sum((p - q) ln(p / q)). Below 0.1 it is
commonly called no shift, from 0.25 on a large one: E. M. Lewis, An Introduction to Credit Scoring (Athena Press, 1994),
and N. Siddiqi, Credit Risk Scorecards (Wiley, 2006). These figures are for independent cases. The hours of a season are
not independent, so what is called drift here lies higher; see `docs/drift.md`.
"""

import numpy as np
import numpy.typing as npt


def population_stability(counts: npt.NDArray[np.int64]) -> float:
    """PSI of counts in bins that hold equal shares of the reference; 0 for equal shares.

    Half a case is added to each bin, so that an empty one gives a large number and not an infinite one.

    Args:
        counts: [bins] hours by bin.
    """
    smoothed = counts + 0.5
    share = smoothed / smoothed.sum()
    expected = 1.0 / len(counts)
    return float(np.sum((share - expected) * np.log(share / expected)))
