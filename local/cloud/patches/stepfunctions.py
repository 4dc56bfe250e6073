"""State machines may do only what their role may do."""

import contextvars
import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from ministack import app
from ministack.core import iam_actions, iam_evaluator
from ministack.core.responses import get_account_id, get_region
from ministack.services import stepfunctions

from local.sagemaker_standin.patching import private, replace

_OPTIMIZED: Final = "arn:aws:states:::"
_SDK: Final = "arn:aws:states:::aws-sdk:"
# Services whose requests name their operation in a header: MiniStack's IAM finds their resource in the body.
_TARGETS: Final = {
    "dynamodb": "DynamoDB_20120810",
    "sagemaker": "SageMaker",
    "events": "AWSEvents",
    "states": "AWSStepFunctions",
    "kms": "TrentService",
    "ssm": "AmazonSSM",
    "logs": "Logs_20140328",
    "secretsmanager": "secretsmanager",
}
# Where Step Functions' name of a service is not IAM's.
_IAM_NAMES: Final = {"eventbridge": "events", "sfn": "states", "cloudwatchlogs": "logs"}
# Operations that IAM knows by another operation's name.
_S3_ACTIONS: Final = {
    "HeadObject": "GetObject",
    "CopyObject": "PutObject",
    "ListObjects": "ListBucket",
    "ListObjectsV2": "ListBucket",
    "HeadBucket": "ListBucket",
    "DeleteObjects": "DeleteObject",
}
# Operations whose request has the ARN itself, which MiniStack's IAM does not look for.
_NAMES_ITS_RESOURCE: Final = {
    "DescribeExecution": "ExecutionArn",
    "DescribeExport": "ExportArn",
    "ExportTableToPointInTime": "TableArn",
}
# Operations that IAM asks about all resources of a kind, whichever the request names.
_ON_ALL: Final = {"DescribeAlarms": "alarm:*"}
_role: contextvars.ContextVar[str] = contextvars.ContextVar("state_machine_role", default="")


def enforce_state_machine_roles() -> None:
    """A task runs with the operator's rights, whatever the state machine's role allows, even under AUTH.

    Before a task calls a service its role's policies are asked, and a missing grant fails the task, as in AWS, with an
    error that a Catch can name. A task that hands a role on needs iam:PassRole on it. A Distributed Map needs the right
    to start its children, and those of its reader and its writer.
    """
    if not app.AUTH:
        return
    replace(stepfunctions, "_run_distributed_map", _allowed_map)
    replace(stepfunctions, "_execute_task", _with_role)
    for name in ("_invoke_resource", "_invoke_with_callback"):
        replace(stepfunctions, name, _checked)


def needed(resource: str, request: Any) -> Iterator[tuple[str, str]]:
    """The actions, and the resources they are on, that a task's role must be granted."""
    resource = resource.replace(".waitForTaskToken", "").removesuffix(":2").removesuffix(".sync")
    if ":function:" in resource or resource == f"{_OPTIMIZED}lambda:invoke":
        yield "lambda:InvokeFunction", _function_arn(resource, request)
        return
    if not resource.startswith(_OPTIMIZED) or not isinstance(request, dict):
        return
    service, _, operation = resource.removeprefix(_SDK).removeprefix(_OPTIMIZED).partition(":")
    service = _IAM_NAMES.get(service, service)
    operation = operation[:1].upper() + operation[1:]
    if service == "s3":
        yield f"s3:{_S3_ACTIONS.get(operation, operation)}", _object_arn(request)
    elif service == "states" and operation == "StartExecution":
        yield "states:StartExecution", request.get("StateMachineArn", "*")
    elif service == "sns":
        yield f"sns:{operation}", request.get("TopicArn", "*")
    elif service == "sqs":
        yield f"sqs:{operation}", _queue_arn(request)
    else:
        yield f"{service}:{operation}", _resource_arn(service, operation, request)
    if operation == "ExportTableToPointInTime":
        # DynamoDB writes the export with the rights of who asks for it.
        folder = "/".join(filter(None, (request.get("S3Prefix"), "AWSDynamoDB", "export")))
        yield "s3:PutObject", f"arn:aws:s3:::{request.get('S3Bucket', '*')}/{folder}"
    for member in ("RoleArn", "ExecutionRoleArn"):
        if isinstance(request.get(member), str):
            yield "iam:PassRole", request[member]


def needed_by_map(state: Mapping[str, Any], given: Any, context: Any) -> Iterator[tuple[str, str, str]]:
    """The actions, the resources they are on, and the error where one is missing, of a Distributed Map."""
    yield "states:StartExecution", context["StateMachine"]["Id"], "States.Permissions"
    for field, error in (("ItemReader", "States.ItemReaderFailed"), ("ResultWriter", "States.ResultWriterFailed")):
        part = state.get(field) or {}
        if "Resource" not in part:
            continue
        request = private(stepfunctions, "_resolve_params_obj")(part["Parameters"], given, context)
        if field == "ResultWriter":
            request = {**request, "Key": f"{request.get('Prefix', '')}/manifest.json"}
        for action, arn in needed(part["Resource"], request):
            yield action, arn, error


