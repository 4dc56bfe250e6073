"""SageMaker in Step Functions: the optimized integrations, ``.sync``, and ``aws-sdk:sagemaker:*``.

Error names follow Step Functions: an optimized integration names a modelled error ``SageMaker.ResourceInUseException``
and every other ``SageMaker.AmazonSageMakerException``; an SDK integration names the latter
``SageMaker.SageMakerException``. A job that ends in any other status than Completed fails its ``.sync`` state with
``States.TaskFailed`` and the job's description as the cause. (For a stopped job the documentation is silent; failing is
the choice that cannot go unnoticed.)
"""

from __future__ import annotations

import contextvars
import json
import threading
import time
from collections.abc import Callable
from typing import Any

from ministack.services import stepfunctions

from local.sagemaker_standin import validation
from local.sagemaker_standin.errors import ServiceError
from local.sagemaker_standin.events import with_millisecond_times
from local.sagemaker_standin.patching import private, replace
from local.sagemaker_standin.service import Service
from local.sagemaker_standin.state import Document

_PREFIX = "arn:aws:states:::sagemaker:"
_OPTIMIZED = (
    "CreateTrainingJob", "CreateModel", "CreateEndpointConfig", "CreateEndpoint", "UpdateEndpoint",
)  # fmt: skip
_MODELLED = ("ResourceInUse", "ResourceNotFound", "ResourceLimitExceeded", "ConflictException")
_STARTED_BY = {"Key": "MANAGED_BY_AWS", "Value": "STARTED_BY_STEP_FUNCTIONS"}
_POLL_SECONDS = 0.1

_execution: contextvars.ContextVar[Document | None] = contextvars.ContextVar("sagemaker_execution", default=None)
_timed_out: contextvars.ContextVar[threading.Event | None] = contextvars.ContextVar("sagemaker_timeout", default=None)


def register(service: Service) -> None:
    """Teach MiniStack's Step Functions the SageMaker integrations."""
    _add_optimized_integrations(service)
    _add_sdk_integration()
    _tell_tasks_their_execution()
    _tell_tasks_their_timeout()


def _add_optimized_integrations(service: Service) -> None:
    """Enter the integrations in MiniStack's table, which takes the first entry that the resource begins with.

    The longest name goes in first: ``createEndpoint`` would otherwise answer for ``createEndpointConfig``.
    """
    table = private(stepfunctions, "_SERVICE_DISPATCH")
    for name in sorted(_OPTIMIZED, key=len, reverse=True):
        table[f"{_PREFIX}{_camel(name)}"] = _integration(service, name)


def _add_sdk_integration() -> None:
    """Enter SageMaker in MiniStack's tables for ``aws-sdk`` resources: a JSON service, and its error names."""
    private(stepfunctions, "_AWS_SDK_SERVICE_MAP")["sagemaker"] = {"target_prefix": "SageMaker", "protocol": "json"}
    private(stepfunctions, "_AWS_SDK_ERROR_PREFIX")["sagemaker"] = "SageMaker"
    unmodelled = ("ValidationException", "SerializationException", "UnknownOperationException")
    private(stepfunctions, "_AWS_SDK_ERROR_CODE_OVERRIDES")["sagemaker"] = {
        **dict.fromkeys(unmodelled, "SageMakerException"),
        **{code: _exception(code) for code in _MODELLED},
    }


def _tell_tasks_their_execution() -> None:
    """Let a task see its execution: MiniStack hands it to the state and not to the integration.

    Without it a ``.sync`` job would train on after StopExecution.
    """

    def wrap(execute_task: Callable[..., Any]) -> Callable[..., Any]:
        def execute(state: Any, data: Any, execution: Any, context: Any) -> Any:
            token = _execution.set(execution)
            try:
                return execute_task(state, data, execution, context)
            finally:
                _execution.reset(token)

        return execute

    replace(stepfunctions, "_execute_task", wrap)


def _tell_tasks_their_timeout() -> None:
    """Tell a task that its TimeoutSeconds has passed: MiniStack leaves its thread running and ignores the result.

    Without it a ``.sync`` job would train on after States.Timeout.
    """

    def wrap(invoke_with_timeout: Callable[..., Any]) -> Callable[..., Any]:
        def invoke(resource: str, data: Any, timeout: Any) -> Any:
            left = threading.Event()
            token = _timed_out.set(left)
            try:
                return invoke_with_timeout(resource, data, timeout)
            finally:
                left.set()
                _timed_out.reset(token)

        return invoke

    replace(stepfunctions, "_invoke_resource_with_timeout", wrap)


def _integration(service: Service, name: str) -> Callable[[str, Any], Any]:
    def run(resource: str, request: Any) -> Any:
        pattern = resource.removeprefix(f"{_PREFIX}{_camel(name)}")
        if pattern not in {"", ".sync"} or (pattern and name != "CreateTrainingJob"):
            raise _failure("States.Runtime", f"The resource {resource} is not one that Step Functions offers.")
        unknown = validation.unknown_members(name, request)
        if unknown:
            raise _failure("States.Runtime", f'The field "{unknown[0]}" is not supported by Step Functions')
        if pattern:
            request = {**request, "Tags": [*request.get("Tags", []), _STARTED_BY]}
        try:
            answer = service.call(name, request)
        except ServiceError as error:
            raise _failure(_error_name(error), error.message) from error
        return _finished_job(service, request["TrainingJobName"]) if pattern else answer

    return run


def _finished_job(service: Service, name: str) -> Document:
    """Wait for a job; give its description, or fail with it. Stops the job when nobody waits for it any more."""
    execution, timed_out = _execution.get(), _timed_out.get()
    while True:
        job = service.call("DescribeTrainingJob", {"TrainingJobName": name})
        if job["TrainingJobStatus"] not in {"InProgress", "Stopping"}:
            break
        aborted = execution is not None and execution["status"] != "RUNNING"
        if aborted or (timed_out is not None and timed_out.is_set()):
            _stop(service, name)
            raise _failure("States.TaskFailed", f"training job {name} was stopped with its execution")
        time.sleep(_POLL_SECONDS)
    described: Document = with_millisecond_times(job)
    if job["TrainingJobStatus"] != "Completed":
        raise _failure("States.TaskFailed", json.dumps(described))
    return described


def _stop(service: Service, name: str) -> None:
    try:
        service.call("StopTrainingJob", {"TrainingJobName": name})
    except ServiceError:
        # The job ended between the two calls.
        return


def _failure(error: str, cause: str) -> Exception:
    failure: Exception = private(stepfunctions, "_ExecutionError")(error, cause)
    return failure


def _error_name(error: ServiceError) -> str:
    return f"SageMaker.{_exception(error.code)}" if error.code in _MODELLED else "SageMaker.AmazonSageMakerException"


def _exception(code: str) -> str:
    return code if code.endswith("Exception") else f"{code}Exception"


def _camel(name: str) -> str:
    return name[0].lower() + name[1:]
