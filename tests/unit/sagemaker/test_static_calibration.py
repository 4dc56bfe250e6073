from dataclasses import replace

import numpy as np
import pytest

from geoclimate.features.conformal import ALL_STATIONS, calibrated
from geoclimate_ml.scoring.forecasts import Forecasts
from geoclimate_ml.static_calibration import static_calibration
from tests.made_samples import LEVELS
from tests.stated_forecasts import normal_forecasts


def below(forecasts: Forecasts) -> list[float]:
    """Share of the observations below each level's quantile, after calibration."""
    state = static_calibration(forecasts, lowest=0.0)
    moved = calibrated(state, ALL_STATIONS, forecasts.quantiles)
    return [float((forecasts.observed < moved[..., place]).mean()) for place in range(len(LEVELS))]


@pytest.mark.parametrize("width", [0.6, 1.0, 1.7], ids=["too narrow", "right", "too wide"])
def test_quantiles_cover_what_they_state_on_the_sample(width: float) -> None:
    np.testing.assert_allclose(below(normal_forecasts(width=width)), LEVELS, atol=0.02)


def test_each_side_is_mended_by_itself() -> None:
    forecasts = normal_forecasts()
    lopsided = forecasts.quantiles.copy()
    lopsided[..., 4:] = lopsided[..., 3:4] + 0.5 * (lopsided[..., 4:] - lopsided[..., 3:4])
    np.testing.assert_allclose(below(replace(forecasts, quantiles=lopsided)), LEVELS, atol=0.02)


def test_a_shift_of_the_median_is_covered_by_the_outer_levels() -> None:
    shifted = normal_forecasts(shift=0.3)
    np.testing.assert_allclose(np.array(below(shifted))[[0, 1, 5, 6]], [0.05, 0.1, 0.9, 0.95], atol=0.02)


def test_the_median_is_left_alone() -> None:
    factors = static_calibration(normal_forecasts(width=0.5, shift=1.0), None).factors[ALL_STATIONS]
    assert (factors[:, LEVELS.index(0.5)] == 1.0).all()


@pytest.mark.parametrize(("width", "bound"), [(0.01, 2.5), (50.0, 0.5)])
def test_no_interval_vanishes_or_explodes(width: float, bound: float) -> None:
    factors = static_calibration(normal_forecasts(width=width), None).factors[ALL_STATIONS]
    np.testing.assert_allclose(np.delete(factors, LEVELS.index(0.5), axis=1), bound)


def test_a_few_observations_change_nothing() -> None:
    factors = static_calibration(normal_forecasts(n=40, width=0.3), None).factors[ALL_STATIONS]
    assert (factors == 1.0).all()


@pytest.mark.parametrize("leads", [1, 2, 8, 24])
def test_there_is_a_factor_for_every_lead_time(leads: int) -> None:
    factors = static_calibration(normal_forecasts(leads=leads, width=0.6), None).factors[ALL_STATIONS]
    assert factors.shape == (leads, len(LEVELS))
    assert (factors[:, 0] > 1.2).all()
