"""Persistence, seasonal naive, and quantiles around them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geoclimate_ml.baselines.naive import filled_with_last, persistence, seasonal_naive
from geoclimate_ml.baselines.spread import fit_spread, spread_around
from tests.synthetic_forecasts import LEVELS, floats

FIRST = 480


def test_persistence_repeats_the_last_known_value() -> None:
    np.testing.assert_array_equal(persistence(floats([3, 5]), 3), [[3, 3, 3], [5, 5, 5]])


def test_seasonal_naive_takes_the_newest_known_value_of_the_same_hour_of_day() -> None:
    series = np.arange(96, dtype=np.float32)
    found = seasonal_naive(series, FIRST, np.array([FIRST + 72]), (1, 2, 24, 25, 48, 49))
    np.testing.assert_array_equal(found, [[48, 49, 71, 48, 71, 48]])


@given(st.integers(1, 200), st.integers(1, 72))
def test_seasonal_naive_never_sees_the_issue_time(issue: int, lead: int) -> None:
    series = np.arange(200, dtype=np.float32)
    found = float(seasonal_naive(series, 0, np.array([issue]), (lead,))[0, 0])
    target = issue + lead - 1
    assert np.isnan(found) or (found < issue and (target - found) % 24 == 0)


def test_a_missing_hour_of_the_day_before_is_the_last_known_value() -> None:
    values = seasonal_naive(np.full(10, np.nan, dtype=np.float32), 0, np.array([5, 500]), (1, 2))
    np.testing.assert_array_equal(filled_with_last(values, floats([7, 8])), [[7, 7], [8, 8]])


def test_the_spread_is_that_of_the_training_errors_by_level() -> None:
    rng = np.random.default_rng(0)
    values = rng.uniform(0, 300, (20_000, 2)).astype(np.float32)
    observed = (values + np.where(values > 150, 20, 5) * rng.standard_normal(values.shape)).astype(np.float32)
    quantiles = spread_around(fit_spread(values, observed, LEVELS), values, None)
    covered = (observed[..., None] <= quantiles).mean(axis=(0, 1))
    np.testing.assert_allclose(np.delete(covered, 3), np.delete(LEVELS, 3), atol=0.01)
    np.testing.assert_array_equal(quantiles[..., 3], values)
    width = quantiles[..., 5] - quantiles[..., 1]
    assert width[values > 250].mean() > 3 * width[values < 50].mean()


def test_quantiles_stay_in_order_and_above_the_lowest_value() -> None:
    values = floats([[0.0, 1.0], [2.0, 400.0]] * 100)
    spread = fit_spread(values, values + 50, LEVELS)
    quantiles = spread_around(spread, values - 1, 0.0)
    assert (np.diff(quantiles, axis=-1) >= 0).all()
    assert quantiles.min() == -1
    np.testing.assert_array_equal(quantiles[..., 3], values - 1)


def test_a_lead_time_that_was_never_observed_is_named() -> None:
    with pytest.raises(ValueError, match="lead time number 2"):
        fit_spread(floats([[1, 1]]), floats([[1, np.nan]]), LEVELS)
