"""One state machine of Step Functions."""

from __future__ import annotations

import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from botocore.exceptions import ClientError

from geoclimate.adapters.aws_errors import error_code, unavailable_when_down
from geoclimate.domain.errors import Conflict
from geoclimate.domain.executions import Execution, ExecutionState

if TYPE_CHECKING:
    from types_boto3_stepfunctions import SFNClient

_STATES: Final[Mapping[str, ExecutionState]] = MappingProxyType(
    {
        "RUNNING": "running",
        "PENDING_REDRIVE": "running",
        "SUCCEEDED": "succeeded",
        "FAILED": "failed",
        "TIMED_OUT": "failed",
        "ABORTED": "stopped",
    }
)
_MISSING: Final = "ExecutionDoesNotExist"


class StepFunctionsWorkflow:
    """Implements `Workflow`."""

    def __init__(self, client: SFNClient, machine_arn: str) -> None:
        self._client = client
        self._machine_arn = machine_arn

    def start(self, name: str, given: Mapping[str, object]) -> None:
        """Start an execution; one of this name that was started with the same input is not started again.

        Raises:
            Conflict: There was one of this name with another input.
            Unavailable: Step Functions does not answer.
        """
        try:
            with unavailable_when_down("Step Functions"):
                self._client.start_execution(
                    stateMachineArn=self._machine_arn, name=name, input=json.dumps(dict(given), ensure_ascii=False)
                )
        except ClientError as error:
            if error_code(error) == "ExecutionAlreadyExists":
                raise Conflict(f"there is an execution {name} already, with another input") from error
            raise

    def find(self, name: str) -> Execution | None:
        """An execution by its name, or None.

        Raises:
            Unavailable: Step Functions does not answer.
        """
        try:
            with unavailable_when_down("Step Functions"):
                answer = self._client.describe_execution(executionArn=self._arn(name))
        except ClientError as error:
            if error_code(error) == _MISSING:
                return None
            raise
        state = _STATES[answer["status"]]
        cause = answer.get("cause") if state == "failed" else None
        return Execution(name, state, cause or (answer["status"].lower() if state == "failed" else None))

    def stop(self, name: str, why: str) -> None:
        """End an execution; one that has ended already, or never was, stays so.

        Raises:
            Unavailable: Step Functions does not answer.
        """
        try:
            with unavailable_when_down("Step Functions"):
                self._client.stop_execution(executionArn=self._arn(name), cause=why)
        except ClientError as error:
            if error_code(error) != _MISSING:
                raise

    def _arn(self, name: str) -> str:
        return f"{self._machine_arn.replace(':stateMachine:', ':execution:')}:{name}"
