"""The probability that a value exceeds a threshold."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geoclimate.domain.exceedance import exceedance
from geoclimate_ml.scoring.exceedance import exceedance as scored

LEVELS = (0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95)
ROW = (10.0, 12.0, 20.0, 30.0, 40.0, 60.0, 80.0)

_VALUES = st.floats(-100, 1000, allow_nan=False).map(lambda value: round(value, 3))
_ROWS = st.lists(_VALUES, min_size=len(LEVELS), max_size=len(LEVELS)).map(sorted)


@pytest.mark.parametrize(("level", "value"), list(zip(LEVELS, ROW, strict=True)))
def test_a_quantile_is_exceeded_with_what_its_level_leaves(level: float, value: float) -> None:
    assert exceedance(LEVELS, ROW, value).probability == pytest.approx(1 - level)


def test_between_two_quantiles_it_lies_on_the_line() -> None:
    found = exceedance(LEVELS, ROW, 35.0)

    assert found.probability == pytest.approx(0.375)
    assert (found.at_least, found.at_most) == pytest.approx((0.25, 0.5))


def test_beyond_the_outermost_quantiles_it_is_bounded_and_not_made_up() -> None:
    above, below = exceedance(LEVELS, ROW, 80.1), exceedance(LEVELS, ROW, 9.9)

    assert above.probability is None
    assert (above.at_least, above.at_most) == pytest.approx((0.0, 0.05))
    assert below.probability is None
    assert (below.at_least, below.at_most) == pytest.approx((0.95, 1.0))


def test_where_quantiles_are_the_same_the_last_of_them_counts() -> None:
    assert exceedance((0.1, 0.5, 0.9), (0.0, 0.0, 5.0), 0.0).probability == pytest.approx(0.5)
    assert exceedance((0.1, 0.5, 0.9), (5.0, 5.0, 5.0), 5.0).probability == pytest.approx(0.1)


@given(_ROWS, _VALUES, _VALUES)
def test_a_higher_threshold_is_never_more_probable(row: list[float], one: float, other: float) -> None:
    lower, higher = (exceedance(LEVELS, row, threshold) for threshold in sorted((one, other)))

    assert lower.at_least >= higher.at_least
    assert lower.at_most >= higher.at_most
    if lower.probability is not None and higher.probability is not None:
        assert lower.probability >= higher.probability


@given(_ROWS, _VALUES)
def test_the_probability_lies_within_its_bounds(row: list[float], threshold: float) -> None:
    found = exceedance(LEVELS, row, threshold)

    assert 0 <= found.at_least <= found.at_most <= 1
    assert found.probability is None or found.at_least <= found.probability <= found.at_most


@given(_ROWS, st.integers(0, len(LEVELS) - 1))
def test_it_agrees_with_every_quantile(row: list[float], place: int) -> None:
    found = exceedance(LEVELS, row, row[place])

    # Of equal quantiles the last one counts.
    assert found.at_most <= 1 - LEVELS[place] + 1e-12


@given(_ROWS, _VALUES)
def test_inside_the_quantiles_it_is_what_evaluations_score(row: list[float], threshold: float) -> None:
    found = exceedance(LEVELS, row, threshold)
    gaps = [high - low for low, high in pairwise(row)]

    # The evaluation gives a quantile function that stands still the smallest slope, in single precision.
    if found.probability is not None and min(gaps) > 0.01:
        theirs = scored(np.asarray([row], dtype=np.float64), LEVELS, threshold)
        assert found.probability == pytest.approx(float(theirs[0]), abs=1e-4)
