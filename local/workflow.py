"""Runs a state machine and follows it to its end."""

import json
import time
from collections.abc import Callable
from typing import Any, Final

from local.place import Place

_POLL_S: Final = 1.0


class WorkflowError(Exception):
    """An execution did not succeed; the message has its error and cause."""


def run_workflow(
    place: Place, arn: str, name: str, payload: dict[str, Any], shown: Callable[[str], None], timeout_s: float = 1800
) -> dict[str, Any]:
    """Start an execution and wait for its end.

    Args:
        place: The local cloud.
        arn: The state machine.
        name: Name of the execution, unique for the state machine.
        payload: Its input.
        shown: Called with the name of the state that runs.
        timeout_s: How long to wait.

    Returns:
        The execution's output.

    Raises:
        WorkflowError: It failed, was stopped, or did not end in time.
    """
    states = place.session().client("stepfunctions", endpoint_url=place.url, config=place.config())
    execution = states.start_execution(stateMachineArn=arn, name=name, input=json.dumps(payload))["executionArn"]
    deadline = time.monotonic() + timeout_s
    while time.monotonic() < deadline:
        answer = states.describe_execution(executionArn=execution)
        if answer["status"] == "SUCCEEDED":
            output: dict[str, Any] = json.loads(answer["output"])
            return output
        if answer["status"] != "RUNNING":
            error, cause = answer.get("error", answer["status"]), answer.get("cause", "no cause given")
            raise WorkflowError(f"{name}: {error}: {cause}")
        shown(current_state(states, execution))
        time.sleep(_POLL_S)
    raise WorkflowError(f"{name} still runs after {timeout_s:.0f} s; its history: {execution}")


def current_state(states: Any, execution: str) -> str:
    """Name of the state that was entered last."""
    history = states.get_execution_history(executionArn=execution, reverseOrder=True, maxResults=100)
    for event in history["events"]:
        if "stateEnteredEventDetails" in event:
            return str(event["stateEnteredEventDetails"]["name"])
    return "starting"
