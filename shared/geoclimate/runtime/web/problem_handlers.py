"""How errors become problems: the domain's, FastAPI's own, and the router's."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from aws_lambda_powertools import Logger
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.routing import Match

from geoclimate.contracts.http import ProblemCause
from geoclimate.contracts.problems import (
    INVALID_BODY,
    INVALID_EDR_QUERY,
    INVALID_QUERY,
    METHOD_NOT_ALLOWED,
    UNKNOWN_PATH,
    ProblemType,
    problem_of,
)
from geoclimate.domain.account_errors import QuotaUsedUp, TooManyAttempts, WeakPassword
from geoclimate.domain.errors import (
    GeoClimateError,
    InvalidBody,
    InvalidHeader,
    InvalidQuery,
    UnknownParameter,
    UnusableValues,
)
from geoclimate.runtime.web.bodies import concerns_body
from geoclimate.runtime.web.known_names import body_members, query_parameters
from geoclimate.runtime.web.problem_response import problem_response
from geoclimate.runtime.web.rate_limits import rate_limit_headers

_BODY: Final = "body"
_EDR: Final = "/edr/"
_MOST_CAUSES: Final = 50
"""A matrix can be wrong in each of its cells; more than this helps nobody and makes a large answer."""
_METHODS: Final = ("DELETE", "GET", "PATCH", "POST", "PUT")
_ROUTER_PROBLEMS: Final = {problem.status: problem for problem in (UNKNOWN_PATH, METHOD_NOT_ALLOWED)}

_UNKNOWN_NAME: Final = "extra_forbidden"
# Our words for what pydantic says in the language of types and patterns.
_PLAIN_WORDS: Final[Mapping[str, str]] = {
    "missing": "is required",
    _UNKNOWN_NAME: "is not a parameter of this request",
    "model_attributes_type": "must be a JSON object",
    "model_type": "must be a JSON object",
    "dict_type": "must be a JSON object",
    "tuple_type": "must be a valid list",
}
_SUBJECT: Final = re.compile(r"^[A-Z][a-z]+ should ")
"""Pydantic's "Input should be ..." and "String should have ...": our sentences begin with the name."""


def install_problem_handlers(app: FastAPI, logger: Logger) -> None:
    """Make every error answer of the app a problem."""

    async def on_domain_error(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, GeoClimateError)  # noqa: S101 - FastAPI calls it for this class only
        request_id = request.state.request_id
        problem = _at(request, problem_of(error))
        if problem.status is not None and problem.status >= 500:
            # What went wrong inside is for the logs; it may name resources.
            logger.error(str(error), exc_info=error, extra={"request_id": request_id})
            return problem_response(problem, request_id, request.scope["path"])
        return problem_response(
            problem,
            request_id,
            request.scope["path"],
            detail=_detail(error),
            causes=_causes(error),
            headers=_headers(error),
        )

    async def on_invalid_request(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, RequestValidationError)  # noqa: S101 - FastAPI calls it for this class only
        found = error.errors()
        causes = [_cause(entry, error.body) for entry in found[:_MOST_CAUSES]]
        told = [f"'{_place(cause)}' {cause.detail}" for cause in causes]
        if len(found) > _MOST_CAUSES:
            told.append(f"and {len(found) - _MOST_CAUSES} more like these")
        unknown = next((entry for entry in found if entry["type"] == _UNKNOWN_NAME), None)
        if unknown is not None:
            told.append(f"it takes {', '.join(_known(request, unknown['loc'])) or 'none'}")
        problem = INVALID_BODY if concerns_body(error) else _at(request, INVALID_QUERY)
        return problem_response(
            problem, request.state.request_id, request.scope["path"], detail=_ended("; ".join(told)), causes=causes
        )

    async def on_router_error(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, HTTPException)  # noqa: S101 - FastAPI calls it for this class only
        # No code of ours raises it, so it is the router's 404 or 405; anything else is a bug and goes to the edge.
        problem = _ROUTER_PROBLEMS.get(error.status_code)
        if problem is None:
            raise error
        headers = {"Allow": ", ".join(_served(request))} if problem is METHOD_NOT_ALLOWED else error.headers
        return problem_response(problem, request.state.request_id, request.scope["path"], headers=headers)

    app.add_exception_handler(GeoClimateError, on_domain_error)
    app.add_exception_handler(RequestValidationError, on_invalid_request)
    app.add_exception_handler(HTTPException, on_router_error)


