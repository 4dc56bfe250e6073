"""How sure a comparison is."""

import numpy as np
import pytest

from geoclimate_ml.scoring.bootstrap import (
    day_scores,
    mean_interval,
    ratio_interval,
    resampled_means,
)

NAMES = ("one", "other")


def _scores(
    seed: int, days: int = 200
) -> tuple[dict[str, np.ndarray[tuple[int, int], np.dtype[np.float32]]], np.ndarray[tuple[int], np.dtype[np.int64]]]:
    """Two forecasters whose errors rise and fall together, the second a tenth worse, four issues a day."""
    rng = np.random.default_rng(seed)
    weather = np.repeat(rng.gamma(4, 10, days), 4)[:, None]
    one = weather * rng.uniform(0.8, 1.2, (4 * days, 3))
    other = 1.1 * weather * rng.uniform(0.8, 1.2, (4 * days, 3))
    return {"one": one.astype(np.float32), "other": other.astype(np.float32)}, np.arange(4 * days, dtype=np.int64) * 6


def test_the_estimate_is_the_plain_mean() -> None:
    scores, hours = _scores(0)
    scores["one"][:100] = np.nan
    means = resampled_means(day_scores(scores, hours), seed=1)
    assert mean_interval(means, NAMES, "one").estimate == pytest.approx(np.nanmean(scores["one"]), rel=1e-5)


def test_a_paired_ratio_is_far_surer_than_the_means_it_is_made_of() -> None:
    scores, hours = _scores(0)
    means = resampled_means(day_scores(scores, hours), seed=1)
    ratio = ratio_interval(means, NAMES, "one", "other")
    alone = mean_interval(means, NAMES, "one")
    assert ratio.low < 1 / 1.1 < ratio.high < 1
    assert (ratio.high - ratio.low) / ratio.estimate < (alone.high - alone.low) / alone.estimate / 4


def test_intervals_hold_the_truth_about_as_often_as_they_state() -> None:
    held = 0
    for seed in range(60):
        means = resampled_means(day_scores(*_scores(seed, days=120)), seed=seed, resamples=400)
        interval = mean_interval(means, NAMES, "one")
        held += interval.low <= 40 <= interval.high
    assert held >= 50


def test_errors_that_last_for_days_widen_the_interval() -> None:
    rng = np.random.default_rng(4)
    daily = rng.normal(10, 3, 210).astype(np.float32)
    spells = np.repeat(rng.normal(10, 3, 30), 7).astype(np.float32)
    hours = np.arange(210, dtype=np.int64) * 24
    means = resampled_means(day_scores({"one": daily[:, None], "other": spells[:, None]}, hours), seed=2)
    short, lasting = mean_interval(means, NAMES, "one"), mean_interval(means, NAMES, "other")
    assert lasting.high - lasting.low > 1.5 * (short.high - short.low)


def test_the_same_seed_gives_the_same_intervals() -> None:
    scores = day_scores(*_scores(0))
    np.testing.assert_array_equal(resampled_means(scores, seed=3), resampled_means(scores, seed=3))


def test_a_test_part_shorter_than_a_block_still_has_an_estimate() -> None:
    means = resampled_means(day_scores(*_scores(0, days=3)), seed=1, resamples=10)
    interval = mean_interval(means, NAMES, "one")
    assert interval.low == pytest.approx(interval.high)
