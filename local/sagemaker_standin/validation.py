"""Checks of a request against the service model that botocore ships, worded as SageMaker words them."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from typing import Any

import botocore.session
from botocore.model import OperationModel, Shape

from local.sagemaker_standin.errors import ServiceError, invalid

_WIRE_TYPES: dict[str, tuple[type, ...]] = {
    "structure": (dict,),
    "map": (dict,),
    "list": (list,),
    "string": (str,),
    "integer": (int,),
    "long": (int,),
    "float": (int, float),
    "double": (int, float),
    "boolean": (bool,),
    "timestamp": (int, float),
}


@functools.cache
def operation(name: str) -> OperationModel | None:
    """Give the model of a SageMaker operation, or None where SageMaker has no such operation."""
    model = botocore.session.get_session().get_service_model("sagemaker")
    return model.operation_model(name) if name in model.operation_names else None


def check(name: str, request: dict[str, Any]) -> None:
    """Check a request's required members, types, lengths, patterns, ranges and enumerations.

    Raises:
        ServiceError: SerializationException for a wrong type, ValidationException for the rest.
    """
    model = operation(name)
    if model is None or model.input_shape is None:
        return
    problems = list(_problems(request, model.input_shape, ""))
    if problems:
        errors = "validation error" if len(problems) == 1 else "validation errors"
        raise invalid(f"{len(problems)} {errors} detected: {'; '.join(problems)}")


def unknown_members(name: str, request: dict[str, Any]) -> list[str]:
    """List the members of a request that the operation does not have, as dotted paths."""
    model = operation(name)
    return [] if model is None or model.input_shape is None else list(_unknown(request, model.input_shape, ""))


def _unknown(value: Any, shape: Any, path: str) -> Iterator[str]:
    if shape.type_name == "structure" and isinstance(value, dict):
        for key, item in value.items():
            if key in shape.members:
                yield from _unknown(item, shape.members[key], f"{path}{key}.")
            else:
                yield f"{path}{key}"
    elif shape.type_name == "list" and isinstance(value, list):
        for index, item in enumerate(value):
            yield from _unknown(item, shape.member, f"{path}{index}.")


def _problems(value: Any, shape: Any, path: str) -> Iterator[str]:
    kind = shape.type_name
    _check_type(value, kind, path)
    if kind == "structure":
        yield from _structure_problems(value, shape, path)
    elif kind == "list":
        yield from _size_problems(value, shape, path)
        for index, item in enumerate(value, start=1):
            yield from _problems(item, shape.member, f"{path}.{index}.member")
    elif kind == "map":
        yield from _size_problems(value, shape, path)
        for key, item in value.items():
            yield from _problems(key, shape.key, f"{path}.{key}.key")
            yield from _problems(item, shape.value, f"{path}.{key}.member")
    elif kind == "string":
        yield from _size_problems(value, shape, path)
        yield from _text_problems(value, shape, path)
    elif kind in {"integer", "long", "float", "double"}:
        yield from _range_problems(value, shape, path)


def _check_type(value: Any, kind: str, path: str) -> None:
    if not isinstance(value, _WIRE_TYPES.get(kind, (object,))) or (isinstance(value, bool) and kind != "boolean"):
        raise ServiceError(
            "SerializationException", f"{type(value).__name__} can not be converted to {kind} at '{path or 'request'}'"
        )


def _structure_problems(value: dict[str, Any], shape: Any, path: str) -> Iterator[str]:
    for member in shape.required_members:
        if value.get(member) is None:
            yield f"Value null at '{_join(path, member)}' failed to satisfy constraint: Member must not be null"
    for member, item in value.items():
        if member in shape.members and item is not None:
            yield from _problems(item, shape.members[member], _join(path, member))


def _size_problems(value: Any, shape: Shape, path: str) -> Iterator[str]:
    low, high = shape.metadata.get("min"), shape.metadata.get("max")
    if low is not None and len(value) < low:
        yield _failed(value, path, f"Member must have length greater than or equal to {low}")
    if high is not None and len(value) > high:
        yield _failed(value, path, f"Member must have length less than or equal to {high}")


def _text_problems(value: str, shape: Any, path: str) -> Iterator[str]:
    if shape.enum and value not in shape.enum:
        yield _failed(value, path, f"Member must satisfy enum value set: [{', '.join(shape.enum)}]")
    pattern = _compiled(shape.metadata.get("pattern"))
    if pattern is not None and not pattern.fullmatch(value):
        yield _failed(value, path, f"Member must satisfy regular expression pattern: {pattern.pattern}")


def _range_problems(value: float, shape: Shape, path: str) -> Iterator[str]:
    low, high = shape.metadata.get("min"), shape.metadata.get("max")
    if low is not None and value < low:
        yield _failed(value, path, f"Member must have value greater than or equal to {low}")
    if high is not None and value > high:
        yield _failed(value, path, f"Member must have value less than or equal to {high}")


@functools.cache
def _compiled(pattern: str | None) -> re.Pattern[str] | None:
    if pattern is None:
        return None
    try:
        return re.compile(pattern)
    except re.error:
        # A few patterns (tags) use Java's \p{...} classes, which Python's engine lacks: those go unchecked.
        return None


def _failed(value: Any, path: str, constraint: str) -> str:
    return f"Value '{value}' at '{path}' failed to satisfy constraint: {constraint}"


def _join(path: str, member: str) -> str:
    name = member[:1].lower() + member[1:]
    return f"{path}.{name}" if path else name
