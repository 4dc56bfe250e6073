"""What the online calibration learns from scored forecasts."""

from dataclasses import replace

import numpy as np
import pytest

from geoclimate.features.conformal import ALL_STATIONS, initial_state, updated
from geoclimate.services.calibrate_forecasts import Scored, calibration_key, learned
from geoclimate.services.verification_ports import UNSTORED, CalibrationKey, Versioned
from tests.verification_fakes import LEVELS, VerificationInMemory, issued

LEADS = tuple(range(1, 25))
KEY = CalibrationKey("pm25", "20150101T000000Z", "endpoint")
HIGH = dict.fromkeys(LEADS, 900.0)


@pytest.fixture
def store() -> VerificationInMemory:
    return VerificationInMemory()


def test_the_first_truth_moves_the_factors_of_the_station_s_group(store: VerificationInMemory) -> None:
    found = learned([Scored(issued(), HIGH)], store)
    assert found.keys() == {KEY}
    assert found[KEY].version == UNSTORED
    factors = found[KEY].value.factors
    assert factors.keys() == {ALL_STATIONS, "north"}
    assert (factors["north"][:, LEVELS.index(0.9)] > 1).all()
    assert (factors["north"][:, LEVELS.index(0.1)] < 1).all()


def test_learning_goes_on_from_what_was_stored(store: VerificationInMemory) -> None:
    store.states[KEY] = Versioned(initial_state(LEVELS, LEADS, step=0.5), 7)
    found = learned([Scored(issued(), HIGH)], store)[KEY]
    assert (found.version, found.value.step) == (7, 0.5)


def test_forecasts_of_an_issue_time_and_group_are_one_step(store: VerificationInMemory) -> None:
    neighbours = [Scored(issued(station=f"openaq-{number}"), HIGH) for number in range(2)]
    state = learned(neighbours, store)[KEY].value
    quantiles = np.array([one.forecast.quantiles for one in neighbours], dtype=np.float32)
    observed = np.full((2, 24), 900.0, dtype=np.float32)
    once = updated(initial_state(LEVELS, LEADS), "north", quantiles, observed, 0)
    np.testing.assert_array_equal(state.factors["north"], once.factors["north"])


def test_another_issue_time_is_another_step(store: VerificationInMemory) -> None:
    one = learned([Scored(issued(), HIGH)], store)[KEY].value
    two = learned([Scored(issued(1), HIGH), Scored(issued(), HIGH)], store)[KEY].value
    assert (two.factors["north"][:, -1] > one.factors["north"][:, -1]).all()


def test_only_lead_times_with_truth_move(store: VerificationInMemory) -> None:
    factors = learned([Scored(issued(), {3: 900.0})], store)[KEY].value.factors["north"]
    moved = (factors != 1).any(axis=1)
    assert moved.tolist() == [lead == 3 for lead in LEADS]


def test_an_engine_and_a_version_learn_for_themselves(store: VerificationInMemory) -> None:
    forecasts = [issued(), issued(engine="onnx"), issued(model_version="v2")]
    found = learned([Scored(one, HIGH) for one in forecasts], store)
    assert found.keys() == set(map(calibration_key, forecasts))


@pytest.mark.parametrize(("parameter", "lowest"), [("pm25", 0.0), ("temperature", None)])
def test_only_a_concentration_is_kept_from_falling_below_zero(
    store: VerificationInMemory, parameter: str, lowest: float | None
) -> None:
    forecast = replace(issued(), parameter=parameter)
    state = learned([Scored(forecast, HIGH)], store)[calibration_key(forecast)].value
    assert state.lowest == lowest


@pytest.mark.parametrize(
    "scored",
    [
        Scored(replace(issued(), raw_quantiles=None), HIGH),
        Scored(issued(), {}),
        Scored(replace(issued(), lead_hours=LEADS[1:], quantiles=issued().quantiles[1:]), HIGH),
    ],
    ids=["nobody calibrated it", "no truth", "other lead times"],
)
def test_there_is_nothing_to_learn(store: VerificationInMemory, scored: Scored) -> None:
    store.states[KEY] = Versioned(initial_state(LEVELS, LEADS), 7)
    assert learned([scored], store) == {}
