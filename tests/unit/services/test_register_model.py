"""Registration of a trained model, and the gate."""

import hashlib

import pytest

from geoclimate.contracts.workflows import RegisterRequest, RegisterResult
from geoclimate.domain.errors import Conflict, InvalidInput, ModelRejected, NotFound
from geoclimate.domain.models import RegistryStage
from geoclimate.services.register_model import judge, register_model
from tests.model_archives import CONTRACT, archive, evaluation_json
from tests.workflow_fakes import ObjectsInMemory, RegistryInMemory, clock, evaluation

KEY = "models/v2/output/model.tar.gz"
REQUEST = RegisterRequest(target="pm25", version="v2", artifact_uri=f"s3://bucket/{KEY}", dataset_digest="d" * 64)


class World:
    def __init__(self, content: bytes) -> None:
        self.objects = ObjectsInMemory()
        self.objects.bodies[KEY] = content
        self.registry = RegistryInMemory()

    def register(self, request: RegisterRequest = REQUEST) -> RegisterResult:
        return register_model(request, registry=self.registry, objects=self.objects, clock=clock)


def test_a_better_model_may_be_deployed_with_its_figures() -> None:
    result = World(archive()).register()
    assert result.deploy
    assert result.skill == pytest.approx(0.2)
    assert result.reason == (
        "better than persistence: mean absolute error 8.000 against 10.000, skill +0.200, "
        "on 400 forecasts issued from 2014-06-01 to 2014-12-31"
    )


def test_a_candidate_is_recorded_with_its_digests() -> None:
    content = archive()
    world = World(content)
    world.register()
    found = world.registry.get("pm25", "v2")
    assert found is not None
    assert found.stage is RegistryStage.CANDIDATE
    assert found.artifact_digest == hashlib.sha256(content).hexdigest()
    assert found.dataset_digest == "d" * 64
    assert found.evaluation == evaluation()


def test_a_worse_model_is_recorded_too_but_not_deployed() -> None:
    world = World(archive(evaluation=evaluation_json(mae=12.0)))
    result = world.register()
    assert not result.deploy
    assert result.reason.startswith("not better than persistence: mean absolute error 12.000 against 10.000")
    assert world.registry.get("pm25", "v2") is not None


def test_a_model_that_is_just_as_good_as_persistence_is_not_deployed() -> None:
    assert judge(evaluation(mae=10.0, persistence_mae=10.0))[0] is False


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"mae": float("nan")}, "mae is nan"),
        ({"mae": -1.0}, "mae is -1"),
        ({"persistence_mae": 0.0}, "does not vary"),
        ({"forecasts": 0}, "scored no forecast"),
    ],
)
def test_an_evaluation_that_proves_nothing_is_refused(changes: dict[str, float], reason: str) -> None:
    values = {"mae": 8.0, "persistence_mae": 10.0, "forecasts": 400} | changes
    with pytest.raises(ModelRejected, match=reason):
        World(archive(evaluation=evaluation_json(**values))).register()


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"target": "no2"}, "target"),
        ({"lead_hours": (1, 2)}, "lead_hours"),
        ({"history_hours": 48}, "history_hours"),
        ({"feature_names": ("pm25",)}, "feature_names"),
        ({"parameters": ("pm25",)}, "parameters"),
    ],
)
def test_a_model_of_something_else_is_refused(changes: dict[str, object], name: str) -> None:
    world = World(archive(contract=CONTRACT.model_copy(update=changes)))
    with pytest.raises(ModelRejected, match=f"contract has {name} "):
        world.register()
    assert world.registry.records == {}


def test_registering_again_changes_nothing() -> None:
    world = World(archive())
    assert world.register() == world.register()


def test_a_version_with_another_artifact_is_a_conflict() -> None:
    world = World(archive())
    world.register()
    world.objects.bodies[KEY] = archive(evaluation=evaluation_json(mae=1.0))
    with pytest.raises(Conflict):
        world.register()


def test_an_artifact_that_does_not_exist_is_named() -> None:
    world = World(b"")
    del world.objects.bodies[KEY]
    with pytest.raises(NotFound, match=KEY):
        world.register()


def test_an_artifact_in_another_bucket_is_refused() -> None:
    with pytest.raises(InvalidInput, match="another bucket"):
        World(b"").register(REQUEST.model_copy(update={"artifact_uri": "s3://elsewhere/model.tar.gz"}))
