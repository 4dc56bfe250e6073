from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from geoclimate_ml import mixture
from geoclimate_ml.mixture import mixed
from geoclimate_ml.scoring.crps import crps, pinball
from tests.made_samples import LEVELS

Floats = npt.NDArray[np.float32]
Weights = dict[str, npt.NDArray[np.float64]]
LEADS = 8
SPREAD = np.array([-3.0, -2.0, -1.0, 0.0, 1.0, 2.0, 3.0], dtype=np.float32)


def around(middle: Floats) -> Floats:
    """Quantiles about some medians."""
    return (middle[..., None] + SPREAD).astype(np.float32)


def observed(n: int = 400) -> Floats:
    return np.random.default_rng(1).normal(50, 10, size=(n, LEADS)).astype(np.float32)


def off_by(truth: Floats, error: float, seed: int = 2) -> Floats:
    return around(truth + np.random.default_rng(seed).normal(0, error, size=truth.shape).astype(np.float32))


def mean_crps(said: Floats, truth: Floats) -> float:
    return float(crps(pinball(said, truth, LEVELS), LEVELS).mean())


def choose_weights(
    members: Mapping[str, Floats], truth: Floats, *, before: Mapping[str, float] | None = None
) -> Weights:
    """Weights held to `before`, or to equal ones."""
    return mixture.choose_weights(members, truth, LEVELS, before or dict.fromkeys(members, 1 / len(members)))


def test_members_that_are_alike_keep_equal_weights() -> None:
    said = off_by(observed(), 3.0)
    weights = choose_weights({"a": said, "b": said.copy(), "c": said.copy()}, observed())
    np.testing.assert_allclose(np.stack(list(weights.values())), 1 / 3, atol=1e-5)


def test_without_evidence_weights_are_those_before() -> None:
    said = off_by(observed(), 3.0)
    before = {"a": 0.2, "b": 0.3, "c": 0.5}
    weights = choose_weights({"a": said, "b": said.copy(), "c": said.copy()}, observed(), before=before)
    for name, share in before.items():
        np.testing.assert_allclose(weights[name], share, atol=1e-5)


def test_weights_do_not_depend_on_the_order_of_the_members() -> None:
    truth = observed()
    a, b, c = off_by(truth, 2.0), off_by(truth, 4.0, 5), off_by(truth, 8.0, 7)
    one = choose_weights({"a": a, "b": b, "c": c}, truth)
    other = choose_weights({"c": c, "b": b, "a": a}, truth)
    for name, weight in one.items():
        np.testing.assert_allclose(weight, other[name], atol=1e-3)


def test_no_other_weights_do_better_by_what_is_lowered(monkeypatch: pytest.MonkeyPatch) -> None:
    truth = observed(300)
    members = {"a": off_by(truth, 5.0), "b": off_by(truth, 6.0, 5), "c": off_by(truth, 7.0, 7)}
    monkeypatch.setattr(mixture, "_HELD", 0.0)
    monkeypatch.setattr(mixture, "_SMOOTHED_LEADS", 1)
    found = choose_weights(members, truth)
    least = mean_crps(mixed(members, found), truth)
    for other in np.random.default_rng(3).dirichlet(np.ones(3), size=60):
        tried = mixed(members, {name: np.full(LEADS, share) for name, share in zip("abc", other, strict=True)})
        assert least <= mean_crps(tried, truth) * 1.0005


def test_little_evidence_moves_weights_little() -> None:
    truth = observed()
    weights = choose_weights({"a": off_by(truth, 5.0), "b": off_by(truth, 5.2, 5)}, truth)
    np.testing.assert_allclose(weights["a"], 0.5, atol=0.05)


def test_a_better_member_gains_weight() -> None:
    truth = observed()
    weights = choose_weights({"good": off_by(truth, 1.0), "bad": off_by(truth, 15.0, 5)}, truth)
    assert (weights["good"] > 0.7).all()


def test_weights_follow_the_lead_time() -> None:
    truth = observed()
    early, late = off_by(truth, 2.0), off_by(truth, 2.0, 5)
    early[:, LEADS // 2 :] += 20
    late[:, : LEADS // 2] += 20
    weights = choose_weights({"early": early, "late": late}, truth)
    assert weights["early"][0] > 0.6
    assert weights["early"][-1] < 0.4


def test_what_was_not_observed_counts_for_nothing() -> None:
    truth = observed()
    members = {"a": off_by(truth, 1.0), "b": off_by(truth, 6.0, 5)}
    gaps = truth.copy()
    gaps[::2] = np.nan
    halved = {name: said[1::2] for name, said in members.items()}
    with_gaps = choose_weights(members, gaps)
    without = choose_weights(halved, truth[1::2])
    np.testing.assert_allclose(with_gaps["a"], without["a"], atol=0.02)


def test_without_any_observation_weights_stay_equal() -> None:
    truth = observed(20)
    nothing = np.full_like(truth, np.nan)
    weights = choose_weights({"a": off_by(truth, 1.0), "b": off_by(truth, 9.0)}, nothing)
    np.testing.assert_allclose(weights["a"], 0.5)


def test_one_member_has_all_the_weight() -> None:
    weights = choose_weights({"only": off_by(observed(), 1.0)}, observed())
    np.testing.assert_allclose(weights["only"], 1.0)


def test_one_lead_time_can_be_weighed() -> None:
    truth = observed()[:, :1]
    weights = choose_weights({"a": off_by(truth, 1.0), "b": off_by(truth, 9.0, 5)}, truth)
    assert weights["a"].shape == (1,)
    assert weights["a"][0] > weights["b"][0]


CELLS = st.floats(0, 500, width=32)


@settings(deadline=None, max_examples=30)
@given(arrays(np.float32, (3, 6, 4, 7), elements=CELLS), arrays(np.float32, (6, 4), elements=CELLS))
def test_weights_are_shares_and_the_mixture_stays_ordered_among_its_members(said: Floats, truth: Floats) -> None:
    members = dict(zip("abc", np.sort(said, axis=-1), strict=True))
    weights = choose_weights(members, truth)
    together = np.stack(list(weights.values()))
    assert (together >= 0).all()
    np.testing.assert_allclose(together.sum(axis=0), 1.0, atol=1e-9)
    mean = mixed(members, weights)
    assert mean.dtype == np.float32
    assert (np.diff(mean, axis=-1) >= 0).all()
    assert (mean >= np.sort(said, axis=-1).min(axis=0) - 1e-3).all()
    assert (mean <= np.sort(said, axis=-1).max(axis=0) + 1e-3).all()
