"""Runs the state machine files on MiniStack's engine, in process, with scripted tasks in the place of AWS."""

import base64
import functools
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import botocore.session
import pytest
from botocore.model import ServiceModel
from botocore.validate import ParamValidator
from ministack.services import stepfunctions

from geoclimate.contracts.backups import RESTORE_ORDER

WORKFLOWS = Path(__file__).resolve().parents[3] / "cdk" / "workflows"
NUMBERS = {
    "EndpointInstanceCount": "1",
    "TrainingVolumeGb": "5",
    "TrainingMaxRuntimeSeconds": "1800",
    "MinInstances": "1",
    "MaxInstances": "4",
    "InvocationsPerInstance": "60",
    "Hyperparameters": "eyJlcG9jaHMiOiAiMyJ9",  # {"epochs": "3"}
    "TrainingStoppingCondition": base64.b64encode(
        b'{"MaxRuntimeInSeconds": 1800, "MaxWaitTimeInSeconds": 3600}'
    ).decode(),
    "ManagedSpot": "true",
    "CodeDigest": "c" * 64,
    "DriftIntervalHours": "24",
    "CanaryLooks": "3",
    "CanaryLookSeconds": "60",
    "TrainingRoleArn": "arn:aws:iam::000000000000:role/training",
    "EndpointRoleArn": "arn:aws:iam::000000000000:role/endpoint",
    "NamePrefix": "geoclimate-test",
    "Target": "pm25",
    "TrainingInstanceType": "ml.m5.large",
    "TrainingInstances": "2",
    "EndpointInstanceType": "ml.m5.large",
    "UploadsBucket": "uploads",
    "BackupsBucket": "backups-bucket",
    "BackupsKeyArn": "arn:aws:kms:eu-central-1:123456789012:key/1",
}
_SERVICES = {"applicationautoscaling": "application-autoscaling", "sfn": "stepfunctions", "states": "stepfunctions"}
ARN = "arn:aws:states:us-east-1:000000000000"
TABLE_ARN = "arn:aws:dynamodb:eu-central-1:123456789012:table/"
TABLES = {f"{name.title()}TableArn": TABLE_ARN + name for name in RESTORE_ORDER}


class TaskError(Exception):
    """What a scripted task raises: the error's name and its cause, as Step Functions would see them."""

    def __init__(self, error: str, cause: str) -> None:
        super().__init__(error)
        self.error = error
        self.cause = cause


def function_error(name: str, message: str) -> TaskError:
    """An error that a function raised, as Step Functions hands it on."""
    return TaskError(name, json.dumps({"errorMessage": message, "errorType": name, "stackTrace": ["line 1"]}))


@dataclass
class Outcome:
    """How an execution ended (error and cause are empty where it succeeded), and what it asked of the tasks."""

    error: str
    cause: str
    output: Any
    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def asked(self, task: str) -> list[dict[str, Any]]:
        """The inputs of every call of one task, in order."""
        return [given for name, given in self.calls if name == task]


Task = Callable[[dict[str, Any]], Any]


class Execute(Protocol):
    """Runs one file with an input and tasks by name: a function's placeholder, or an API call's name."""

    def __call__(self, file: str, given: Any, tasks: Mapping[str, Task], name: str = "run-1") -> Outcome: ...


def _task_name(resource: str, given: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    if resource == "arn:aws:states:::lambda:invoke":
        return given["FunctionName"], given["Payload"]
    return resource.removesuffix(":2").rsplit(":", 1)[1], given


@functools.cache
def _service_model(service: str) -> ServiceModel:
    return botocore.session.get_session().get_service_model(service)


def _require_valid(resource: str, given: dict[str, Any]) -> None:
    """Hold a call against the service's own model, types included."""
    resource = resource.removesuffix(":2").removesuffix(".sync")
    name, action = resource.split(":")[-2:]
    service = _SERVICES.get(name, name)
    shape = _service_model(service).operation_model(action[0].upper() + action[1:]).input_shape
    if service == "stepfunctions":
        # Step Functions' tasks spell its own parameters with a capital, and give an input as it is.
        given = {key[0].lower() + key[1:]: value for key, value in given.items()}
        given |= {"input": json.dumps(given["input"])} if "input" in given else {}
    assert shape is not None
    report = ParamValidator().validate(given, shape)
    assert not report.has_errors(), report.generate_report()
    assert set(given) <= set(shape.members)


@pytest.fixture
def execute(monkeypatch: pytest.MonkeyPatch) -> Execute:
    def run(file: str, given: Any, tasks: Mapping[str, Task], name: str = "run-1") -> Outcome:
        text = (WORKFLOWS / file).read_text()
        machine = json.loads(re.sub(r"\$\{(\w+)\}", lambda found: (NUMBERS | TABLES).get(found[1], found[1]), text))
        calls: list[tuple[str, dict[str, Any]]] = []

        def invoke(resource: str, parameters: dict[str, Any], _timeout: float) -> Any:
            task, payload = _task_name(resource, parameters)
            if payload is parameters:
                _require_valid(resource, parameters)
            calls.append((task, payload))
            try:
                answer = tasks[task](payload)
            except TaskError as error:
                raise stepfunctions._ExecutionError(error.error, error.cause) from error
            return {"StatusCode": 200, "Payload": answer} if payload is not parameters else answer

        monkeypatch.setattr(stepfunctions, "_SFN_WAIT_SCALE", 0)
        monkeypatch.setattr(stepfunctions, "_invoke_resource_with_timeout", invoke)
        # The engine keeps executions by their ARN, for a Distributed Map to find its own.
        executions: dict[str, Any] = {}
        monkeypatch.setattr(stepfunctions, "_executions", executions)
        monkeypatch.setattr(stepfunctions, "_map_runs", {})
        arn = f"{ARN}:execution:{file}:{name}"
        execution = {
            "executionArn": arn,
            "stateMachineArn": f"{ARN}:stateMachine:{file}",
            "status": "RUNNING",
            "events": [],
        }
        executions[arn] = execution
        context = {
            "QueryLanguage": "JSONPath",
            "Execution": {"Id": arn, "Name": name, "Input": given, "StartTime": "2026-01-31T05:06:07.123Z"},
            "StateMachine": {"Id": execution["stateMachineArn"], "Name": file},
            "variables": {},
        }
        try:
            output = stepfunctions._run_sub_machine(machine["States"], machine["StartAt"], given, execution, context)
        except stepfunctions._ExecutionError as failure:
            return Outcome(failure.error, failure.cause, None, calls)
        return Outcome("", "", output, calls)

    return run
