"""Made-up years: season alone is no drift; what is planted is noticed within the stated days."""

from collections.abc import Callable

import numpy as np
import pytest

from geoclimate.features.drift.series_watch import POPULATION_THRESHOLD, population_of, statistics
from tests.drift_years import YEAR, Days, Plant, made_up_years, watch_from

REFERENCE = (0, 2 * YEAR)
WATCHED = (2 * YEAR, 3 * YEAR)
PLANTED = 60
OURS = "openaq-1"


@pytest.fixture(scope="module", params=["pm25", "temperature"])
def parameter(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


def later(change: Callable[[Days], Days]) -> Plant:
    return lambda values: np.concatenate([values[:PLANTED], change(values[PLANTED:])])


def noticed_after(parameter: str, change: Callable[[Days], Days], *, stations: int = 5) -> dict[str, int]:
    """Days from the plant to each reason, in steps of five, at the one station where anything is noticed."""
    years = made_up_years(parameter, stations, 3 * YEAR)
    end = watch_from(years, parameter, REFERENCE, WATCHED, plants={OURS: later(change)}, step=5)
    assert not any(found for station, found in end.noticed.items() if station != OURS)
    assert all(day > PLANTED for day in end.noticed[OURS].values())
    return {reason: day - PLANTED for reason, day in end.noticed[OURS].items()}


@pytest.mark.parametrize("parameter", ["pm25", "no2", "temperature", "pressure"])
@pytest.mark.parametrize("reference", [(0, 2 * YEAR), (YEAR, 2 * YEAR)], ids=["two years", "one year"])
def test_season_alone_is_no_drift(parameter: str, reference: tuple[int, int]) -> None:
    for seed in (1, 2, 3):
        years = made_up_years(parameter, 4, 3 * YEAR, seed)
        end = watch_from(years, parameter, reference, WATCHED, step=5)
        assert not any(end.noticed.values()), (seed, end.noticed)


@pytest.mark.parametrize("steps", [0.5, 1.0], ids=["half of it zero", "a sixth of it zero"])
def test_season_is_no_drift_where_clean_air_is_reported_in_coarse_steps(steps: float) -> None:
    years = made_up_years("so2", 3, 3 * YEAR)
    usual = float(np.median(np.stack(list(years.values()))))
    coarse = {station: 2.6 * np.round(steps * values / usual) for station, values in years.items()}
    end = watch_from(coarse, "so2", REFERENCE, WATCHED, step=5)
    assert not any(end.noticed.values())


def test_another_unit_is_noticed_in_four_weeks_where_there_are_neighbours() -> None:
    found = noticed_after("no2", lambda values: values / 1.88)
    assert found["neighbours"] <= 30


def test_a_thousandfold_is_noticed_in_ten_days_even_alone() -> None:
    assert noticed_after("co", lambda values: 1000.0 * values, stations=1)["level"] <= 10


def test_a_shift_of_five_degrees_is_noticed_in_three_weeks_by_its_neighbours() -> None:
    found = noticed_after("temperature", lambda values: values + 5.0)
    assert found["neighbours"] <= 20


def test_degrees_fahrenheit_are_noticed_in_ten_days_even_alone() -> None:
    assert noticed_after("temperature", lambda values: 1.8 * values + 32.0, stations=1)["level"] <= 10


def test_a_sensor_that_is_stuck_is_noticed_in_five_days(parameter: str) -> None:
    assert noticed_after(parameter, lambda values: np.full_like(values, 33.3))["stuck"] <= 5


def test_a_doubled_spread_is_noticed_in_two_months() -> None:
    def wilder(values: Days) -> Days:
        flat = np.pad(values.ravel(), 24 * 15, mode="reflect")
        sums = np.cumsum(np.insert(flat, 0, 0.0))
        month = (sums[24 * 30 :] - sums[: -24 * 30])[: values.size].reshape(values.shape) / (24 * 30)
        return month + 2.0 * (values - month)

    assert min(noticed_after("temperature", wilder).values()) <= 60


def test_a_slow_creep_is_noticed_before_it_has_doubled_the_values() -> None:
    def creep(values: Days) -> Days:
        return np.asarray(values * 2.0 ** (np.arange(len(values))[:, None] / YEAR))

    assert noticed_after("pm25", creep)["neighbours"] <= 270


def test_what_all_stations_share_is_no_matter_of_neighbours() -> None:
    years = made_up_years("pm25", 5, 3 * YEAR)
    everywhere = dict.fromkeys(years, later(lambda values: 6.0 * values))
    end = watch_from(years, "pm25", REFERENCE, WATCHED, plants=everywhere, step=10)
    assert all("level" in found and "neighbours" not in found for found in end.noticed.values())


def test_two_neighbours_are_too_few_to_compare_with() -> None:
    found = noticed_after("temperature", lambda values: values + 5.0, stations=3)
    assert "neighbours" not in found


def test_a_drift_that_was_mended_is_over() -> None:
    years = made_up_years("temperature", 5, 3 * YEAR)
    mended = {OURS: lambda values: np.concatenate([values[:60], values[60:120] + 20.0, values[120:]])}
    end = watch_from(years, "temperature", REFERENCE, WATCHED, plants=mended, step=10)
    assert {"level", "neighbours"} <= end.noticed[OURS].keys()
    assert end.watches[OURS].drifting == {}


def test_the_beginning_of_a_shift_is_told() -> None:
    years = made_up_years("temperature", 5, 3 * YEAR)
    end = watch_from(years, "temperature", REFERENCE, (2 * YEAR, 2 * YEAR + 90), plants={OURS: later(lambda v: v + 8)})
    watch = end.watches[OURS]
    (neighbours,) = [each for each in statistics(watch) if each.reason == "neighbours"]
    assert abs(neighbours.since - (watch.next_day - 90 + PLANTED)) <= 3
    assert neighbours.direction == "up"


def test_days_may_come_in_any_portions(parameter: str) -> None:
    years = made_up_years(parameter, 4, 3 * YEAR)
    single, many = (watch_from(years, parameter, REFERENCE, WATCHED, step=step) for step in (5, 60))
    for station, watch in single.watches.items():
        other = many.watches[station]
        assert watch.run == other.run
        for ours, theirs in zip(statistics(watch), statistics(other), strict=True):
            assert ours.value == pytest.approx(theirs.value)
            assert ours.since == theirs.since


def test_an_outage_is_no_drift_and_says_nothing_of_the_population() -> None:
    years = made_up_years("pm25", 4, 3 * YEAR)
    silent = {OURS: later(lambda values: np.full_like(values, np.nan))}
    end = watch_from(years, "pm25", REFERENCE, WATCHED, plants=silent, step=10)
    assert not end.noticed[OURS]
    assert population_of(end.watches[OURS]) is None


def test_a_population_of_another_shape_is_noticed() -> None:
    def two_values(values: Days) -> Days:
        return np.asarray(np.where(values > np.median(values, axis=0), values * 6.0, values / 6.0))

    years = made_up_years("pm25", 1, 3 * YEAR)
    end = watch_from(years, "pm25", REFERENCE, WATCHED, plants={OURS: later(two_values)}, step=10)
    assert "population" in end.noticed[OURS]
    index = population_of(end.watches[OURS])
    assert index is not None
    assert index > POPULATION_THRESHOLD


def test_of_a_wind_direction_only_a_stuck_vane_is_noticed() -> None:
    random = np.random.default_rng(3)
    years: dict[str, Days] = {OURS: random.integers(0, 16, (3 * YEAR, 24)).astype(np.float64) * 22.5}
    stuck = {OURS: later(lambda values: np.full_like(values, 90.0))}
    end = watch_from(years, "wind_direction", REFERENCE, WATCHED, plants=stuck, step=10)
    assert end.noticed[OURS].keys() == {"stuck"}
