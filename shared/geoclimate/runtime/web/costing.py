"""What a call costs, known once its input is valid and before anything is done; `estimate=true` stops there.

The cost depends on what is asked for, so it is taken from the values that the route has validated: a request that is
not valid costs nothing, and an estimate is what the call would have cost, since both are the same computation.
"""

import inspect
from collections.abc import Callable
from contextvars import ContextVar
from functools import wraps
from typing import Any, Final, TypeVar
from urllib.parse import parse_qsl, urlencode

from fastapi import Request
from starlette.responses import Response
from starlette.types import Scope

from geoclimate.contracts.usage import ESTIMATE, ESTIMATE_JSON, EstimateAnswer
from geoclimate.domain.costs import COSTS, PLAIN, Cost, cost_of
from geoclimate.domain.errors import InvalidQuery

_Endpoint = TypeVar("_Endpoint", bound=Callable[..., Any])
_SIZE: Final = "geoclimate_size"
_COSTED: Final = "geoclimate_costed"
_MARK: Final = ESTIMATE.encode() + b"="
_SIZE_OF_ONE: Final = 1
_request: ContextVar[Request] = ContextVar("costed request")


def sized(size: Callable[..., int]) -> Callable[[_Endpoint], _Endpoint]:
    """Mark an endpoint whose cost depends on how much is asked for; it stands below the router's own decorator.

    Args:
        size: Gives the size, in the unit that the table of costs names, from the endpoint's own arguments by name.
    """

    def mark(endpoint: _Endpoint) -> _Endpoint:
        setattr(endpoint, _SIZE, size)
        return endpoint

    return mark


def costed(endpoint: Callable[..., Any], operation: str) -> Callable[..., Any]:
    """The endpoint, which says what its call costs before it runs, and does not run for an estimate."""
    if hasattr(endpoint, _COSTED):
        return endpoint
    if not inspect.iscoroutinefunction(endpoint):
        message = f"{endpoint.__name__} is no coroutine: routes run inline"
        raise TypeError(message)
    size_of: Callable[..., int] | None = getattr(endpoint, _SIZE, None)

    @wraps(endpoint)
    async def run(**values: Any) -> Any:
        state = _request.get().state
        size = _SIZE_OF_ONE if size_of is None else size_of(**values)
        state.cost = cost_of(operation, size)
        if state.is_estimate:
            return _estimate(operation, size, state.cost)
        return await endpoint(**values)

    setattr(run, _COSTED, True)
    return run


def begin_costing(request: Request) -> bool:
    """Begin a request of a route that counts, and take `estimate` from its query; True where only that is asked for.

    Raises:
        InvalidQuery: `estimate` is neither true nor false, or given twice.
    """
    _request.set(request)
    request.state.is_estimate = _take_estimate(request.scope)
    return bool(request.state.is_estimate)


def cost_table(operation: str) -> Cost:
    """What the table of costs says of an operation."""
    return COSTS.get(operation, PLAIN)


def _take_estimate(scope: Scope) -> bool:
    query: bytes = scope["query_string"]
    # Nearly no request has it.
    if _MARK not in query:
        return False
    pairs = parse_qsl(query.decode("latin-1"), keep_blank_values=True)
    given = [value for name, value in pairs if name == ESTIMATE]
    if not given:
        return False
    if len(given) > 1:
        raise InvalidQuery(ESTIMATE, f"is given {len(given)} times; give it once")
    if given[0] not in {"true", "false"}:
        raise InvalidQuery(ESTIMATE, "is neither true nor false")
    # The routes refuse what they do not know, and would know nothing of it.
    scope["query_string"] = urlencode([pair for pair in pairs if pair[0] != ESTIMATE]).encode()
    return given[0] == "true"


def _estimate(operation: str, size: int, cost: int) -> Response:
    answer = EstimateAnswer(operation=operation, cost=cost, size=size, unit=cost_table(operation).unit)
    return Response(answer.model_dump_json(), media_type=ESTIMATE_JSON)
