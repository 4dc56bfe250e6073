"""`make rollback`: the endpoint first, then the registry, and back again where one of them fails."""

import io
import json
from collections.abc import Iterator
from typing import Any, cast

import boto3
import pytest
from moto import mock_aws

from geoclimate.adapters.dynamodb_models import DynamoModelRegistry
from geoclimate.domain.errors import Conflict, NotFound
from geoclimate.runtime.clock import utc_now
from local import served_model
from local.rollback import main, roll_back
from local.served_model import EndpointError
from local.target import Target
from tests.moto_tables import create_table
from tests.sagemaker_fake import EndpointsInMemory
from tests.workflow_fakes import record

OLD = "geoclimate-prod-20260101-000000-aaaaaaaa"
NEW = "geoclimate-prod-20260131-050607-3fa85f64"
OUTPUTS = {
    "ModelsTableName": "models",
    "EndpointName": "e",
    "SmokeFunctionName": "smoke",
    "ForecastFunctionName": "forecast",
}
WHY = "too low on smoky days"


def _payload(body: dict[str, Any]) -> io.BytesIO:
    return io.BytesIO(json.dumps(body).encode())


class Functions:
    def __init__(self) -> None:
        self.failing: dict[str, str] = {}
        self.asked: list[str] = []

    def invoke(self, **given: Any) -> dict[str, Any]:
        name = given["FunctionName"]
        self.asked.append(name)
        if name in self.failing:
            return {
                "FunctionError": "x",
                "Payload": io.BytesIO(json.dumps({"errorMessage": self.failing[name]}).encode()),
            }
        return {"Payload": io.BytesIO(json.dumps({"windows": 2, "written": 5, "model_version": OLD}).encode())}


class Deployment:
    """A stage with two models, of which the newer one serves."""

    def __init__(self) -> None:
        self.stage = "prod"
        self.sagemaker = EndpointsInMemory(NEW, OLD, NEW)
        self.functions = Functions()
        self.dynamodb: Any = boto3.client("dynamodb", region_name="us-east-1")
        create_table(self.dynamodb, "models")
        self.registry = DynamoModelRegistry(self.dynamodb, "models", utc_now)
        for version, before in ((OLD, None), (NEW, OLD)):
            self.registry.register(record(version, judged_against=before), who="run", why="passed the gate")
            self.registry.stage("pm25", version, who="run", why="passed the gate")
            self.registry.promote("pm25", version, who="run", why="the canary held")

    def client(self, service: str) -> Any:
        made = {"sagemaker": self.sagemaker, "lambda": self.functions, "dynamodb": self.dynamodb, "sts": self}
        return made[service]

    def outputs(self) -> dict[str, str]:
        return OUTPUTS

    def get_caller_identity(self) -> dict[str, str]:
        return {"Arn": "arn:aws:iam::000000000000:user/operator"}

    def in_production(self) -> str:
        found = self.registry.production("pm25")
        assert found is not None
        return found.version

    def serves(self) -> str:
        assert self.sagemaker.served is not None
        model: str = self.sagemaker.configs[self.sagemaker.served]["ProductionVariants"][0]["ModelName"]
        return model


@pytest.fixture
def deployment(monkeypatch: pytest.MonkeyPatch) -> Iterator[Deployment]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.setattr("time.sleep", lambda _seconds: None)
    with mock_aws():
        yield Deployment()


def _roll_back(deployment: Deployment, version: str | None = None) -> None:
    roll_back(cast("Target", deployment), version, WHY)


def test_endpoint_and_registry_go_back_to_the_version_before(
    deployment: Deployment, capsys: pytest.CaptureFixture[str]
) -> None:
    _roll_back(deployment)
    assert (deployment.in_production(), deployment.serves()) == (OLD, OLD)
    assert deployment.functions.asked == ["smoke", "forecast"]
    back = deployment.registry.decisions("pm25", OLD)[-1]
    assert (back.who, back.why) == ("arn:aws:iam::000000000000:user/operator", WHY)
    told = capsys.readouterr().out
    assert f"{OLD} is in production, {NEW} is retired" in told
    assert f"5 by {OLD}" in told


