"""Routes that say what permission they need, and are watched."""

from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import Any, Final, TypeVar

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.responses import Response

from geoclimate.contracts.gateway_routes import route_of
from geoclimate.domain.account_errors import MissingPermission
from geoclimate.domain.errors import GeoClimateError, InvalidBody, InvalidInput, InvalidQuery
from geoclimate.domain.permissions import Permission, permissions_of
from geoclimate.runtime.web.bodies import JsonRequest, concerns_body
from geoclimate.runtime.web.caller import caller_of
from geoclimate.runtime.web.calls import Call, Watcher
from geoclimate.runtime.web.costing import begin_costing, costed
from geoclimate.runtime.web.repeated_parameters import refuse_repeated_parameters

_Endpoint = TypeVar("_Endpoint", bound=Callable[..., Any])
_PERMISSION: Final = "geoclimate_permission"


def requires(permission: Permission) -> Callable[[_Endpoint], _Endpoint]:
    """Mark an endpoint with the permission that its callers need; it stands below the router's own decorator."""

    def mark(endpoint: _Endpoint) -> _Endpoint:
        setattr(endpoint, _PERMISSION, permission)
        return endpoint

    return mark


def open_to_all(endpoint: _Endpoint) -> _Endpoint:
    """Mark an endpoint that nobody has to sign in for, such as signing in."""
    setattr(endpoint, _PERMISSION, None)
    return endpoint


class GuardedRoute(APIRoute):
    """A route that lets in who may do it and tells the app's watchers; a router takes it as its `route_class`."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        if not hasattr(endpoint, _PERMISSION):
            message = f"{endpoint.__name__} says neither what permission it needs nor that it is open to all"
            raise TypeError(message)
        self.permission: Permission | None = getattr(endpoint, _PERMISSION)
        way_in = route_of(path)
        self.counts = way_in is not None and way_in.access == "token and key"
        if self.counts:
            endpoint = costed(endpoint, options.get("name") or endpoint.__name__)
        super().__init__(path, endpoint, **options)

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """What runs for a request."""
        route = super().get_route_handler()
        permission, operation, counts = self.permission, self.name, self.counts
        # An endpoint that reads its body by itself says what it is in the document.
        takes_body = self.body_field is not None or "requestBody" in (self.openapi_extra or {})

        async def handle(request: Request) -> Response:
            read = JsonRequest(request.scope, request.receive)
            call = Call(read, operation, permission, None)
            watchers: tuple[Watcher, ...] = request.app.state.watchers
            try:
                if permission is not None:
                    call = replace(call, caller=caller_of(request.scope))
                    _check_permission(call)
                is_estimate = counts and begin_costing(read)
                refuse_repeated_parameters(read)
                if takes_body:
                    await read.check_body()
                if is_estimate:
                    # Nothing is done that somebody would have to know of, or that would count.
                    return await route(read)
                response = await _admitted(call, watchers) or await route(read)
            except GeoClimateError as error:
                await _tell_refused(watchers, call, error)
                raise
            except RequestValidationError as error:
                await _tell_refused(watchers, call, _as_ours(error))
                raise
            await _tell_answered(watchers, call, response)
            return response

        return handle


def _as_ours(error: RequestValidationError) -> InvalidInput:
    said = "the request does not have the form it must have"
    return InvalidBody("", said) if concerns_body(error) else InvalidQuery("", said)


def _check_permission(call: Call) -> None:
    if call.caller is not None and call.permission not in permissions_of(call.caller.roles):
        raise MissingPermission(str(call.permission))


async def _admitted(call: Call, watchers: tuple[Watcher, ...]) -> Response | None:
    for watcher in watchers:
        answer = await watcher.admitted(call)
        if answer is not None:
            return answer
    return None


async def _tell_answered(watchers: tuple[Watcher, ...], call: Call, response: Response) -> None:
    for number, watcher in enumerate(watchers, 1):
        try:
            await watcher.answered(call, response)
        except GeoClimateError as error:
            # The caller is not given the answer, so to those who come after there is none.
            await _tell_refused(watchers[number:], call, error)
            raise


async def _tell_refused(watchers: tuple[Watcher, ...], call: Call, error: GeoClimateError) -> None:
    failures: list[GeoClimateError] = []
    for watcher in watchers:
        try:
            await watcher.refused(call, error)
        except GeoClimateError as failure:
            failures.append(failure)
    if failures:
        raise failures[0]
