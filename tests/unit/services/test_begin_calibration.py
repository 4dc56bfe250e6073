"""Where the online calibration of a new model begins."""

import hashlib
from dataclasses import replace

import numpy as np
import pytest

from geoclimate.domain.errors import IntegrityError, NotFound
from geoclimate.domain.models import RegistryStage
from geoclimate.features.conformal import ALL_STATIONS, ConformalState, initial_state, to_bytes
from geoclimate.services.begin_calibration import BegunCalibrations
from geoclimate.services.calibrate_forecasts import Scored, learned
from geoclimate.services.verification_ports import UNSTORED, CalibrationKey, Versioned
from tests.verification_fakes import LEVELS, VerificationInMemory, issued
from tests.workflow_fakes import ObjectsInMemory, RegistryInMemory, record

LEADS = tuple(range(1, 25))
VERSION = issued().model_version
KEY = CalibrationKey("pm25", VERSION, "endpoint")
FILE = f"models/{VERSION}/registered/online_calibration.safetensors"


def evaluated() -> ConformalState:
    """In the evaluation, intervals of the north came out half as wide again."""
    state = initial_state(LEVELS, LEADS)
    return replace(state, factors={**state.factors, "north": np.float32(1.5) * state.factors[ALL_STATIONS]})


class World:
    """A model with what its evaluation learned, of which nothing was verified in service."""

    def __init__(self) -> None:
        self.stored = VerificationInMemory()
        self.objects = ObjectsInMemory()
        content = to_bytes(evaluated())
        self.registry = RegistryInMemory(
            [
                replace(
                    record(VERSION, RegistryStage.PRODUCTION),
                    calibration_uri=self.objects.put(FILE, content, ""),
                    calibration_digest=hashlib.sha256(content).hexdigest(),
                )
            ]
        )
        self.calibrations = BegunCalibrations(self.stored, self.registry, self.objects)

    def read(self, key: CalibrationKey = KEY) -> ConformalState | None:
        found = self.calibrations.read(key)
        return None if found is None else found.value


def test_a_version_begins_at_what_its_evaluation_learned() -> None:
    state = World().read()
    assert state is not None
    np.testing.assert_array_equal(state.factors["north"], evaluated().factors["north"])


def test_the_beginning_is_stored_once_and_verification_goes_on_from_it() -> None:
    world = World()
    world.read()
    world.objects.bodies.clear()
    assert world.read() is not None
    after = learned([Scored(issued(), dict.fromkeys(LEADS, 900.0))], world.stored)[KEY]
    assert after.version == 1
    assert (after.value.factors["north"][:, -1] > 1.5).all()


def test_what_was_learned_in_service_comes_first() -> None:
    world = World()
    world.stored.states[KEY] = Versioned(initial_state(LEVELS, LEADS, step=0.5), 7)
    found = world.calibrations.read(KEY)
    assert found is not None
    assert (found.value.step, found.version) == (0.5, 7)


def test_who_was_faster_with_a_state_keeps_it() -> None:
    world = World()
    read = world.objects.get

    def somebody_verifies_meanwhile(key: str, limit: int) -> bytes:
        world.stored.write(KEY, initial_state(LEVELS, LEADS, step=0.5), UNSTORED)
        return read(key, limit)

    world.objects.get = somebody_verifies_meanwhile  # type: ignore[method-assign]  # the moment between read and write
    state = world.read()
    assert state is not None
    assert state.step == 0.5


@pytest.mark.parametrize(
    "key",
    [replace(KEY, engine="onnx"), replace(KEY, engine="climatology"), replace(KEY, model_version="v0")],
    ids=["the light model", "climatology", "a version that nobody knows"],
)
def test_what_was_not_evaluated_has_no_beginning(key: CalibrationKey) -> None:
    world = World()
    assert world.read(key) is None
    assert not world.stored.states


def test_a_version_that_was_registered_without_one_has_no_beginning() -> None:
    world = World()
    world.registry.records["pm25", VERSION] = record(VERSION, RegistryStage.PRODUCTION)
    assert world.read() is None


def test_a_file_that_is_gone_or_changed_is_told_and_not_stored() -> None:
    world = World()
    world.objects.bodies[FILE] = to_bytes(initial_state(LEVELS, LEADS))
    with pytest.raises(IntegrityError, match="has the SHA-256"):
        world.read()
    world.objects.bodies.clear()
    with pytest.raises(NotFound):
        world.read()
    assert not world.stored.states
