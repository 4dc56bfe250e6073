"""Scores in tables: by lead time, station, season, quarter."""

import dataclasses

import numpy as np
import pytest

from geoclimate_ml.scoring.exceedance import thresholds_of
from geoclimate_ml.scoring.forecasts import Forecasts
from geoclimate_ml.scoring.labels import held_out_labels, quarter_labels, season_labels, station_labels
from geoclimate_ml.scoring.losses import losses_of, mean_by, mean_by_lead, mean_of
from tests.synthetic_forecasts import FIRST_ISSUE, normal_forecasts


def _at(hours: list[int]) -> Forecasts:
    return dataclasses.replace(normal_forecasts(len(hours), 1), issue_hours=np.asarray(hours, dtype=np.int64))


def test_a_calibrated_forecast_covers_what_it_states() -> None:
    scores = mean_of(losses_of(normal_forecasts(issues=3000)))
    for share, width in ((0.5, 13.49), (0.8, 25.63), (0.9, 32.90)):
        assert scores[f"coverage_{share}"] == pytest.approx(share, abs=0.01)
        assert scores[f"width_{share}"] == pytest.approx(width, abs=0.01)
    assert scores["mae"] == pytest.approx(7.98, abs=0.1)
    assert scores["rmse"] == pytest.approx(10.0, abs=0.1)


def test_an_average_over_all_is_that_of_its_parts_weighted_by_what_was_observed() -> None:
    forecasts = normal_forecasts()
    forecasts.observed[:50, 1:] = np.nan
    losses = losses_of(forecasts, thresholds_of("pm25"))
    known = ~np.isnan(forecasts.observed)
    for labels in (station_labels(forecasts), season_labels(forecasts)):
        parts = mean_by(losses, labels)
        weights = [known[labels == label].sum() for label in parts]
        for name in ("mae", "crps", "coverage_0.8", "brier_us-epa-2024_Unhealthy", "pinball_0.05"):
            mean = np.average([scores[name] for scores in parts.values()], weights=weights)
            assert mean == pytest.approx(mean_of(losses)[name], rel=1e-5)
    by_lead = mean_by_lead(losses)
    weights = known.sum(axis=0)
    assert np.average([scores["mae"] for scores in by_lead], weights=weights) == pytest.approx(mean_of(losses)["mae"])


def test_a_part_without_truth_is_left_out() -> None:
    forecasts = normal_forecasts()
    forecasts.observed[forecasts.station == 1] = np.nan
    assert list(mean_by(losses_of(forecasts), station_labels(forecasts))) == ["station-0", "station-2"]


def test_nothing_observed_cannot_be_scored() -> None:
    forecasts = normal_forecasts()
    forecasts.observed[:] = np.nan
    with pytest.raises(ValueError, match="nothing to score"):
        mean_of(losses_of(forecasts))


def test_quarters_and_seasons_follow_the_calendar() -> None:
    day = 24
    forecasts = _at(
        [FIRST_ISSUE - 1, FIRST_ISSUE, FIRST_ISSUE + 59 * day - 1, FIRST_ISSUE + 59 * day, FIRST_ISSUE + 90 * day]
    )
    assert quarter_labels(forecasts).tolist() == ["2014-Q4", "2015-Q1", "2015-Q1", "2015-Q1", "2015-Q2"]
    assert season_labels(forecasts).tolist() == ["Dec-Feb", "Dec-Feb", "Dec-Feb", "Mar-May", "Mar-May"]


def test_seasons_are_told_in_the_order_in_which_they_come() -> None:
    forecasts = _at([FIRST_ISSUE + 24 * day for day in (100, 200, 300, 350, 10)])
    assert list(mean_by(losses_of(forecasts), season_labels(forecasts))) == ["Mar-May", "Jun-Aug", "Sep-Nov", "Dec-Feb"]


def test_stations_that_were_left_out_of_training_are_told_apart() -> None:
    forecasts = normal_forecasts(issues=1)
    labels = held_out_labels(forecasts, frozenset({"station-0", "station-2"}))
    assert labels.tolist() == ["trained on", "held out", "trained on"]


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("observed", np.zeros((3, 9), dtype=np.float32), "observed must have the shape"),
        ("levels", (0.05, 0.1, 0.2, 0.5, 0.75, 0.9, 0.95), "symmetric"),
        ("quantiles", np.float32(np.arange(7)[::-1]) * np.ones((3, 4, 1), dtype=np.float32), "never decrease"),
    ],
)
def test_arrays_that_do_not_belong_together_are_refused(field: str, value: object, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        dataclasses.replace(normal_forecasts(issues=1), **{field: value})  # type: ignore[arg-type] # chosen by name
