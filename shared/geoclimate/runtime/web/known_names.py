"""What a request may name: said to somebody who named something else."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from fastapi import Request
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from pydantic import BaseModel, TypeAdapter

_DEFINITIONS: Final = "#/$defs/"
_Schema = Mapping[str, Any]


def query_parameters(request: Request) -> list[str]:
    """Names of the query parameters that the request's route takes."""
    route = request.scope.get("route")
    return _named(route.dependant) if isinstance(route, APIRoute) else []


def body_members(request: Request, location: Sequence[str | int]) -> list[str]:
    """Names of the members that an object in the request's body takes.

    Args:
        request: The request; its route says what its body is.
        location: Where the object is in the body, as pydantic says it: with the tag of a union's shape.
    """
    route = request.scope.get("route")
    body = _body_of(route) if isinstance(route, APIRoute) else {}
    here: _Schema = body
    for part in location:
        here = _resolved(_inner(here, part), body)
    return list(here.get("properties", ()))


def _named(dependant: Dependant) -> list[str]:
    names: list[str] = []
    for field in dependant.query_params:
        shape = field.field_info.annotation
        if isinstance(shape, type) and issubclass(shape, BaseModel):
            names += [member.alias or name for name, member in shape.model_fields.items()]
        else:
            names.append(field.alias)
    return names + [name for needed in dependant.dependencies for name in _named(needed)]


def _body_of(route: APIRoute) -> _Schema:
    """The schema of the body: of the shape that FastAPI reads, or as a route that reads it itself documents it."""
    shape = None if route.body_field is None else route.body_field.field_info.annotation
    if shape is not None:
        return TypeAdapter(shape).json_schema()
    documented = (route.openapi_extra or {}).get("requestBody", {}).get("content", {}).get("application/json", {})
    schema: _Schema = documented.get("schema", {})
    return schema


def _inner(schema: _Schema, part: str | int) -> _Schema:
    tagged = schema.get("discriminator", {}).get("mapping", {})
    found: _Schema
    if part in tagged:
        found = {"$ref": tagged[part]}
    elif isinstance(part, int):
        found = schema.get("items", {})
    else:
        found = schema.get("properties", {}).get(part, {})
    return found


def _resolved(schema: _Schema, body: _Schema) -> _Schema:
    reference = schema.get("$ref", "")
    found: _Schema = body["$defs"][reference.removeprefix(_DEFINITIONS)] if reference else schema
    return found
