from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geoclimate.features.conformal import ConformalState, calibrated, initial_state
from geoclimate_ml.online_calibration import replay
from geoclimate_ml.scoring.forecasts import Floats, Forecasts
from tests.made_samples import LEVELS
from tests.stated_forecasts import normal_forecasts

GROUPS = ("here",)


def begun(forecasts: Forecasts) -> ConformalState:
    return initial_state(forecasts.levels, forecasts.lead_hours)


def issued_of(forecasts: Forecasts) -> Floats:
    return replay(forecasts, GROUPS, begun(forecasts))[0]


def covered(forecasts: Forecasts, quantiles: Floats) -> float:
    """Share inside the 80% interval."""
    inside = (forecasts.observed >= quantiles[..., 1]) & (forecasts.observed <= quantiles[..., 5])
    return float(inside.mean())


@settings(deadline=None, max_examples=30)
@given(row=st.integers(0, 39), lead=st.integers(0, 23), value=st.floats(0, 1e4, width=32), every=st.integers(1, 30))
def test_nothing_is_learned_before_its_hour_has_passed(row: int, lead: int, value: float, every: int) -> None:
    forecasts = normal_forecasts(n=40, leads=24, width=0.5, every_hours=every)
    changed = forecasts.observed.copy()
    changed[row, lead] = value
    ended = forecasts.issue_hours[row] + lead + 1
    before = forecasts.issue_hours < ended
    ours, theirs = issued_of(forecasts), issued_of(replace(forecasts, observed=changed))
    assert ours[before].tobytes() == theirs[before].tobytes()


def test_an_observation_teaches_at_the_first_issue_time_after_its_hour() -> None:
    forecasts = normal_forecasts(n=30, leads=24, every_hours=6)
    changed = forecasts.observed.copy()
    changed[0, 5] = 1e4  # its hour ends as the second forecast is issued
    ours, theirs = issued_of(forecasts), issued_of(replace(forecasts, observed=changed))
    differ = (ours != theirs).any(axis=(1, 2))
    assert differ[1:].all()
    assert not differ[0]


def test_each_observation_teaches_once() -> None:
    forecasts = normal_forecasts(n=20, leads=24, every_hours=6)
    once = np.full_like(forecasts.observed, np.nan)
    once[0, 0] = 1e4
    issued = issued_of(replace(forecasts, observed=once))
    assert (issued[1] != issued[0]).any()
    for later in issued[2:]:
        np.testing.assert_array_equal(later, issued[1])


def test_the_last_lead_time_is_learned_from_where_issue_times_lie_far_apart() -> None:
    forecasts = normal_forecasts(n=5, leads=4, every_hours=200)
    once = np.full_like(forecasts.observed, np.nan)
    once[0, 3] = 1e4
    issued = issued_of(replace(forecasts, observed=once))
    assert (issued[1, 3] != issued[0, 3]).any()


@pytest.mark.parametrize("width", [0.5, 2.0], ids=["too narrow", "too wide"])
def test_coverage_moves_to_what_is_stated_where_the_spread_has_drifted(width: float) -> None:
    forecasts = normal_forecasts(n=1500, width=width)
    issued = issued_of(forecasts)
    late = np.arange(len(forecasts)) >= 500
    assert abs(covered(forecasts, forecasts.quantiles) - 0.8) > 0.15
    assert abs(covered(forecasts.chosen(late), issued[late]) - 0.8) < 0.02


def test_groups_learn_by_themselves() -> None:
    forecasts = normal_forecasts(n=200, width=0.5)
    two = replace(forecasts, station=np.arange(200, dtype=np.int64) % 2, stations=("a", "b"))
    truth = two.observed.copy()
    truth[1::2] = np.nan
    issued, state = replay(replace(two, observed=truth), ("first", "second"), begun(two))
    np.testing.assert_array_equal(issued[1::2], two.quantiles[1::2])
    assert (state.factors["first"][:, 0] > 1.1).all()


def test_stations_of_one_group_and_hour_are_one_step() -> None:
    forecasts = normal_forecasts(n=50, width=0.5)
    twice = Forecasts(
        levels=LEVELS,
        lead_hours=forecasts.lead_hours,
        quantiles=np.repeat(forecasts.quantiles, 2, axis=0),
        observed=np.repeat(forecasts.observed, 2, axis=0),
        last=np.repeat(forecasts.last, 2),
        issue_hours=np.repeat(forecasts.issue_hours, 2),
        station=np.tile(np.arange(2, dtype=np.int64), 50),
        stations=("a", "b"),
    )
    issued, _ = replay(twice, ("here", "here"), begun(twice))
    np.testing.assert_allclose(issued[::2], issued_of(forecasts), rtol=1e-6)


def test_the_state_at_the_end_goes_on_in_service() -> None:
    forecasts = normal_forecasts(n=400, width=0.5)
    _, state = replay(forecasts, GROUPS, begun(forecasts))
    assert covered(forecasts, calibrated(state, "here", forecasts.quantiles)) == pytest.approx(0.8, abs=0.05)
