"""Fitting what is usual by station, month and hour."""

import numpy as np
import pytest

from geoclimate.domain.errors import InvalidInput
from geoclimate.features.climatology import climatology_at
from geoclimate_ml.baselines.climatology import StationSeries, climatology_forecasts, fit_climatology
from tests.synthetic_forecasts import FIRST_ISSUE, LEVELS, floats

YEAR = 24 * 365


def _year(longitude: float = 0.0, name: str = "a", days: int = 730, shift: float = 0.0) -> StationSeries:
    """From 2015-01-01: 100 by day and 20 by night in local time, 50 more in January, with noise."""
    hours = FIRST_ISSUE + np.arange(24 * days)
    local = (hours + round(longitude / 15)) % 24
    january = hours.astype("datetime64[h]").astype("datetime64[M]").astype(int) % 12 == 0
    values = np.where((local >= 6) & (local < 18), 100, 20) + 50 * january + shift
    noise = np.random.default_rng(0).standard_normal(len(hours))
    return StationSeries(name, longitude, FIRST_ISSUE, (values + noise).astype(np.float32))


def test_quantiles_are_those_of_the_month_and_the_hour() -> None:
    table = fit_climatology("pm25", LEVELS, [_year()])
    noon_in_january, midnight_in_july = FIRST_ISSUE + 12, FIRST_ISSUE + 24 * 190
    found = climatology_at(table, "a", 0.0, [noon_in_january, midnight_in_july])
    np.testing.assert_allclose(found[:, 3], [150, 20], atol=1)
    np.testing.assert_allclose(found[:, 6] - found[:, 0], 2 * 1.645, atol=1)


def test_stations_far_apart_share_the_phases_of_the_solar_day() -> None:
    table = fit_climatology("pm25", LEVELS, [_year(0.0, "a"), _year(120.0, "b")])
    unknown = climatology_at(table, "elsewhere", -75.0, [FIRST_ISSUE + 24 * 40 + 5 + 12])
    assert unknown[0, 3] == pytest.approx(100, abs=1)


def test_a_station_with_little_data_has_its_month_and_then_everybodys_hour() -> None:
    short = _year(name="short", days=31, shift=1000)
    table = fit_climatology("pm25", LEVELS, [_year(), short])
    midnight = FIRST_ISSUE
    in_january = climatology_at(table, "short", 0.0, [midnight])[0]
    assert in_january[0] == pytest.approx(1070, abs=5)
    assert in_january[6] == pytest.approx(1150, abs=5)
    np.testing.assert_allclose(
        climatology_at(table, "short", 0.0, [midnight + 24 * 190]),
        climatology_at(table, "unlisted", 0.0, [midnight + 24 * 190]),
    )


def test_a_month_that_nobody_measured_is_as_wide_as_everything() -> None:
    table = fit_climatology("pm25", LEVELS, [_year(days=90)])
    july = climatology_at(table, "a", 0.0, [FIRST_ISSUE + 24 * 190])[0]
    assert july[0] == pytest.approx(19, abs=2)
    assert july[6] == pytest.approx(150, abs=2)


def test_forecasts_are_what_is_usual_at_the_forecast_hours() -> None:
    table = fit_climatology("pm25", LEVELS, [_year(0.0, "a"), _year(0.0, "b", shift=500)])
    found = climatology_forecasts(
        table, [0.0, 0.0], ["a", "b"], np.array([1, 0]), np.array([FIRST_ISSUE + 24 * 40 + 6] * 2), (1, 13)
    )
    np.testing.assert_allclose(found[..., 3], [[600, 520], [100, 20]], atol=1)


def test_no_observation_makes_no_climatology() -> None:
    with pytest.raises(InvalidInput, match="climatology of pm25 needs observations"):
        fit_climatology("pm25", LEVELS, [StationSeries("a", 0.0, 0, floats([np.nan]))])
