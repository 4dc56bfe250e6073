"""Registration of a trained model."""

import hashlib
from typing import Any

import pytest

from geoclimate.contracts.model import ForecastContract
from geoclimate.contracts.workflows import RegisterRequest, RegisterResult
from geoclimate.domain.errors import Conflict, InvalidInput, ModelRejected, NotFound
from geoclimate.domain.models import RegistryStage
from geoclimate.features.input_spec import default_input_spec
from geoclimate.services.register_model import register_model
from tests.model_archives import CONTRACT, KEPT, archive, card_json, evaluation_json
from tests.workflow_fakes import LEVELS, ObjectsInMemory, RegistryInMemory, clock, evaluation, record

KEY = "models/v2/output/model.tar.gz"
REQUEST = RegisterRequest(
    target="pm25",
    version="v2",
    artifact_uri=f"s3://bucket/{KEY}",
    dataset_digest="d" * 64,
    code_digest="c" * 64,
    who="run-1",
)
SPEC = default_input_spec("pm25")
INPUTS = ForecastContract(
    target=SPEC.target,
    parameters=SPEC.parameters,
    weather=SPEC.weather,
    neighbours=SPEC.neighbours,
    history_hours=SPEC.history_hours,
    lead_hours=SPEC.lead_hours,
    max_gap_hours=SPEC.max_gap_hours,
    history_columns=("pm25",),
    context_columns=("level",),
    future_columns=("hour",),
    levels=LEVELS,
)


class World:
    def __init__(self, content: bytes, production: str | None = None) -> None:
        self.objects = ObjectsInMemory()
        self.objects.bodies[KEY] = content
        self.registry = RegistryInMemory([record(production, RegistryStage.PRODUCTION)] if production else [])

    def register(self, request: RegisterRequest = REQUEST) -> RegisterResult:
        return register_model(request, registry=self.registry, objects=self.objects, clock=clock)


def test_a_good_model_may_be_deployed_with_its_figures() -> None:
    result = World(archive()).register()
    assert result.deploy
    assert result.skill == pytest.approx(0.2)
    assert result.reason.startswith("passed the gate on 400 forecasts")


def test_a_candidate_is_recorded_with_its_digests_and_origin() -> None:
    content = archive()
    world = World(content)
    world.register()
    found = world.registry.get("pm25", "v2")
    assert found is not None
    assert found.stage is RegistryStage.CANDIDATE
    assert found.artifact_digest == hashlib.sha256(content).hexdigest()
    assert found.dataset_digest == "d" * 64
    assert found.code_digest == "c" * 64
    assert found.parity == {"onnx": 1e-5, "int8": 0.25}
    assert found.evaluation == evaluation()
    assert found.judged_against is None


def test_what_others_read_of_a_model_lies_beside_it_with_its_digest() -> None:
    world = World(archive())
    world.register()
    found = world.registry.get("pm25", "v2")
    assert found is not None
    kept = {f"models/v2/registered/{name}": body for name, body in KEPT.items()}
    assert {key: body for key, body in world.objects.bodies.items() if key != KEY} == kept
    assert found.card_uri == "s3://bucket/models/v2/registered/card.md"
    assert found.light_model_uri == "s3://bucket/models/v2/registered/light.onnx"
    assert found.light_model_digest == hashlib.sha256(KEPT["light.onnx"]).hexdigest()
    assert found.climatology_uri == "s3://bucket/models/v2/registered/climatology.safetensors"
    assert found.climatology_digest == hashlib.sha256(KEPT["climatology.safetensors"]).hexdigest()


def test_a_model_without_a_light_one_says_so() -> None:
    world = World(archive(kept={}))
    world.register()
    found = world.registry.get("pm25", "v2")
    assert found is not None
    assert (found.card_uri, found.light_model_uri, found.light_model_digest) == (None, None, None)
    assert list(world.objects.bodies) == [KEY]


def test_a_worse_model_is_recorded_too_but_not_deployed() -> None:
    world = World(archive(evaluation=evaluation_json(mae=12.0)))
    result = world.register()
    assert not result.deploy
    assert "mean absolute error 12.000 against 10.000 of persistence" in result.reason
    assert world.registry.get("pm25", "v2") is not None


