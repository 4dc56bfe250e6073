import datetime as dt
import random
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geoclimate.domain.observations import Observation
from geoclimate.features.grid import hour_of, time_of, to_grid

START = dt.datetime(2014, 1, 31, 5, tzinfo=dt.UTC)
FIRST = hour_of(START)


def observation(
    value: float,
    *,
    minutes: int = 0,
    length: int = 60,
    parameter: str = "pm25",
    instrument: str = "1",
    flag: str = "valid",
) -> Observation:
    start = START + dt.timedelta(minutes=minutes)
    return Observation(
        station="openaq-1",
        parameter=parameter,
        start=start,
        end=start + dt.timedelta(minutes=length),
        value=value,
        delivered_value=value,
        delivered_unit="µg/m³",
        instrument=instrument,
        flag=flag,
        source="openaq",
        file_digest="0" * 64,
        line=2,
        ingested_at=START,
    )


def column(observations: Sequence[Observation], hours: int = 3) -> npt.NDArray[np.float32]:
    return to_grid(observations, ("pm25",), FIRST, hours).values[:, 0]


@given(st.integers(min_value=-1_000_000, max_value=1_000_000))
def test_hours_and_times_are_each_others_inverse(hour: int) -> None:
    assert hour_of(time_of(hour)) == hour


def test_an_hour_keeps_its_value_exactly() -> None:
    assert column([observation(17.3, minutes=60)])[1] == np.float32(17.3)


def test_clean_air_is_a_value_and_never_below_zero() -> None:
    noisy = [observation(-1.5, flag="below-detection"), observation(0.4, minutes=60, flag="below-detection")]
    half_noisy = [
        observation(-1.0, minutes=120, length=30, flag="below-detection"),
        observation(4.0, minutes=150, length=30),
    ]

    np.testing.assert_array_equal(column([*noisy, *half_noisy]), np.array([0.0, 0.4, 1.5], np.float32))


def test_a_temperature_below_zero_stays_so() -> None:
    cold = observation(-7.0, parameter="temperature")

    assert to_grid([cold], ("temperature",), FIRST, 1).values[0, 0] == np.float32(-7.0)


def test_directions_about_north_are_north_and_opposite_ones_are_none() -> None:
    halves = [
        observation(degrees, minutes=minutes, length=30, parameter="wind_direction")
        for degrees, minutes in ((350.0, 0), (20.0, 30), (90.0, 60), (270.0, 90), (200.0, 120))
    ]

    found = to_grid(halves, ("wind_direction",), FIRST, 3).values[:, 0]

    np.testing.assert_array_equal(found, np.array([5.0, np.nan, 200.0], np.float32))


def test_missing_hours_are_nan() -> None:
    np.testing.assert_array_equal(column([observation(1.0, minutes=60)]), np.array([np.nan, 1.0, np.nan], np.float32))


def test_averages_instruments_and_shorter_intervals_by_their_length() -> None:
    assert column([observation(10.0), observation(20.0, instrument="2")])[0] == 15.0
    quarter_and_half = [observation(10.0, length=15), observation(40.0, minutes=15, length=30)]
    assert column(quarter_and_half)[0] == 30.0


def test_an_interval_counts_for_the_hour_in_which_it_ends() -> None:
    np.testing.assert_array_equal(column([observation(8.0, minutes=30)]), np.array([np.nan, 8.0, np.nan], np.float32))


@pytest.mark.parametrize(
    "left_out",
    [
        observation(1.0, length=1440),
        observation(1.0, length=61),
        observation(1.0, flag="range"),
        observation(1.0, parameter="no2"),
        observation(1.0, minutes=-60),
        observation(1.0, minutes=180),
    ],
    ids=["daily mean", "longer than an hour", "flagged", "another parameter", "before the grid", "after the grid"],
)
def test_leaves_out(left_out: Observation) -> None:
    assert np.isnan(column([left_out])).all()


def test_the_order_of_observations_does_not_matter() -> None:
    observations = [observation(0.1 * k, minutes=6 * k, length=6, instrument=str(k)) for k in range(30)]
    shuffled = random.Random(1).sample(observations, len(observations))  # noqa: S311 - an order, not a secret
    np.testing.assert_array_equal(column(observations), column(shuffled))


def test_knows_its_end() -> None:
    assert to_grid([], ("pm25",), FIRST, 3).end_hour == FIRST + 3
