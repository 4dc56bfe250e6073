"""Puts every write and every denial on record."""

import datetime as dt
from collections.abc import Callable
from typing import Final

from aws_lambda_powertools import Logger
from fastapi import Request
from starlette.responses import Response

from geoclimate.contracts.idempotency import REPLAYED_HEADER
from geoclimate.contracts.problems import problem_of
from geoclimate.domain.account_errors import ExpiredKey, ForeignKey, MissingPermission, NotSignedIn
from geoclimate.domain.audit import NOBODY, Event, Outcome
from geoclimate.domain.errors import GeoClimateError, NotFound, Unavailable
from geoclimate.domain.permissions import Permission
from geoclimate.domain.pseudonyms import network_of, pseudonym_of
from geoclimate.runtime.web.caller import source_ip
from geoclimate.runtime.web.calls import Call
from geoclimate.services.audit_ports import AuditLog
from geoclimate.services.ports import Clock

_READING: Final = frozenset({"GET", "HEAD", "OPTIONS"})
# They start work though they are GETs.
_WRITES_BY_GET: Final = frozenset({"export_me"})
# What is kept of each account for itself: asking there for what is another's ends as 404, and is a denial.
_OWN: Final[frozenset[Permission]] = frozenset(
    {"account:manage", "jobs:manage", "keys:manage", "uploads:create", "uploads:read", "usage:read"}
)
# A prediction is calculated and given; nothing is stored, so nothing can have happened without a record of its end.
_CHANGES_NOTHING: Final[frozenset[Permission]] = frozenset({"predictions:create"})
_ACCOUNT: Final = "account"
"""Path parameter that names an account."""
_LONGEST_RESOURCE: Final = 512
"""Characters; ids of ours are far shorter, and a caller who writes more gets no room for it."""


class Auditing:
    """Watches calls for the audit log; implements `Watcher`, and comes first of all.

    A write is put on record before it begins and where it ends: if the log cannot be written, nothing has happened
    yet, and the caller hears 503. An end that cannot be written leaves the beginning, so no write is without a trace.
    A reading call is put on record where it was denied.
    """

    def __init__(self, log: Callable[[], AuditLog], clock: Clock, logger: Logger) -> None:
        self._log = log
        self._clock = clock
        self._logger = logger

    async def admitted(self, call: Call) -> None:
        """Put on record that a write begins.

        Raises:
            Unavailable: The log cannot be written; nothing may happen then.
        """
        if _writes(call) and call.permission not in _CHANGES_NOTHING:
            self._log().record(self._event(call, "begun"))
            call.request.state.audit_begun = True

    async def answered(self, call: Call, response: Response) -> None:
        """Put on record how a write ended.

        Raises:
            Unavailable: The log cannot be written, of a call that was not put on record when it began.
        """
        if not _writes(call):
            return
        outcome: Outcome = "replayed" if REPLAYED_HEADER in response.headers else "done"
        self._end(call, self._event(call, outcome, response.status_code))

    async def refused(self, call: Call, error: GeoClimateError) -> None:
        """Put on record that a write was refused, or anything denied.

        Raises:
            Unavailable: The log cannot be written, of a call that was not put on record when it began.
        """
        if _writes(call) or _denied(call, error):
            problem = problem_of(error)
            self._end(call, self._event(call, "refused", problem.status, problem.code))

    def _end(self, call: Call, event: Event) -> None:
        begun = getattr(call.request.state, "audit_begun", False)
        try:
            self._log().record(event)
        except Unavailable:
            if not begun:
                raise
            self._logger.exception(
                "The end of a write is not in the audit log",
                extra={"request_id": call.request_id, "operation": call.operation},
            )

    def _event(self, call: Call, outcome: Outcome, status: int | None = None, problem: str | None = None) -> Event:
        request = call.request
        return Event(
            at=self._clock().astimezone(dt.UTC),
            actor=NOBODY if call.caller is None else pseudonym_of(call.caller.account),
            operation=call.operation,
            permission=call.permission,
            method=request.method,
            resource=_resource(request),
            network=_network(request),
            request_id=call.request_id,
            outcome=outcome,
            status=status,
            problem=problem,
        )


def _writes(call: Call) -> bool:
    return call.request.method not in _READING or call.operation in _WRITES_BY_GET


def _denied(call: Call, error: GeoClimateError) -> bool:
    if isinstance(error, (NotSignedIn, MissingPermission, ForeignKey, ExpiredKey)):
        return True
    return isinstance(error, NotFound) and call.permission in _OWN


def _resource(request: Request) -> str:
    parameters = dict(request.path_params)
    if _ACCOUNT in parameters:
        parameters[_ACCOUNT] = pseudonym_of(parameters[_ACCOUNT])
    path: str = request.scope["route"].path_format
    return path.format(**parameters)[:_LONGEST_RESOURCE]


def _network(request: Request) -> str | None:
    address = source_ip(request.scope)
    try:
        return None if address is None else network_of(address)
    except ValueError:
        return None