def _served(request: Request) -> list[str]:
    """The methods that the request's path serves (RFC 9110, 10.2.1); the router names those of one route only."""
    routes = request.app.routes
    return [
        method
        for method in _METHODS
        if any(route.matches({**request.scope, "method": method})[0] is Match.FULL for route in routes)
    ]


def _known(request: Request, location: Sequence[str | int]) -> list[str]:
    """The names that the request takes where it has one that it does not take."""
    where, *inside = location[:-1]
    return body_members(request, inside) if where == _BODY else query_parameters(request)


def _at(request: Request, problem: ProblemType) -> ProblemType:
    """A problem as the paths of the request answer it."""
    if problem is INVALID_QUERY and f"{request.scope['path']}/".startswith(_EDR):
        return INVALID_EDR_QUERY
    return problem


def _detail(error: GeoClimateError) -> str:
    match error:
        case InvalidQuery(parameter=name) | InvalidHeader(header=name):
            return _ended(f"'{name}' {error}")
        case InvalidBody(pointer=pointer) if pointer:
            return _ended(f"'{pointer}' {error}")
    return str(error)


def _ended(sentence: str) -> str:
    return sentence if sentence.endswith((".", "?", "!")) else f"{sentence}."


def _headers(error: GeoClimateError) -> Mapping[str, str]:
    if isinstance(error, QuotaUsedUp):
        allowance = error.allowance
        return {**rate_limit_headers(allowance), "Retry-After": str(allowance.seconds_to_reset)}
    if isinstance(error, TooManyAttempts):
        return {"Retry-After": str(error.retry_after_s)}
    return {}


def _causes(error: GeoClimateError) -> Sequence[ProblemCause]:
    match error:
        case InvalidQuery(parameter=name):
            places = [(f"/query/{name}", str(error))]
        case UnknownParameter():
            places = [("/query/parameter", str(error))]
        case InvalidHeader(header=name):
            places = [(f"/header/{name}", str(error))]
        case WeakPassword(rules=rules):
            places = [(f"/{_BODY}/password", rule) for rule in rules]
        case UnusableValues(places=found):
            places = [(f"/{_BODY}{pointer}", detail) for pointer, detail in found]
        case InvalidBody(pointer=pointer):
            places = [(f"/{_BODY}{pointer}", str(error))]
        case _:
            places = []
    return [ProblemCause(name=pointer.rpartition("/")[2], pointer=pointer, detail=detail) for pointer, detail in places]


def _cause(entry: Mapping[str, Any], body: Any) -> ProblemCause:
    """One of pydantic's errors: `loc` is where in the request, `type` what kind, `msg` its words."""
    first, *rest = entry["loc"]
    if first == _BODY and body is not None:
        rest = _members(rest, body, missing=entry["type"] == "missing")
    location = [str(part) for part in (first, *rest)]
    pointer = "".join(f"/{part.replace('~', '~0').replace('/', '~1')}" for part in location)
    return ProblemCause(name=location[-1], pointer=pointer, detail=_in_plain_words(entry))


def _members(location: Sequence[str | int], body: Any, *, missing: bool) -> list[str | int]:
    """The parts that are members of the body: pydantic also names which shape of a union it read it as."""
    members: list[str | int] = []
    for number, part in enumerate(location):
        if _has(body, part):
            members.append(part)
            body = body[part]
        elif missing and number == len(location) - 1:
            members.append(part)
    return members


def _has(body: Any, part: str | int) -> bool:
    if isinstance(body, Mapping):
        return part in body
    return isinstance(body, list) and isinstance(part, int) and part < len(body)


def _place(cause: ProblemCause) -> str:
    """The name, or the pointer where the name alone would be a number or one of many."""
    pointer = cause.pointer or ""
    inside = pointer.removeprefix(f"/{_BODY}")
    return inside if inside != pointer and inside.count("/") > 1 else cause.name


def _in_plain_words(entry: Mapping[str, Any]) -> str:
    kind = entry["type"]
    if kind == "string_pattern_mismatch":
        return f"must match the pattern {entry['ctx']['pattern']}"
    if kind == "union_tag_invalid":
        return f"must have as {entry['ctx']['discriminator']} one of {entry['ctx']['expected_tags']}"
    if kind == "union_tag_not_found":
        return f"must have a member {entry['ctx']['discriminator']}"
    if kind == _UNKNOWN_NAME and entry["loc"][0] == _BODY:
        return "is not a member of this object"
    return _PLAIN_WORDS.get(kind) or _SUBJECT.sub("must ", str(entry["msg"])).replace(" after validation", "")
