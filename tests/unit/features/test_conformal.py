"""Online calibration: what is stated is covered, whatever the model says."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geoclimate.domain.errors import IntegrityError
from geoclimate.features.conformal import (
    ALL_STATIONS,
    ConformalState,
    calibrated,
    from_bytes,
    initial_state,
    to_bytes,
    updated,
)
from geoclimate.features.tensor_file import write_tensors

Array = npt.NDArray[Any]

LEVELS = (0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95)
NORMAL = np.array([-1.645, -1.282, -0.674, 0.0, 0.674, 1.282, 1.645], dtype=np.float32)


def _state(lowest: float | None = 0.0) -> ConformalState:
    return initial_state(LEVELS, (1, 2), lowest=lowest)


def _forecasts(rng: np.random.Generator, count: int, spread: float) -> tuple[Array, Array]:
    """Quantiles of a normal of a stated spread around medians of 50, and truths of spread 10."""
    quantiles = np.broadcast_to(50 + spread * NORMAL, (count, 2, 7)).astype(np.float32)
    return quantiles, (50 + 10 * rng.standard_normal((count, 2))).astype(np.float32)


def test_a_new_state_leaves_quantiles_as_they_are() -> None:
    quantiles = np.sort(np.random.default_rng(1).uniform(0, 90, (5, 2, 7)).astype(np.float32), axis=-1)
    np.testing.assert_allclose(calibrated(_state(), "north", quantiles), quantiles, rtol=1e-5)


@pytest.mark.parametrize("spread", [4.0, 10.0, 25.0])
def test_covers_what_is_stated_whether_the_model_is_too_sure_or_too_shy(spread: float) -> None:
    rng = np.random.default_rng(7)
    state, inside = _state(), []
    for time in range(1500):
        raw, truth = _forecasts(rng, 4, spread)
        issued = calibrated(state, "north", raw)
        inside.append((truth[..., None] <= issued)[..., :].mean(axis=(0, 1)))
        state = updated(state, "north", issued, truth, 6 * time)
    covered = np.mean(inside[300:], axis=0)
    np.testing.assert_allclose(np.delete(covered, 3), np.delete(LEVELS, 3), atol=0.03)


def test_follows_a_change_of_regime() -> None:
    rng = np.random.default_rng(3)
    state = _state()
    inside = []
    for time in range(1200):
        raw, _ = _forecasts(rng, 4, 10)
        truth = (50 + (10 if time < 600 else 20) * rng.standard_normal((4, 2))).astype(np.float32)
        issued = calibrated(state, "north", raw)
        inside.append(((truth >= issued[..., 1]) & (truth <= issued[..., 5])).mean())
        state = updated(state, "north", issued, truth, 6 * time)
    assert np.mean(inside[750:]) == pytest.approx(0.8, abs=0.02)


def test_groups_and_lead_times_learn_apart() -> None:
    raw, _ = _forecasts(np.random.default_rng(1), 1, 10)
    truth = np.array([[200.0, np.nan]], dtype=np.float32)
    state = updated(_state(), "north", raw, truth, 0)
    assert (state.factors["north"][0, 4:] > 1).all()
    assert state.factors["north"][0, 6] > state.factors["north"][0, 4]
    np.testing.assert_array_equal(state.factors["north"][1], 1)
    np.testing.assert_array_equal(state.factors[ALL_STATIONS], 1)
    np.testing.assert_array_equal(calibrated(state, "south", raw), raw)


def test_forecasts_made_every_hour_do_not_hasten_it() -> None:
    raw, _ = _forecasts(np.random.default_rng(1), 1, 10)
    truth = np.full((1, 2), 200, dtype=np.float32)
    hourly = every_six = updated(_state(), "north", raw, truth, 0)
    for hour in range(1, 7):
        hourly = updated(hourly, "north", raw, truth, hour)
    every_six = updated(every_six, "north", raw, truth, 6)
    np.testing.assert_allclose(hourly.factors["north"], every_six.factors["north"], rtol=1e-5)


def test_truth_that_comes_late_still_counts() -> None:
    raw, _ = _forecasts(np.random.default_rng(1), 1, 10)
    truth = np.full((1, 2), 200, dtype=np.float32)
    state = updated(_state(), "north", raw, truth, 100)
    late = updated(state, "north", raw, truth, 50)
    assert (late.factors["north"][:, 6] > state.factors["north"][:, 6]).all()
    np.testing.assert_array_equal(late.newest["north"], [100, 100])


def test_nothing_known_changes_nothing() -> None:
    raw, truth = _forecasts(np.random.default_rng(1), 3, 10)
    state = updated(_state(), ALL_STATIONS, raw, np.full_like(truth, np.nan), 0)
    np.testing.assert_array_equal(state.factors[ALL_STATIONS], 1)


@given(st.integers(0, 2**32 - 1), st.sampled_from([None, 0.0]))
def test_quantiles_never_cross_and_the_median_stays(seed: int, lowest: float | None) -> None:
    rng = np.random.default_rng(seed)
    factors = {"": rng.uniform(0.2, 5, (2, 7)).astype(np.float32)}
    state = ConformalState(LEVELS, (1, 2), 0.05, lowest, factors)
    quantiles = np.sort(rng.normal(5, 20, (4, 2, 7)).astype(np.float32), axis=-1)
    moved = calibrated(state, "", quantiles)
    assert (np.diff(moved, axis=-1) >= 0).all()
    np.testing.assert_array_equal(moved[..., 3], quantiles[..., 3])


def test_concentrations_are_not_pushed_below_zero() -> None:
    factors = {"": np.full((2, 7), 5, dtype=np.float32)}
    quantiles = np.broadcast_to(4 + NORMAL, (1, 2, 7)).astype(np.float32)
    assert calibrated(ConformalState(LEVELS, (1, 2), 0.05, 0.0, factors), "", quantiles).min() == 0


def test_a_state_is_read_back_and_small() -> None:
    raw, truth = _forecasts(np.random.default_rng(5), 3, 4)
    state = updated(_state(lowest=None), "beijing/北", raw, truth, 12)
    content = to_bytes(state)
    found = from_bytes(content)
    assert (found.levels, found.lead_hours, found.step, found.lowest) == (LEVELS, (1, 2), state.step, None)
    for group, factors in state.factors.items():
        np.testing.assert_array_equal(found.factors[group], factors)
    assert len(content) < 1000
    np.testing.assert_array_equal(found.newest["beijing/北"], [12, 12])
    assert updated(found, "beijing/北", raw, truth, 18).factors.keys() == state.factors.keys()


@pytest.mark.parametrize(
    ("metadata", "factor"),
    [
        ({}, 1.0),
        ({"version": "0"}, 1.0),
        ({"levels": "a"}, 1.0),
        ({"lead_hours": "1,2,3"}, 1.0),
        ({"step": "x"}, 1.0),
        ({"levels": "0.1,0.2"}, 1.0),
        ({"kind": "climatology"}, 1.0),
        ({"kind": "conformal"}, np.nan),
        ({"kind": "conformal"}, 99.0),
    ],
)
def test_refuses_a_state_that_is_damaged_or_of_another_version(metadata: dict[str, str], factor: float) -> None:
    good = {
        "kind": "conformal",
        "version": "1",
        "levels": "0.1,0.5,0.9",
        "lead_hours": "1",
        "step": "0.1",
        "lowest": "",
    }
    tensors = {"group:": np.full((1, 3), factor, dtype=np.float32)}
    with pytest.raises(IntegrityError, match="calibration state"):
        from_bytes(write_tensors(tensors, good | metadata if metadata else {}))
