"""`make rollback`: it looks up what to go back to, starts the workflow, and tells how that ended."""

from collections.abc import Iterator
from typing import Any, cast

import boto3
import pytest
from moto import mock_aws

from geoclimate.adapters.dynamodb_models import DynamoModelRegistry
from geoclimate.domain.errors import Conflict, NotFound
from geoclimate.runtime.clock import utc_now
from local.command import CommandError
from local.rollback import main, roll_back
from local.target import Target
from tests.moto_tables import create_table
from tests.workflow_fakes import record

OLD = "geoclimate-prod-20260101-000000-aaaaaaaa"
NEW = "geoclimate-prod-20260131-050607-3fa85f64"
MACHINE = "arn:aws:states:us-east-1:123456789012:stateMachine:rollback"
OUTPUTS = {"ModelsTableName": "models", "RollbackStateMachineArn": MACHINE}
WHY = "too low on smoky days"


class Machine:
    """A state machine whose execution runs for a while and then ends."""

    def __init__(self) -> None:
        self.started: list[dict[str, Any]] = []
        self.answers = [{"status": "RUNNING"}, {"status": "SUCCEEDED"}]

    def start_execution(self, **given: Any) -> dict[str, str]:
        self.started.append(given)
        return {}

    def describe_execution(self, **_given: Any) -> dict[str, str]:
        return self.answers.pop(0)


class Deployment:
    """A stage with two models, of which the newer one is in production."""

    def __init__(self) -> None:
        self.stage = "prod"
        self.machine = Machine()
        self.dynamodb: Any = boto3.client("dynamodb", region_name="us-east-1")
        create_table(self.dynamodb, "models")
        self.registry = DynamoModelRegistry(self.dynamodb, "models", utc_now)
        for version, before in ((OLD, None), (NEW, OLD)):
            self.registry.register(record(version, judged_against=before), who="run", why="passed the gate")
            self.registry.stage("pm25", version, who="run", why="passed the gate")
            self.registry.promote("pm25", version, who="run", why="the canary held")

    def client(self, service: str) -> Any:
        return {"stepfunctions": self.machine, "dynamodb": self.dynamodb, "sts": self}[service]

    def outputs(self) -> dict[str, str]:
        return OUTPUTS

    def get_caller_identity(self) -> dict[str, str]:
        return {"Arn": "arn:aws:iam::000000000000:user/operator"}


@pytest.fixture
def deployment(monkeypatch: pytest.MonkeyPatch) -> Iterator[Deployment]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.setattr("time.sleep", lambda _seconds: None)
    with mock_aws():
        yield Deployment()


def _roll_back(deployment: Deployment, version: str | None = None) -> None:
    roll_back(cast("Target", deployment), version, WHY)


def test_the_workflow_is_told_what_goes_back_who_says_so_and_why(
    deployment: Deployment, capsys: pytest.CaptureFixture[str]
) -> None:
    _roll_back(deployment)
    [started] = deployment.machine.started
    assert started["stateMachineArn"] == MACHINE
    assert started["input"] == (
        f'{{"target": "pm25", "version": "{OLD}", "current": "{NEW}", "reason": "{WHY}", '
        '"who": "arn:aws:iam::000000000000:user/operator"}'
    )
    assert f"{OLD} is in production, {NEW} is retired" in capsys.readouterr().out


def test_where_there_is_none_before_nothing_is_started(deployment: Deployment) -> None:
    deployment.registry.roll_back("pm25", NEW, OLD, who="run", why="too low")
    with pytest.raises(Conflict, match="is the first model of pm25 in production: there is none before it"):
        _roll_back(deployment)
    assert deployment.machine.started == []


def test_a_version_that_nobody_registered_is_named(deployment: Deployment) -> None:
    with pytest.raises(NotFound, match="version v9 of the pm25 model is not registered"):
        _roll_back(deployment, "v9")


@pytest.mark.parametrize(
    ("ended", "said"),
    [
        ({"status": "FAILED", "cause": "version v failed its smoke test"}, "version v failed its smoke test"),
        ({"status": "ABORTED"}, "was stopped"),
    ],
)
def test_a_workflow_that_failed_says_why(deployment: Deployment, ended: dict[str, str], said: str) -> None:
    deployment.machine.answers = [ended]
    with pytest.raises(CommandError, match=said):
        _roll_back(deployment)


@pytest.mark.parametrize("why", ["", "worse", "         x         "])
def test_a_reason_that_says_nothing_is_refused(why: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--why", why])
    assert "--why needs a reason that others understand" in capsys.readouterr().err
