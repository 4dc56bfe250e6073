"""The reference of a series: what it needs, and what it removes."""

import numpy as np
import pytest

from geoclimate.features.drift.profile import BINS, Profile, daily, fit_profile, residuals
from tests.drift_years import FIRST_DAY, YEAR, Days, made_up_years

TWO_YEARS = 2 * YEAR


def profile_of(parameter: str, values: Days) -> Profile:
    profile = fit_profile(parameter, FIRST_DAY, values)
    assert isinstance(profile, Profile), profile
    return profile


@pytest.fixture(scope="module")
def temperature() -> Days:
    return made_up_years("temperature", 1, TWO_YEARS)["openaq-1"]


def test_season_and_hour_are_removed(temperature: Days) -> None:
    left = residuals(profile_of("temperature", temperature), FIRST_DAY, temperature)
    by_half_year = left[:720].reshape(4, -1)
    assert np.abs(left.mean(axis=0)).max() < 0.05
    assert np.abs(by_half_year.mean(axis=1)).max() < 0.3
    assert temperature.std() > 2.0 * left.std()
    assert left.std() == pytest.approx(1.0, abs=0.05)


def test_a_factor_is_a_shift_of_a_concentration() -> None:
    values = made_up_years("no2", 1, TWO_YEARS)["openaq-1"]
    profile = profile_of("no2", values)
    shift = residuals(profile, FIRST_DAY, 2.0 * values) - residuals(profile, FIRST_DAY, values)
    assert shift.min() > 0.7
    assert shift.max() < 2.2


def test_the_reference_itself_has_equal_shares_and_no_mean(temperature: Days) -> None:
    found = daily(profile_of("temperature", temperature), FIRST_DAY, temperature)
    shares = found.counts.sum(axis=0) / found.counts.sum()
    assert np.abs(shares - 1.0 / BINS).max() < 0.001
    assert abs(float(np.nanmean(found.mean))) < 0.02
    assert abs(float(np.nanmean(found.spread))) < 1e-9


def test_a_day_of_few_hours_says_nothing_but_its_hours_count(temperature: Days) -> None:
    gappy = temperature[:2].copy()
    gappy[0, 7:] = np.nan
    found = daily(profile_of("temperature", temperature), FIRST_DAY, gappy)
    assert np.isnan([found.mean[0], found.spread[0]]).all()
    assert not np.isnan([found.mean[1], found.spread[1]]).any()
    assert found.counts.sum(axis=1).tolist() == [7, 24]


def test_one_reading_of_nonsense_is_no_drift(temperature: Days) -> None:
    day = temperature[:1].copy()
    day[0, 0] = 9_999.0
    found = daily(profile_of("temperature", temperature), FIRST_DAY, day)
    usual = daily(profile_of("temperature", temperature), FIRST_DAY, temperature[:1])
    assert abs(float(found.mean[0] - usual.mean[0])) < 0.4


@pytest.mark.parametrize("parameter", ["pm25", "pressure"])
def test_a_third_of_the_hours_may_be_missing(parameter: str) -> None:
    values = made_up_years(parameter, 1, TWO_YEARS)["openaq-1"]
    whole = profile_of(parameter, values)
    gaps = values.copy()
    gaps[np.random.default_rng(5).random(values.shape) < 1 / 3] = np.nan
    difference = residuals(profile_of(parameter, gaps), FIRST_DAY, values) - residuals(whole, FIRST_DAY, values)
    assert np.abs(difference).max() < 0.5


def test_less_than_a_year_is_not_enough(temperature: Days) -> None:
    assert fit_profile("temperature", FIRST_DAY, temperature[:364]) == "not enough history: 364 of 365 days"


def test_a_year_with_too_few_days_is_not_enough(temperature: Days) -> None:
    gaps = temperature[:YEAR].copy()
    gaps[::3] = np.nan
    refusal = fit_profile("temperature", FIRST_DAY, gaps)
    assert refusal == "not enough history: 243 of 300 days with 8 hours or more"


def test_a_year_without_a_spring_is_not_enough(temperature: Days) -> None:
    gaps = temperature.copy()
    gaps[0:60], gaps[YEAR : YEAR + 60] = np.nan, np.nan
    refusal = fit_profile("temperature", FIRST_DAY, gaps)
    assert isinstance(refusal, str)
    assert refusal.startswith("not enough history: a twelfth of the year has")


@pytest.mark.parametrize("parameter", ["pm25", "temperature"])
@pytest.mark.parametrize("value", [0.0, 12.5])
def test_values_that_do_not_vary_have_no_profile(parameter: str, value: float) -> None:
    assert fit_profile(parameter, FIRST_DAY, np.full((YEAR, 24), value)) == "the values do not vary"
