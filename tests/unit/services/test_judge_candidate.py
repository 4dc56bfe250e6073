"""The gate."""

import datetime as dt
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geoclimate.domain.models import BaselineScore, Evaluation
from geoclimate.services.judge_candidate import Verdict, judge_candidate
from tests.workflow_fakes import evaluation

RIVAL: dict[str, Any] = {
    "production_version": "v1",
    "production_crps": 6.0,
    "crps_by_group": {"north": 5.0, "south": 6.4},
    "production_crps_by_group": {"north": 5.4, "south": 6.6},
    "forecasts_by_group": {"north": 200, "south": 200},
}
YEAR: dict[str, Any] = {
    "test_start": dt.datetime(2015, 3, 1, tzinfo=dt.UTC),
    "test_end": dt.datetime(2016, 2, 28, 18, tzinfo=dt.UTC),
    "forecasts": 14_600,
}
TWELVE_DAYS: dict[str, Any] = {
    "test_start": dt.datetime(2014, 2, 18, tzinfo=dt.UTC),
    "test_end": dt.datetime(2014, 3, 1, tzinfo=dt.UTC),
    "forecasts": 110,
}


def _judge(production: str | None = "v1", **values: Any) -> Verdict:
    return judge_candidate(evaluation(**values), production)


def test_the_first_model_needs_to_beat_persistence_and_to_be_calibrated() -> None:
    verdict = _judge(production=None)
    assert verdict.deploy
    assert verdict.reason == (
        "passed the gate on 400 forecasts issued from 2014-06-01 to 2014-12-31 (214 days): no model is in production; "
        "mean absolute error 8.000 against 10.000 of persistence (skill +0.200, above 0 is asked); "
        "the 80% interval covers 79.0% (75.3% to 84.7% is asked)"
    )


def test_a_later_model_is_held_against_the_one_in_production_with_every_figure() -> None:
    verdict = _judge(**RIVAL)
    assert verdict.deploy
    assert "CRPS 5.700 against 6.000 of v1 in production (-5.0%, -1.0% or lower is asked)" in verdict.reason
    assert "CRPS by station group: north -7.4% (at most +3.4%), south -3.0% (at most +3.4%)" in verdict.reason


@pytest.mark.parametrize(("crps", "deploy"), [(5.93, True), (5.95, False), (6.0, False), (7.0, False)])
def test_better_than_production_means_by_one_per_cent_of_crps(crps: float, deploy: bool) -> None:
    verdict = _judge(**RIVAL | {"crps": crps})
    assert verdict.deploy is deploy
    if not deploy:
        assert verdict.reason.startswith("failed the gate on 400 forecasts")
        assert f": CRPS {crps:.3f} against 6.000 of v1 in production" in verdict.reason.partition(". What held: ")[0]


def test_a_group_of_stations_must_not_pay_for_the_others() -> None:
    verdict = _judge(**RIVAL | {"crps_by_group": {"north": 4.0, "south": 7.0}})
    assert not verdict.deploy
    failed, _, held = verdict.reason.partition(". What held: ")
    assert failed.endswith(": CRPS by station group: south +6.1% (at most +3.4%)")
    assert "CRPS by station group: north -25.9%" in held


def test_a_group_with_few_forecasts_is_judged_more_loosely() -> None:
    values = RIVAL | {"crps_by_group": {"north": 5.0, "south": 7.0}, "forecasts_by_group": {"north": 395, "south": 5}}
    assert "south +6.1% (at most +10.9%)" in _judge(**values).reason
    assert _judge(**values).deploy


def test_groups_that_do_not_correspond_are_no_comparison() -> None:
    verdict = _judge(**RIVAL | {"production_crps_by_group": {"north": 5.4}})
    assert not verdict.deploy
    assert "the station groups of both models differ" in verdict.reason


@pytest.mark.parametrize(
    ("production", "compared", "figures"),
    [
        ("v2", "v1", "it was compared with v1, but v2 is in production"),
        ("v1", None, "it was compared with no model, but v1 is in production"),
        (None, "v1", "it was compared with v1, but no model is in production"),
    ],
)
def test_a_comparison_with_another_model_than_the_one_in_production_does_not_count(
    production: str | None, compared: str | None, figures: str
) -> None:
    verdict = _judge(production, **RIVAL | {"production_version": compared})
    assert not verdict.deploy
    assert figures in verdict.reason


UNSCORED: dict[str, Any] = {"production_version": "v1", "production_unscored": "its inputs are windows"}


@pytest.mark.parametrize(("crps", "deploy"), [(5.7, True), (6.2, False)])
def test_boosting_stands_in_for_a_production_model_that_cannot_be_run(crps: float, deploy: bool) -> None:
    verdict = _judge(crps=crps, baselines={"boosting": BaselineScore(8.4, 6.1)}, **UNSCORED)
    assert verdict.deploy is deploy
    assert f"CRPS {crps:.3f} against 6.100 of boosting, which stands in for v1" in verdict.reason
    assert "its inputs are windows" in verdict.reason


