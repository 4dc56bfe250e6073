"""Probabilities of exceeding an index's thresholds."""

from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geoclimate.domain.parameters import PARAMETERS
from geoclimate_ml.scoring.exceedance import brier, exceedance, thresholds_of
from tests.synthetic_forecasts import LEVELS, floats, normal_forecasts, normal_quantiles


def test_thresholds_are_those_of_the_indexes_own_tables() -> None:
    found: list[tuple[object, ...]] = [(one.standard, one.category, one.concentration) for one in thresholds_of("pm25")]
    assert found[:5] == [
        ("us-epa-2024", "Moderate", pytest.approx(9.1)),
        ("us-epa-2024", "Unhealthy for Sensitive Groups", pytest.approx(35.5)),
        ("us-epa-2024", "Unhealthy", pytest.approx(55.5)),
        ("us-epa-2024", "Very Unhealthy", pytest.approx(125.5)),
        ("us-epa-2024", "Hazardous", pytest.approx(225.5)),
    ]
    assert [concentration for standard, _, concentration in found if standard == "eu-eea-2024"] == [5, 15, 50, 90, 140]


def test_thresholds_of_gases_are_in_the_canonical_unit() -> None:
    """54 ppb of NO2 at 25 degrees and 1 atm are about 101.6 µg/m³."""
    assert thresholds_of("no2")[0].concentration == pytest.approx(101.6, abs=0.1)


def test_weather_has_no_thresholds() -> None:
    assert thresholds_of("temperature") == ()


@pytest.mark.parametrize("code", PARAMETERS)
def test_thresholds_of_an_index_ascend(code: str) -> None:
    found = thresholds_of(code)
    for standard in {one.standard for one in found}:
        concentrations = [one.concentration for one in found if one.standard == standard]
        assert concentrations == sorted(set(concentrations))


@pytest.mark.parametrize(
    ("threshold", "tolerance"), [(83.6, 0.002), (100, 1e-6), (105, 0.01), (116.4, 0.002), (125, 0.01), (70, 0.01)]
)
def test_probabilities_are_those_of_the_distribution(threshold: float, tolerance: float) -> None:
    quantiles = normal_quantiles(floats([100.0]), 10)
    expected = 1 - NormalDist(100, 10).cdf(threshold)
    assert exceedance(quantiles, LEVELS, threshold)[0] == pytest.approx(expected, abs=tolerance)


def test_beyond_the_highest_level_the_probability_halves_with_every_step_of_the_last_two() -> None:
    quantiles = floats([[1, 2, 3, 4, 5, 6, 8]])
    found = [float(exceedance(quantiles, LEVELS, threshold)[0]) for threshold in (8, 10, 12)]
    assert found == pytest.approx([0.05, 0.025, 0.0125])


@given(st.lists(st.floats(0, 500, width=32), min_size=7, max_size=7), st.floats(0, 600), st.floats(0, 600))
def test_probabilities_stay_in_bounds_and_fall_with_the_threshold(
    values: list[float], one: float, other: float
) -> None:
    quantiles = np.sort(floats([values]), axis=-1)
    low, high = sorted((one, other))
    more, less = exceedance(quantiles, LEVELS, low)[0], exceedance(quantiles, LEVELS, high)[0]
    assert 0 <= less <= more + 1e-6
    assert more <= 1


def test_the_brier_score_of_the_true_probability_is_its_variance() -> None:
    forecasts = normal_forecasts(issues=3000)
    probability = exceedance(forecasts.quantiles, LEVELS, 100.0)
    scored = brier(probability, forecasts.observed, 100.0)
    assert scored.mean() == pytest.approx((probability * (1 - probability)).mean(), abs=0.004)


def test_what_was_not_observed_has_no_score() -> None:
    scored = brier(floats([0.4, 0.4, 0.4]), floats([np.nan, 1, 3]), 2.0)
    np.testing.assert_allclose(scored, [np.nan, 0.16, 0.36], rtol=1e-5)
