"""The NowCast of ozone: EPA's regression, and its surrogate."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geoclimate.domain.aqi.fill_gaps import fill_gaps
from geoclimate.domain.aqi.nowcast_ozone import NOWCAST_HOURS, WINDOW_HOURS, nowcast_ozone


def _daily_cycle(hour: int) -> float:
    """ppm; the same every day, with two peaks so that it is no plain sine."""
    return 0.04 + 0.02 * math.sin(hour * math.pi / 12) + 0.005 * math.cos(hour * math.pi / 6)


def _cycle(last_hour: int = 0) -> list[float | None]:
    """The newest first; the newest is the hour `last_hour` of the cycle."""
    return [_daily_cycle(last_hour - age) for age in range(NOWCAST_HOURS)]


@pytest.mark.parametrize("last_hour", [0, 7, 15])
def test_where_every_day_is_the_same_it_is_the_mean_of_the_eight_hours_around(last_hour: int) -> None:
    nowcast = nowcast_ozone(_cycle(last_hour))

    around = [_daily_cycle(last_hour + step) for step in range(-4, 4)]
    assert nowcast is not None
    assert nowcast.value == pytest.approx(sum(around) / 8, abs=1e-6)
    assert (nowcast.regression, nowcast.age, nowcast.span, nowcast.hours_used) == (True, 0, WINDOW_HOURS, WINDOW_HOURS)


def test_a_constant_stays_the_constant() -> None:
    nowcast = nowcast_ozone([0.031] * NOWCAST_HOURS)

    assert nowcast is not None
    assert nowcast.value == pytest.approx(0.031)
    assert nowcast.regression


def test_two_weeks_of_zeros_give_zero() -> None:
    nowcast = nowcast_ozone([0.0] * NOWCAST_HOURS)

    assert nowcast is not None
    assert (nowcast.value, nowcast.regression) == (0.0, True)


def test_is_never_below_zero() -> None:
    falling = [max(0.1 - 0.0003 * (WINDOW_HOURS - age), 0.0) + 0.02 * (age % 24 > 12) for age in range(NOWCAST_HOURS)]

    nowcast = nowcast_ozone([0.0, *falling[1:]])

    assert nowcast is not None
    assert nowcast.value >= 0.0


@pytest.mark.parametrize("missing", [1, 2])
def test_where_the_newest_hour_is_missing_the_one_before_stands(missing: int) -> None:
    hours = _cycle()

    nowcast = nowcast_ozone([*[None] * missing, *hours[missing:]])

    around = [_daily_cycle(step - missing) for step in range(-4, 4)]
    assert nowcast is not None
    assert nowcast.value == pytest.approx(sum(around) / 8, abs=1e-6)
    assert (nowcast.regression, nowcast.age) == (True, missing)


def test_needs_one_of_the_last_three_hours() -> None:
    assert nowcast_ozone([None, None, None, *_cycle()[3:]]) is None


def test_without_two_weeks_the_surrogate_stands() -> None:
    nowcast = nowcast_ozone([None, 0.040, 0.050])

    # EPA's line in ppb: 0.85 * 40 + 4.5.
    assert nowcast is not None
    assert nowcast.value == pytest.approx(0.0385)
    assert (nowcast.regression, nowcast.age, nowcast.span, nowcast.hours_used) == (False, 1, 1, 1)


@pytest.mark.parametrize(("gap", "regression"), [(7, True), (8, False)])
def test_a_gap_of_more_than_seven_hours_leaves_the_surrogate(gap: int, regression: bool) -> None:
    hours = _cycle()
    hours[100 : 100 + gap] = [None] * gap

    nowcast = nowcast_ozone(hours)

    assert nowcast is not None
    assert nowcast.regression is regression


def test_three_quarters_of_the_hours_must_be_measured() -> None:
    hours = [value if age % 4 else None for age, value in enumerate(_cycle(), start=1)]
    whole = nowcast_ozone(hours)
    hours[5] = None
    less = nowcast_ozone(hours)

    assert whole is not None
    assert less is not None
    assert (whole.regression, whole.hours_used, less.regression) == (True, 252, False)


def test_where_too_few_means_of_eight_hours_are_known_the_surrogate_stands() -> None:
    # Three missing in a row every twelve hours: three quarters are there, but most spans of eight hours miss three.
    hours = [None if age % 12 in {3, 4, 5} else value for age, value in enumerate(_cycle())]

    nowcast = nowcast_ozone(hours)

    assert nowcast is not None
    assert not nowcast.regression


def test_does_not_depend_on_what_lies_more_than_two_weeks_back() -> None:
    hours = _cycle()
    longer = [*hours[:WINDOW_HOURS], 0.5, 0.5]

    assert nowcast_ozone(longer) == nowcast_ozone(hours)


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10_000))
def test_agrees_with_least_squares_over_the_windows_of_epas_program(seed: int) -> None:
    random = np.random.default_rng(seed)
    stream: list[float | None] = [
        max(_daily_cycle(hour) + random.normal(0.0, 0.005), 0.0) for hour in range(WINDOW_HOURS)
    ]
    for missing in random.choice(WINDOW_HOURS - 1, 20, replace=False):
        stream[missing] = None

    nowcast = nowcast_ozone(list(reversed(stream)))

    # As NowcastFun_Upd.r: predictors from the filled stream, responses from the stream as it came.
    measured = np.array([np.nan if value is None else value for value in stream])
    rows = np.lib.stride_tricks.sliding_window_view(np.array(fill_gaps(stream)), 96)
    ends = np.arange(95, WINDOW_HOURS)
    around = [measured[end - 4 : end + 4] for end in ends]
    known = np.array([len(one) == 8 and np.isnan(one).sum() <= 2 for one in around])
    responses = np.array([np.nanmean(one) for one, is_known in zip(around, known, strict=True) if is_known])
    design = np.column_stack([np.ones(len(rows)), rows])
    coefficients, *_ = np.linalg.lstsq(design[known], responses, rcond=None)
    assert nowcast is not None
    assert nowcast.regression
    assert nowcast.value == pytest.approx(max(design[-1] @ coefficients, 0.0), abs=1e-7)
