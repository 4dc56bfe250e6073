"""SageMaker in CloudFormation: AWS::SageMaker::Model, ::EndpointConfig and ::Endpoint.

``Ref`` gives the ARN of each, as in the cloud. A model or a configuration cannot be changed: an update makes a new one
and deletes the old. An endpoint takes a new configuration in place; a new name replaces it.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ministack.services.cloudformation import provisioners, stacks

from local.sagemaker_standin import validation
from local.sagemaker_standin.errors import ServiceError
from local.sagemaker_standin.patching import private, replace
from local.sagemaker_standin.service import Service
from local.sagemaker_standin.state import Document

_POLL_SECONDS = 0.1
_ENDPOINT = "AWS::SageMaker::Endpoint"
_TYPES: dict[str, Callable[[Any], Any]] = {
    "string": lambda value: str(value).lower() if isinstance(value, bool) else str(value),
    "integer": int,
    "long": int,
    "float": float,
    "double": float,
    "boolean": lambda value: str(value).lower() == "true",
}
# Properties of the CloudFormation type that steer an update and are no members of the API's requests.
_UPDATE_ONLY = (
    "RetainAllVariantProperties",
    "ExcludeRetainedVariantProperties",
    "DeploymentConfig",
    "RetainDeploymentConfig",
)


@dataclass(frozen=True)
class _Kind:
    """How a resource type maps to the API."""

    type_name: str
    noun: str

    @property
    def name_property(self) -> str:
        return f"{self.noun}Name"


_FIXED = (_Kind("AWS::SageMaker::Model", "Model"), _Kind("AWS::SageMaker::EndpointConfig", "EndpointConfig"))


def register(service: Service) -> None:
    """Teach MiniStack's CloudFormation the three types."""
    handlers = private(provisioners, "_RESOURCE_HANDLERS")
    for kind in _FIXED:
        handlers[kind.type_name] = _fixed_handlers(service, kind)
    handlers[_ENDPOINT] = _endpoint_handlers(service)
    _refuse_replacing_custom_names()
    _provision_endpoints_off_the_loop()


def _refuse_replacing_custom_names() -> None:
    """Let MiniStack refuse, as CloudFormation does, an update that would need the same name twice."""
    table = private(provisioners, "_CUSTOM_NAME_REPLACEMENT")
    for kind in _FIXED:
        table[kind.type_name] = {"name": kind.name_property, "requires_replacement": lambda old, new: old != new}


def _provision_endpoints_off_the_loop() -> None:
    """Provision endpoints on a worker thread: they wait for a process that itself calls this server."""

    def wrap(runs_on_worker_thread: Callable[[str], bool]) -> Callable[[str], bool]:
        return lambda resource_type: resource_type == _ENDPOINT or runs_on_worker_thread(resource_type)

    replace(stacks, "_runs_on_worker_thread", wrap)


def _fixed_handlers(service: Service, kind: _Kind) -> dict[str, Any]:
    def create(logical_id: str, properties: Document, stack_name: str) -> tuple[str, dict[str, str]]:
        name = properties.get(kind.name_property) or _generated_name(stack_name, logical_id)
        answer = _call(service, f"Create{kind.noun}", {**properties, kind.name_property: name})
        return answer[f"{kind.noun}Arn"], {kind.name_property: name}

    def update(
        physical_id: str, old: Document, new: Document, stack_name: str, logical_id: str
    ) -> tuple[str, dict[str, str]]:
        created: tuple[str, dict[str, str]] = private(provisioners, "_seeded_create")(
            create, logical_id, new, stack_name
        )
        private(provisioners, "_delete_predecessor")(delete, physical_id, old)
        return created

    def delete(physical_id: str, _properties: Document) -> None:
        _call_unless_missing(service, f"Delete{kind.noun}", {kind.name_property: _name(physical_id)})

    return {"create": create, "update": update, "update_with_logical_id": True, "delete": delete}


def _endpoint_handlers(service: Service) -> dict[str, Any]:
    def create(logical_id: str, properties: Document, stack_name: str) -> tuple[str, dict[str, str]]:
        name = properties.get("EndpointName") or _generated_name(stack_name, logical_id)
        request = {key: value for key, value in properties.items() if key not in _UPDATE_ONLY}
        request |= {"EndpointName": name, "EndpointConfigName": _name(properties["EndpointConfigName"])}
        arn: str = _call(service, "CreateEndpoint", request)["EndpointArn"]
        endpoint = _settled(service, name)
        if endpoint["EndpointStatus"] == "Failed":
            delete(arn, properties)
            raise ValueError(endpoint["FailureReason"])
        return arn, {"EndpointName": name}

    def update(
        physical_id: str, old: Document, new: Document, stack_name: str, logical_id: str
    ) -> tuple[str, dict[str, str]]:
        if old.get("EndpointName") != new.get("EndpointName"):
            created = create(logical_id, new, stack_name)
            private(provisioners, "_delete_predecessor")(delete, physical_id, old)
            return created
        name, config = _name(physical_id), _name(new["EndpointConfigName"])
        _call(service, "UpdateEndpoint", {"EndpointName": name, "EndpointConfigName": config})
        endpoint = _settled(service, name)
        if endpoint["EndpointConfigName"] != config:
            raise ValueError(endpoint["FailureReason"])
        return physical_id, {"EndpointName": name}

    def delete(physical_id: str, _properties: Document) -> None:
        name = _name(physical_id)
        _call_unless_missing(service, "DeleteEndpoint", {"EndpointName": name})
        while True:
            try:
                service.call("DescribeEndpoint", {"EndpointName": name})
            except ServiceError:
                return
            time.sleep(_POLL_SECONDS)

    return {"create": create, "update": update, "update_with_logical_id": True, "delete": delete}


def _settled(service: Service, name: str) -> Document:
    while True:
        endpoint = service.call("DescribeEndpoint", {"EndpointName": name})
        if endpoint["EndpointStatus"] in {"InService", "Failed"}:
            return endpoint
        time.sleep(_POLL_SECONDS)


def _call(service: Service, name: str, properties: Document) -> Document:
    model = validation.operation(name)
    shape = model.input_shape if model is not None else None
    request = _typed(properties, shape)
    unknown = validation.unknown_members(name, request)
    if unknown:
        raise ValueError(f"Encountered unsupported property {unknown[0]}")
    try:
        return service.call(name, request)
    except ServiceError as error:
        raise ValueError(error.message) from error


def _call_unless_missing(service: Service, name: str, request: Document) -> None:
    try:
        service.call(name, request)
    except ServiceError as error:
        if not error.message.startswith("Could not find"):
            raise ValueError(error.message) from error


def _typed(value: Any, shape: Any) -> Any:
    """Give properties with the API's types: a template may write a number or a boolean as text."""
    kind = shape.type_name if shape is not None else ""
    if kind == "structure" and isinstance(value, dict):
        return {key: _typed(item, shape.members.get(key)) for key, item in value.items()}
    if kind == "list" and isinstance(value, list):
        return [_typed(item, shape.member) for item in value]
    if kind == "map" and isinstance(value, dict):
        return {key: _typed(item, shape.value) for key, item in value.items()}
    return _TYPES[kind](value) if isinstance(value, str | bool | int | float) and kind in _TYPES else value


def _generated_name(stack_name: str, logical_id: str) -> str:
    name: str = private(provisioners, "_physical_name")(stack_name, logical_id, max_len=63)
    return name


def _name(arn_or_name: str) -> str:
    """Give the name that an ARN ends with: a template's Ref gives the ARN where the API takes the name."""
    return arn_or_name.rsplit("/", 1)[-1]
