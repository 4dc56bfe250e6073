"""The population stability index."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geoclimate.features.drift.population import population_stability


def test_equal_shares_are_no_shift() -> None:
    assert population_stability(np.full(10, 216)) == 0.0


def test_a_known_shift_has_the_known_index() -> None:
    counts = np.array([50_000, 150_000, *[100_000] * 8])
    expected = (0.05 - 0.1) * np.log(0.05 / 0.1) + (0.15 - 0.1) * np.log(0.15 / 0.1)
    assert population_stability(counts) == pytest.approx(expected, rel=1e-3)


def test_an_empty_bin_is_large_and_finite() -> None:
    everything_in_one = np.array([2_160, *[0] * 9])
    assert 5.0 < population_stability(everything_in_one) < 20.0


@given(st.lists(st.integers(0, 500), min_size=10, max_size=10))
def test_it_is_never_negative_and_does_not_depend_on_the_order_of_bins(counts: list[int]) -> None:
    index = population_stability(np.array(counts))
    assert index >= 0.0
    assert population_stability(np.array(counts[::-1])) == pytest.approx(index, abs=1e-12)