def test_a_rollback_of_the_rollback_names_its_version(deployment: Deployment) -> None:
    _roll_back(deployment)
    _roll_back(deployment, NEW)
    assert (deployment.in_production(), deployment.serves()) == (NEW, NEW)


def test_where_there_is_none_before_nothing_is_touched(deployment: Deployment) -> None:
    _roll_back(deployment)
    updates = len(deployment.sagemaker.updates)
    with pytest.raises(Conflict, match="is the first model of pm25 in production: there is none before it"):
        _roll_back(deployment)
    assert len(deployment.sagemaker.updates) == updates


def test_a_version_that_nobody_registered_is_named(deployment: Deployment) -> None:
    with pytest.raises(NotFound, match="version v9 of the pm25 model is not registered"):
        _roll_back(deployment, "v9")


def test_an_old_model_that_answers_wrongly_is_taken_back(deployment: Deployment) -> None:
    deployment.functions.failing["smoke"] = "quantiles that cross"
    with pytest.raises(EndpointError, match="the smoke test failed: quantiles that cross"):
        _roll_back(deployment)
    assert (deployment.in_production(), deployment.serves()) == (NEW, NEW)


def test_an_endpoint_that_refuses_the_old_model_leaves_the_registry_alone(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(served_model, "_config_name", lambda _model: "broken")
    deployment.sagemaker.broken.add("broken")
    with pytest.raises(EndpointError, match="did not come into service with broken"):
        _roll_back(deployment)
    assert (deployment.in_production(), deployment.serves()) == (NEW, NEW)


def test_a_decision_meanwhile_takes_the_endpoint_back(deployment: Deployment, monkeypatch: pytest.MonkeyPatch) -> None:
    def overtaken(*_: Any, **__: Any) -> None:
        raise Conflict("somebody else decided about this model meanwhile: look again")

    monkeypatch.setattr(DynamoModelRegistry, "roll_back", overtaken)
    with pytest.raises(Conflict, match="meanwhile"):
        _roll_back(deployment)
    assert (deployment.in_production(), deployment.serves()) == (NEW, NEW)


def test_an_endpoint_that_cannot_be_set_back_is_said_beside_the_first_failure(deployment: Deployment) -> None:
    deployment.functions.failing["smoke"] = "quantiles that cross"
    deployment.sagemaker.broken.add(NEW)
    with pytest.raises(EndpointError, match="quantiles that cross; and the endpoint could not be set back"):
        _roll_back(deployment)


def test_a_rollback_that_broke_off_between_endpoint_and_registry_is_completed(deployment: Deployment) -> None:
    deployment.sagemaker.configs[NEW]["ProductionVariants"][0]["ModelName"] = OLD
    _roll_back(deployment)
    assert deployment.in_production() == OLD
    assert deployment.sagemaker.updates == []


def test_without_an_endpoint_the_registry_goes_back_alone(
    deployment: Deployment, capsys: pytest.CaptureFixture[str]
) -> None:
    deployment.sagemaker.served = None
    _roll_back(deployment)
    assert deployment.in_production() == OLD
    assert "there is no endpoint: the light model answers" in capsys.readouterr().out
    assert deployment.functions.asked == ["forecast"]


def test_forecasts_that_cannot_be_made_just_now_do_not_undo_the_rollback(
    deployment: Deployment, capsys: pytest.CaptureFixture[str]
) -> None:
    deployment.functions.failing["forecast"] = "DynamoDB does not answer"
    _roll_back(deployment)
    assert deployment.in_production() == OLD
    assert "failed (DynamoDB does not answer): the schedule tries again" in capsys.readouterr().out


@pytest.mark.parametrize("why", ["", "worse", "         x         "])
def test_a_reason_that_says_nothing_is_refused(why: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--why", why])
    assert "--why needs a reason that others understand" in capsys.readouterr().err