def test_without_any_rival_s_score_nothing_is_deployed() -> None:
    verdict = _judge(**UNSCORED)
    assert not verdict.deploy
    assert "neither was boosting in its place" in verdict.reason


@pytest.mark.parametrize("mae", [10.0, 12.0])
def test_a_model_that_does_not_beat_persistence_is_not_deployed(mae: float) -> None:
    verdict = _judge(production=None, mae=mae)
    assert not verdict.deploy
    assert f"mean absolute error {mae:.3f} against 10.000 of persistence" in verdict.reason


@pytest.mark.parametrize(
    ("coverage", "deploy"), [(0.75, False), (0.76, True), (0.80, True), (0.84, True), (0.85, False), (1.0, False)]
)
def test_over_a_year_the_interval_covers_what_it_promises(coverage: float, deploy: bool) -> None:
    verdict = _judge(production=None, coverage=coverage, **YEAR)
    assert verdict.deploy is deploy
    assert f"the 80% interval covers {coverage:.1%} (75.9% to 84.1% is asked)" in verdict.reason


@pytest.mark.parametrize(("coverage", "deploy"), [(0.63, False), (0.67, True), (0.92, True), (0.95, False)])
def test_a_test_part_of_twelve_days_is_judged_with_the_error_of_twelve_days(coverage: float, deploy: bool) -> None:
    assert _judge(production=None, coverage=coverage, **TWELVE_DAYS).deploy is deploy


@given(coverage=st.floats(0, 1), days=st.integers(1, 5_000), more=st.integers(1, 5_000))
def test_more_days_never_forgive_a_coverage_that_fewer_days_refuse(coverage: float, days: int, more: int) -> None:
    def deploys(length: int) -> bool:
        end = YEAR["test_start"] + dt.timedelta(days=length - 1)
        values = YEAR | {"coverage": coverage, "test_end": end, "forecasts": 12 * length}
        return _judge(production=None, **values).deploy

    assert deploys(days) or not deploys(days + more)


@given(st.integers(1, 400))
def test_an_interval_that_keeps_its_promise_passes_however_short_the_test_part(days: int) -> None:
    end = YEAR["test_start"] + dt.timedelta(days=days - 1)
    assert _judge(production=None, **YEAR | {"coverage": 0.8, "test_end": end, "forecasts": 12 * days}).deploy


QUARTERS = ("2015-Q1", "2015-Q2", "2015-Q3", "2015-Q4", "2016-Q1")


def _quarters(**coverages: float) -> dict[str, Any]:
    coverage = dict.fromkeys(QUARTERS, 0.80) | {name.replace("_", "-")[1:]: each for name, each in coverages.items()}
    counts = dict(zip(QUARTERS, (1_240, 3_640, 3_680, 3_680, 2_360), strict=True))
    return {"coverage_by_quarter": coverage, "forecasts_by_quarter": counts}


@pytest.mark.parametrize(("coverage", "deploy"), [(0.60, False), (0.67, True), (0.93, True), (0.99, False)])
def test_no_quarter_may_be_absurd(coverage: float, deploy: bool) -> None:
    verdict = _judge(production=None, **YEAR, **_quarters(_2015_Q3=coverage))
    assert verdict.deploy is deploy
    failed = verdict.reason.partition(". What held: ")[0]
    assert (f"coverage by quarter: 2015-Q3 {coverage:.1%} (65.8% to 94.2% is asked)" in failed) is not deploy


def test_a_quarter_of_few_days_is_named_but_not_judged() -> None:
    values: dict[str, Any] = {
        "coverage_by_quarter": {"2014-Q1": 0.2, "2014-Q2": 0.8},
        "forecasts_by_quarter": {"2014-Q1": 20, "2014-Q2": 380},
    }
    verdict = _judge(production=None, **values)
    assert verdict.deploy
    assert "2014-Q1 20.0% (not judged: 11 days)" in verdict.reason


def test_many_groups_are_summed_up() -> None:
    names = [f"station-{number:02}" for number in range(30)]
    values = RIVAL | {
        "crps_by_group": dict.fromkeys(names, 5.0),
        "production_crps_by_group": dict.fromkeys(names, 5.4),
        "forecasts_by_group": dict.fromkeys(names, 200),
    }
    assert "station-11 -7.4% (at most +3.4%) and 18 more" in _judge(**values).reason


def test_the_bounds_are_two_standard_errors_of_days() -> None:
    verdict = _judge(production=None, **YEAR)
    wide = 0.02 + 2 * 0.20 / math.sqrt(365)
    assert f"({0.8 - wide:.1%} to {0.8 + wide:.1%} is asked)" in verdict.reason


def test_an_evaluation_of_the_first_release_counts_its_days_by_its_forecasts_where_they_are_fewer() -> None:
    sparse: Evaluation = evaluation(forecasts=5)
    assert "(5 days)" in judge_candidate(sparse, None).reason
