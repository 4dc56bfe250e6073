"""Persistence and seasonal naive."""

import math

from hypothesis import given
from hypothesis import strategies as st

from geoclimate.domain.naive_baselines import naive_baselines

LEADS = tuple(range(1, 73))


def test_persistence_is_the_newest_value_that_was_observed() -> None:
    assert naive_baselines([1.0, 2.0, math.nan], LEADS).persistence == 2.0


def test_an_empty_history_gives_neither() -> None:
    found = naive_baselines([math.nan] * 48, (1, 2))
    assert found.persistence is None
    assert found.seasonal_naive == (None, None)


def test_seasonal_naive_is_the_same_hour_of_the_day_before() -> None:
    found = naive_baselines([float(hour) for hour in range(100, 148)], (1, 2, 24))
    assert found.seasonal_naive == (124.0, 125.0, 147.0)


def test_beyond_a_day_the_newest_day_that_was_over_is_repeated() -> None:
    found = naive_baselines([float(hour) for hour in range(24)], LEADS)
    assert found.seasonal_naive == tuple(float(hour) for hour in range(24)) * 3


def test_an_hour_that_was_not_observed_has_no_seasonal_naive_forecast() -> None:
    assert naive_baselines([math.nan, *range(23)], (1, 2)).seasonal_naive == (None, 0.0)


@given(st.lists(st.floats(-5, 500) | st.just(math.nan), max_size=60))
def test_nothing_but_the_last_day_and_the_newest_value_matter(history: list[float]) -> None:
    found = naive_baselines(history, LEADS)
    known = [value for value in history if not math.isnan(value)]
    assert found.persistence == (known[-1] if known else None)
    assert found.seasonal_naive == naive_baselines(history[-24:], LEADS).seasonal_naive