def _allowed_map(run_map: Callable[..., Any]) -> Callable[..., Any]:
    def run_allowed(state: Any, data: Any, given: Any, iterator: Any, execution: Any, context: Any) -> Any:
        role = _role_of(context)
        for action, arn, error in needed_by_map(state, given, context) if role else ():
            _require(role, action, arn, "arn:aws:states:::states:startExecution", error)
        return run_map(state, data, given, iterator, execution, context)

    return run_allowed


def _with_role(execute: Callable[..., Any]) -> Callable[..., Any]:
    def execute_task(state: Any, data: Any, execution: Any, context: Any) -> Any:
        token = _role.set(_role_of(context))
        try:
            return execute(state, data, execution, context)
        finally:
            _role.reset(token)

    return execute_task


def _checked(invoke: Callable[..., Any]) -> Callable[..., Any]:
    def invoke_checked(resource: str, request: Any, *rest: Any) -> Any:
        role = _role.get()
        for action, arn in needed(resource, request) if role else ():
            _require(role, action, arn, resource, _error_name(resource))
        return invoke(resource, request, *rest)

    return invoke_checked


def _role_of(context: Any) -> str:
    machine = private(stepfunctions, "_state_machines").get(context["StateMachine"]["Id"]) or {}
    return str(machine.get("roleArn", ""))


def _require(role: str, action: str, arn: str, resource: str, error: str) -> None:
    if not _granted(role, action, arn, resource):
        raise private(stepfunctions, "_ExecutionError")(
            error,
            f"User: {role} is not authorized to perform: {action} on resource: {arn} because no identity-based "
            f"policy allows the {action} action",
        )


def _granted(role: str, action: str, arn: str, resource: str) -> bool:
    account = role.split(":")[4]
    passed_to = {"iam:passedtoservice": f"{_service(resource)}.amazonaws.com"} if action == "iam:PassRole" else {}
    context = iam_evaluator.EvalContext(
        principal_arn=role,
        principal_type="AssumedRole",
        principal_account=account,
        action=action,
        resource_arn=arn,
        region=get_region(),
        service_context=passed_to,
    )
    policies = private(iam_evaluator, "_gather_role_policies")(role.rsplit("/", 1)[-1], account)
    return bool(iam_evaluator.evaluate(context, policies).decision == "Allow")


def _error_name(resource: str) -> str:
    """What Step Functions calls a refusal."""
    service = _service(resource)
    if service == "lambda":
        return "Lambda.AWSLambdaException"
    if service == "sagemaker" and not resource.startswith(_SDK):
        return "SageMaker.AmazonSageMakerException"
    prefixes = private(stepfunctions, "_AWS_SDK_ERROR_PREFIX")
    return f"{prefixes.get(service, service.capitalize())}.AccessDeniedException"


def _service(resource: str) -> str:
    if ":function:" in resource:
        return "lambda"
    return resource.removeprefix(_SDK).removeprefix(_OPTIMIZED).partition(":")[0]


def _function_arn(resource: str, request: Any) -> str:
    reference = resource if ":function:" in resource else str(request.get("FunctionName", ""))
    if reference.startswith("arn:"):
        return reference
    return f"arn:aws:lambda:{get_region()}:{get_account_id()}:function:{reference}"


def _object_arn(request: dict[str, Any]) -> str:
    bucket, key = request.get("Bucket", "*"), request.get("Key")
    return f"arn:aws:s3:::{bucket}/{key}" if key else f"arn:aws:s3:::{bucket}"


def _queue_arn(request: dict[str, Any]) -> str:
    name = str(request.get("QueueUrl", "*")).rsplit("/", 1)[-1]
    return f"arn:aws:sqs:{get_region()}:{get_account_id()}:{name}"


def _resource_arn(service: str, operation: str, request: dict[str, Any]) -> str:
    if operation in _NAMES_ITS_RESOURCE:
        return str(request.get(_NAMES_ITS_RESOURCE[operation], "*"))
    if operation in _ON_ALL:
        return f"arn:aws:{service}:{get_region()}:{get_account_id()}:{_ON_ALL[operation]}"
    headers = {"x-amz-target": f"{_TARGETS.get(service, service)}.{operation}"}
    body = json.dumps(request).encode()
    arn: str = iam_actions.extract_resource_arn(service, "POST", "/", headers, body, {}, get_region(), get_account_id())
    return arn
