"""Figures from sums of scores."""

import math
from dataclasses import replace

import pytest

from geoclimate.domain.forecasts import Baselines
from geoclimate.domain.skill import over_all, skill_of
from geoclimate.domain.verification import Forecaster, added, scores_of
from tests.unit.domain.test_verification import ENDPOINT, FORECAST, LEVELS


def test_means_are_over_the_hours_that_were_scored() -> None:
    sums = added(scores_of(FORECAST, {1: 43.0}), scores_of(FORECAST, {1: 36.0}))
    skill = skill_of(ENDPOINT, sums[ENDPOINT][1])
    assert (skill.hours, skill.mae, skill.rmse) == (2, 3.5, math.sqrt(12.5))


def test_crps_is_twice_the_weighted_pinball_loss() -> None:
    flat = replace(FORECAST, quantiles=((40.0,) * 7, (80.0,) * 7))
    skill = skill_of(ENDPOINT, scores_of(flat, {1: 47.0})[ENDPOINT][1])
    assert skill.crps == pytest.approx(7.0)
    assert skill.pinball == pytest.approx([7.0 * level for level in LEVELS])


def test_coverage_is_a_share_of_the_hours() -> None:
    sums = added(scores_of(FORECAST, {1: 40.0}), scores_of(FORECAST, {1: 55.0}))
    assert skill_of(ENDPOINT, sums[ENDPOINT][1]).coverage == {0.5: 0.5, 0.8: 1.0, 0.9: 1.0}


def test_an_interval_that_was_not_issued_has_no_coverage() -> None:
    few = replace(FORECAST, levels=(0.1, 0.5, 0.9), quantiles=((1.0, 2.0, 3.0),) * 2, baselines=None)
    sums = scores_of(few, {1: 2.0})
    assert skill_of(Forecaster("endpoint", few.levels), sums[Forecaster("endpoint", few.levels)][1]).coverage == {
        0.8: 1.0
    }


def test_skill_compares_the_same_hours() -> None:
    sums = scores_of(FORECAST, {1: 44.0, 2: 100.0})[ENDPOINT]
    whole = skill_of(ENDPOINT, over_all(list(sums.values())))
    naive = whole.baselines["seasonal_naive"]
    assert (whole.hours, naive.hours) == (2, 1)
    assert naive.mae_skill == pytest.approx(1 - 20.0 / 10.0)
    assert whole.baselines["persistence"].mae_skill == pytest.approx(1 - 24.0 / 74.0)


def test_there_is_no_skill_over_a_baseline_without_error() -> None:
    perfect = replace(FORECAST, baselines=Baselines(44.0, (None, None)))
    skill = skill_of(ENDPOINT, scores_of(perfect, {1: 44.0})[ENDPOINT][1])
    assert skill.baselines.keys() == {"persistence"}
    assert (skill.baselines["persistence"].mae_skill, skill.baselines["persistence"].crps_skill) == (None, None)
