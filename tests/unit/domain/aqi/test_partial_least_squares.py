"""Partial least squares with every component is ordinary least squares."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geoclimate.domain.aqi.partial_least_squares import predict


@settings(max_examples=30)
@given(st.integers(0, 10_000), st.integers(1, 20))
def test_agrees_with_least_squares(seed: int, predictors: int) -> None:
    random = np.random.default_rng(seed)
    rows = random.normal(30.0, 10.0, (3 * predictors + 5, predictors))
    responses = rows @ random.normal(size=predictors) + random.normal(size=len(rows))
    point = random.normal(30.0, 10.0, predictors)
    with_one = np.column_stack([np.ones(len(rows)), rows])
    coefficients, *_ = np.linalg.lstsq(with_one, responses, rcond=None)

    expected = coefficients[0] + point @ coefficients[1:]

    assert predict(rows.tolist(), responses.tolist(), point.tolist()) == pytest.approx(expected, rel=1e-6, abs=1e-6)


def test_two_predictors_that_say_the_same_share_what_they_explain() -> None:
    rows = [[1.0, 1.0], [2.0, 2.0], [3.0, 3.0]]

    assert predict(rows, [2.0, 4.0, 6.0], [5.0, 5.0]) == pytest.approx(10.0)


@pytest.mark.parametrize("rows", [[[3.0, 4.0]] * 5, [[1.0, 0.0], [2.0, 1.0], [3.0, 0.0], [0.0, 7.0], [1.0, 1.0]]])
def test_a_response_that_never_changes_is_expected_again(rows: list[list[float]]) -> None:
    assert predict(rows, [0.1] * 5, [9.0, -3.0]) == pytest.approx(0.1)


def test_predictors_that_never_change_explain_nothing() -> None:
    assert predict([[3.0]] * 4, [1.0, 2.0, 3.0, 4.0], [8.0]) == pytest.approx(2.5)
