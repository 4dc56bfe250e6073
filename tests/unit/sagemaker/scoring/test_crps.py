"""Pinball loss and CRPS from quantiles, against what is known in closed form."""

import math
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geoclimate.domain.verification import level_weights
from geoclimate_ml.scoring.crps import crps, pinball
from tests.synthetic_forecasts import LEVELS, floats, normal_forecasts, normal_quantiles


def test_pinball_loss_is_the_weighted_distance() -> None:
    quantiles = np.array([[10.0, 10.0]], dtype=np.float32)
    np.testing.assert_allclose(pinball(quantiles, floats([14.0]), (0.1, 0.9)), [[0.4, 3.6]], rtol=1e-6)
    np.testing.assert_allclose(pinball(quantiles, floats([6.0]), (0.1, 0.9)), [[3.6, 0.4]], rtol=1e-6)


@given(st.floats(-1e3, 1e3), st.floats(-1e3, 1e3))
def test_a_forecast_of_one_value_scores_its_absolute_error(value: float, truth: float) -> None:
    quantiles = np.full((1, 7), value, dtype=np.float32)
    scored = crps(pinball(quantiles, floats([truth]), LEVELS), LEVELS)
    assert scored[0] == pytest.approx(abs(np.float32(truth) - np.float32(value)), rel=1e-4, abs=1e-3)


def test_a_perfect_normal_forecast_scores_what_is_known_less_the_stated_error_of_the_sum() -> None:
    """E CRPS of N(0, s) is s / sqrt(pi); with the seven levels the sum is 1.7% below."""
    forecasts = normal_forecasts(issues=4000, stations=2, leads=4)
    measured = crps(pinball(forecasts.quantiles, forecasts.observed, LEVELS), LEVELS).mean()
    expected_sum = 2 * sum(
        weight * 10 * NormalDist().pdf(NormalDist().inv_cdf(level))
        for weight, level in zip(level_weights(LEVELS), LEVELS, strict=True)
    )
    exact = 10 / math.sqrt(math.pi)
    assert expected_sum == pytest.approx(0.983 * exact, rel=1e-3)
    assert measured == pytest.approx(expected_sum, rel=0.01)


def test_with_many_levels_the_sum_becomes_the_integral() -> None:
    levels = tuple((np.arange(999) + 1) / 1000)
    truth = np.random.default_rng(0).standard_normal(4000).astype(np.float32)
    normal = floats([NormalDist().inv_cdf(level) for level in levels])
    measured = crps(pinball(np.broadcast_to(normal, (len(truth), 999)), truth, levels), levels)
    standard = NormalDist()
    exact = [
        value * (2 * standard.cdf(value) - 1) + 2 * standard.pdf(value) - 1 / math.sqrt(math.pi)
        for value in map(float, truth)
    ]
    np.testing.assert_allclose(measured, exact, atol=2e-3)


@pytest.mark.parametrize("spread", [5.0, 8.0, 12.5, 20.0])
def test_the_true_distribution_scores_best(spread: float) -> None:
    forecasts = normal_forecasts(issues=1500)
    other = normal_quantiles(forecasts.median, spread)
    truth = crps(pinball(forecasts.quantiles, forecasts.observed, LEVELS), LEVELS).mean()
    assert truth < crps(pinball(other, forecasts.observed, LEVELS), LEVELS).mean()