def test_the_verdict_and_who_asked_for_it_begin_the_audit_log() -> None:
    world = World(archive())
    result = world.register()
    [decision] = world.registry.decisions("pm25", "v2")
    assert (decision.before, decision.after, decision.who) == (None, "candidate", "run-1")
    assert decision.why == result.reason


def test_a_candidate_is_judged_against_the_model_in_production() -> None:
    compared: dict[str, Any] = {"production_version": "v1", "production_crps": 5.0}
    world = World(archive(evaluation=evaluation_json(**compared)), production="v1")
    result = world.register()
    assert not result.deploy
    assert "CRPS 5.700 against 5.000 of v1 in production" in result.reason
    found = world.registry.get("pm25", "v2")
    assert found is not None
    assert found.judged_against == "v1"


def test_registering_again_changes_nothing_even_after_another_model_came_into_production() -> None:
    world = World(archive())
    first = world.register()
    before = dict(world.objects.bodies)
    world.registry.records["pm25", "v9"] = record("v9", RegistryStage.PRODUCTION)
    assert world.register() == first
    assert world.objects.bodies == before
    assert len(world.registry.decisions("pm25")) == 1


def test_a_version_with_another_artifact_is_a_conflict_and_nothing_is_written_over() -> None:
    world = World(archive())
    world.register()
    world.objects.bodies[KEY] = archive(kept={"card.md": b"another card"})
    with pytest.raises(Conflict, match="v2 is registered with another artifact"):
        world.register()
    assert world.objects.bodies["models/v2/registered/card.md"] == KEPT["card.md"]


def test_an_evaluation_that_proves_nothing_is_refused() -> None:
    world = World(archive(evaluation=evaluation_json(forecasts=0)))
    with pytest.raises(ModelRejected, match="scored no forecast"):
        world.register()
    assert world.registry.records == {}


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"target": "no2"}, "target"),
        ({"lead_hours": (1, 2)}, "lead_hours"),
        ({"history_hours": 48}, "history_hours"),
        ({"parameters": ("pm25",)}, "parameters"),
    ],
)
def test_a_model_of_something_else_is_refused(changes: dict[str, object], name: str) -> None:
    world = World(archive(contract=CONTRACT.model_copy(update=changes)))
    with pytest.raises(ModelRejected, match=f"contract has {name} "):
        world.register()
    assert world.registry.records == {}


def test_a_model_of_the_three_matrices_is_taken() -> None:
    assert World(archive(contract=INPUTS)).register().deploy


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"weather": ("temperature",)}, "weather"),
        ({"neighbours": not SPEC.neighbours}, "neighbours"),
        ({"history_hours": 12}, "history_hours"),
        ({"max_gap_hours": 1}, "max_gap_hours"),
    ],
)
def test_a_model_of_other_matrices_is_refused(changes: dict[str, object], name: str) -> None:
    with pytest.raises(ModelRejected, match=f"contract has {name} "):
        World(archive(contract=INPUTS.model_copy(update=changes))).register()


@pytest.mark.parametrize(
    "changes", [{"version": "v7"}, {"dataset_digest": "e" * 64}, {"code_digest": "e" * 64}], ids=min
)
def test_a_model_of_another_origin_than_the_workflow_s_is_refused(changes: dict[str, str]) -> None:
    [name] = changes
    with pytest.raises(ModelRejected, match=f"the model's card has {name} {changes[name]}"):
        World(archive(card=card_json(**changes))).register()


def test_an_artifact_that_does_not_exist_is_named() -> None:
    world = World(b"")
    del world.objects.bodies[KEY]
    with pytest.raises(NotFound, match=KEY):
        world.register()


def test_an_artifact_in_another_bucket_is_refused() -> None:
    with pytest.raises(InvalidInput, match="another bucket"):
        World(b"").register(REQUEST.model_copy(update={"artifact_uri": "s3://elsewhere/model.tar.gz"}))
