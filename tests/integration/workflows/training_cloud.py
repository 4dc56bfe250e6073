"""What the training workflow asks of functions and services, scripted."""

import threading
from typing import Any

from geoclimate.contracts.workflows import (
    DatasetRequest,
    ProductionRequest,
    PromoteRequest,
    PruneRequest,
    PruneResult,
    RegisterRequest,
)

from .conftest import ARN, Execute, Outcome, TaskError

OWN = f"{ARN}:execution:training.asl.json:run-1"
"""The execution that a test runs."""


class Cloud:
    """Functions and services as the workflow sees them; `errors` says which of them fail, and how."""

    def __init__(self) -> None:
        self.errors: dict[str, TaskError] = {}
        self.deploy = True
        self.production: str | None = None
        self.last_turn: dict[str, Any] | None = None
        self.last_status = "SUCCEEDED"
        self.turn: dict[str, Any] | None = None
        self.decisions: list[PromoteRequest] = []
        self._at_once = threading.Barrier(3)

    def tasks(self) -> dict[str, Any]:
        tasks = {
            "getItem": self.read_turn,
            "describeExecution": lambda _: {"Status": self.last_status},
            "putItem": self.take_turn,
            "DatasetFunctionArn": self.dataset,
            "createTrainingJob.sync": self.train,
            "ProductionFunctionArn": self.find_production,
            "RegisterFunctionArn": self.register,
            "PromoteFunctionArn": self.promote,
            "PruneFunctionArn": self.prune,
            "startExecution.sync": lambda _: {"Output": {"forecasts": {"written": 2, "skipped": {}}}},
        }
        return {name: self._or_fail(name, task) for name, task in tasks.items()}

    def _or_fail(self, name: str, task: Any) -> Any:
        def run(given: dict[str, Any]) -> Any:
            if name in self.errors:
                raise self.errors[name]
            return task(given)

        return run

    def read_turn(self, given: dict[str, Any]) -> dict[str, Any]:
        assert given["ConsistentRead"] is True
        return {"Item": self.last_turn} if self.last_turn else {}

    def take_turn(self, given: dict[str, Any]) -> dict[str, Any]:
        self.turn = given["Item"]
        return {}

    def dataset(self, given: dict[str, Any]) -> dict[str, Any]:
        DatasetRequest.model_validate(given)
        return {"uri": "s3://artifacts/datasets/pm25/d/", "digest": "d" * 64, "stations": 2, "hours": 900}

    def train(self, given: dict[str, Any]) -> dict[str, Any]:
        name = given["TrainingJobName"]
        kind = given["HyperParameters"].get("architecture", "evaluation")
        if kind != "evaluation":
            self._at_once.wait(timeout=20)
        if kind in self.errors:
            raise self.errors[kind]
        return {"ModelArtifacts": {"S3ModelArtifacts": f"{given['OutputDataConfig']['S3OutputPath']}/{name}/m.tar.gz"}}

    def find_production(self, given: dict[str, Any]) -> dict[str, Any]:
        ProductionRequest.model_validate(given)
        found = self.production is not None
        version = "old" if found else None
        return {"present": found, "version": version, "artifact_uri": self.production, "model_name": version}

    def register(self, given: dict[str, Any]) -> dict[str, Any]:
        request = RegisterRequest.model_validate(given)
        return {"version": request.version, "deploy": self.deploy, "reason": "CRPS 9 against 10", "skill": 0.1}

    def prune(self, given: dict[str, Any]) -> dict[str, Any]:
        PruneRequest.model_validate(given)
        return PruneResult(configurations=("v1",), models=("v1",)).model_dump(mode="json")

    def promote(self, given: dict[str, Any]) -> dict[str, Any]:
        self.decisions.append(PromoteRequest.model_validate(given))
        return {"version": given["version"], "stage": "retired"}


def run_training(execute: Execute, cloud: Cloud, **more: Any) -> Outcome:
    """One run, with more in its input."""
    return execute("training.asl.json", {"target": "pm25", **more}, cloud.tasks())
