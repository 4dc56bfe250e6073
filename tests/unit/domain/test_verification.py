"""Scores of forecasts, and their sums."""

import datetime as dt
import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geoclimate.domain.forecasts import Baselines, Engine, Forecast
from geoclimate.domain.verification import Forecaster, LeadSums, SkillSums, added, level_weights, scores_of

LEVELS = (0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95)
ROW = (10.0, 20.0, 30.0, 40.0, 50.0, 60.0, 70.0)
ISSUED = dt.datetime(2015, 3, 1, 5, tzinfo=dt.UTC)
FORECAST = Forecast(
    station="openaq-1",
    parameter="pm25",
    issue_time=ISSUED,
    made_at=ISSUED,
    model_version="v1",
    engine="endpoint",
    lead_hours=(1, 2),
    levels=LEVELS,
    quantiles=(ROW, tuple(value * 2 for value in ROW)),
    baselines=Baselines(35.0, (None, 90.0), ((1.0,) * 7, (50.0,) * 7)),
)
ENDPOINT = Forecaster("endpoint", LEVELS)


def only(sums: SkillSums, lead: int) -> LeadSums:
    return sums[ENDPOINT][lead]


def test_scores_the_median_in_millionths() -> None:
    scores = only(scores_of(FORECAST, {1: 42.5}), 1)
    assert [scores.named(name) for name in ("count", "absolute", "squared")] == [1, 2_500_000, 6_250_000]


def test_scores_only_the_lead_times_that_were_observed() -> None:
    assert scores_of(FORECAST, {2: 80.0}).keys() == {ENDPOINT}
    assert scores_of(FORECAST, {2: 80.0})[ENDPOINT].keys() == {2}
    assert scores_of(FORECAST, {}) == {}
    assert scores_of(FORECAST, {3: 1.0}) == {}


def test_a_value_outside_every_interval_is_covered_by_none() -> None:
    shares = ("covered_0.5", "covered_0.8", "covered_0.9")
    found = {value: [only(scores_of(FORECAST, {1: value}), 1).named(share) for share in shares] for value in ROW}
    assert list(found.values()) == [[0, 0, 1], [0, 1, 1], [1, 1, 1], [1, 1, 1], [1, 1, 1], [0, 1, 1], [0, 0, 1]]
    assert [only(scores_of(FORECAST, {1: 9.999}), 1).named(share) for share in shares] == [0, 0, 0]


def test_the_pinball_loss_of_each_level_is_kept() -> None:
    losses = only(scores_of(FORECAST, {1: 40.0}), 1).pinball
    assert losses == tuple(
        round(1e6 * (level * (40 - value) if value < 40 else (1 - level) * (value - 40)))
        for level, value in zip(LEVELS, ROW, strict=True)
    )


def test_a_baseline_of_one_value_has_its_absolute_error_for_crps() -> None:
    scores = only(scores_of(FORECAST, {1: 42.5}), 1)
    assert (scores.named("persistence_absolute"), scores.named("persistence_crps")) == (7_500_000, 7_500_000)
    assert scores.named("persistence_squared") == 56_250_000


def test_a_baseline_that_said_nothing_is_not_counted() -> None:
    scores = only(scores_of(FORECAST, {1: 42.5}), 1)
    assert (scores.named("seasonal_naive_count"), scores.named("seasonal_naive_forecast_absolute")) == (0, 0)
    bare = only(scores_of(replace(FORECAST, baselines=None), {1: 42.5}), 1)
    assert [bare.named(f"{name}_count") for name in ("persistence", "seasonal_naive", "climatology")] == [0, 0, 0]
    assert bare.pinball == scores.pinball


def test_a_baseline_stands_beside_the_forecast_on_the_same_hours() -> None:
    both = added(scores_of(FORECAST, {1: 42.5, 2: 85.0}), scores_of(FORECAST, {1: 50.0}))
    scores = only(both, 1) + only(both, 2)
    assert (scores.named("count"), scores.named("seasonal_naive_count")) == (3, 1)
    assert scores.named("seasonal_naive_absolute") == 5_000_000
    assert scores.named("seasonal_naive_forecast_absolute") == 5_000_000
    assert scores.named("persistence_forecast_absolute") == scores.named("absolute")


def test_climatology_is_scored_by_its_quantiles() -> None:
    scores = only(scores_of(FORECAST, {2: 58.0}), 2)
    assert (scores.named("climatology_absolute"), scores.named("climatology_crps")) == (8_000_000, 8_000_000)


def test_the_weights_of_the_levels_are_those_of_the_evaluation() -> None:
    assert level_weights(LEVELS) == pytest.approx((0.075, 0.1, 0.2, 0.25, 0.2, 0.1, 0.075))


@given(st.lists(st.floats(0.001, 0.999), min_size=1, max_size=9, unique=True))
def test_weights_sum_to_one(levels: list[float]) -> None:
    assert sum(level_weights(sorted(levels))) == pytest.approx(1.0)


observations = st.lists(st.dictionaries(st.sampled_from((1, 2)), st.floats(-10, 1_000)), min_size=1, max_size=12)


@given(observations, st.randoms(use_true_random=False))
def test_scores_add_up_to_the_same_in_any_order(observed: list[dict[int, float]], random_: random.Random) -> None:
    engines: tuple[Engine, ...] = ("endpoint", "onnx")
    scores = [scores_of(replace(FORECAST, engine=engines[n % 2]), one) for n, one in enumerate(observed)]
    shuffled = random_.sample(scores, len(scores))
    assert total(scores) == total(shuffled)


@given(observations, st.integers(0, 12))
def test_sums_of_parts_add_up_to_the_sum_of_all(observed: list[dict[int, float]], cut: int) -> None:
    scores = [scores_of(FORECAST, one) for one in observed]
    assert added(total(scores[:cut]), total(scores[cut:])) == total(scores)


@given(st.floats(-10, 1_000), st.floats(-10, 1_000))
def test_hours_scored_together_or_one_by_one_are_the_same(first: float, second: float) -> None:
    apart = added(scores_of(FORECAST, {1: first}), scores_of(FORECAST, {2: second}))
    assert scores_of(FORECAST, {1: first, 2: second}) == apart


def test_adding_changes_neither_of_the_two() -> None:
    one, other = scores_of(FORECAST, {1: 1.0}), scores_of(FORECAST, {1: 2.0})
    added(one, other)
    assert (one, other) == (scores_of(FORECAST, {1: 1.0}), scores_of(FORECAST, {1: 2.0}))


def total(scores: list[SkillSums]) -> SkillSums:
    sums: SkillSums = {}
    for one in scores:
        sums = added(sums, one)
    return sums
