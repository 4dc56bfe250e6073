"""`Idempotency-Key` on POST: a request that comes again is given the first one's answer, and nothing is done again.

The header is that of the IETF's draft (draft-ietf-httpapi-idempotency-key-header-07); a key may stand in quotes as it
wants, or without.
"""

import hashlib
import re
from collections.abc import Callable
from typing import Any, Final, TypeVar

from aws_lambda_powertools import Logger
from fastapi import Request
from starlette.responses import Response

from geoclimate.contracts.idempotency import IDEMPOTENCY_HEADER, IDEMPOTENCY_KEY_PATTERN, REPLAYED_HEADER
from geoclimate.domain.errors import (
    AnswerNotKept,
    GeoClimateError,
    IdempotencyKeyReused,
    InvalidHeader,
    RequestInProgress,
    Unavailable,
)
from geoclimate.runtime.web.calls import Call
from geoclimate.services.idempotency_ports import Claim, EarlierRequest, IdempotencyStore, KeptAnswer
from geoclimate.services.ports import Clock

_Endpoint = TypeVar("_Endpoint", bound=Callable[..., Any])

_KEY: Final = re.compile(IDEMPOTENCY_KEY_PATTERN)
_ONCE: Final = "geoclimate_answered_once"
# The body's length follows from the body, and these two belong to a request of their own.
_NOT_KEPT: Final = frozenset({"content-length", "date", "x-request-id"})


def answered_once(endpoint: _Endpoint) -> _Endpoint:
    """Mark an endpoint whose answer holds a secret: it is given once and never kept."""
    setattr(endpoint, _ONCE, True)
    return endpoint


def is_answered_once(endpoint: Callable[..., Any]) -> bool:
    """Whether an endpoint's answer is never kept."""
    return bool(getattr(endpoint, _ONCE, False))


class Idempotency:
    """Watches POSTs of known callers that carry an idempotency key; implements `Watcher`."""

    def __init__(self, store: Callable[[], IdempotencyStore], clock: Clock, logger: Logger) -> None:
        self._store = store
        self._clock = clock
        self._logger = logger

    async def admitted(self, call: Call) -> Response | None:
        """The first answer where the request came before; else the request is the first, and its key is taken.

        Raises:
            InvalidHeader: The key does not have the form that it must have.
            IdempotencyKeyReused: It came with another request.
            RequestInProgress: The first request is being answered.
            AnswerNotKept: The first request was done; its answer is not kept.
            Unavailable: The store does not answer.
        """
        given = call.request.headers.getlist(IDEMPOTENCY_HEADER)
        if call.request.method != "POST" or call.caller is None or not given:
            return None
        claim = Claim(
            call.caller.account,
            _digest(_key(given).encode()),
            await _fingerprint(call.request),
            call.request_id,
        )
        earlier = self._store().claim(claim, self._clock())
        if earlier is not None:
            return _answer(earlier, claim)
        call.request.state.idempotency_claim = claim
        return None

    async def answered(self, call: Call, response: Response) -> None:
        """Keep the answer; what it is about is done, so a store that fails now is only logged."""
        claim = _claim_of(call)
        if claim is None:
            return
        headers = {name: value for name, value in response.headers.items() if name not in _NOT_KEPT}
        secret = is_answered_once(call.request.scope["endpoint"])
        body = None if secret else getattr(response, "body", None)
        kept = KeptAnswer(response.status_code, headers, None if body is None else bytes(body))
        try:
            self._store().keep(claim, kept)
        except Unavailable as error:
            self._log(call, error)

    async def refused(self, call: Call, error: GeoClimateError) -> None:  # noqa: ARG002 - what it was does not matter
        """Give the key back: nothing was done, and the corrected request may carry it."""
        claim = _claim_of(call)
        if claim is None:
            return
        try:
            self._store().release(claim)
        except Unavailable as unavailable:
            self._log(call, unavailable)

    def _log(self, call: Call, error: Unavailable) -> None:
        self._logger.error(
            "An idempotency key stays taken until its claim is over",
            exc_info=error,
            extra={"request_id": call.request_id, "operation": call.operation},
        )


def _claim_of(call: Call) -> Claim | None:
    claim: Claim | None = getattr(call.request.state, "idempotency_claim", None)
    return claim


def _key(given: list[str]) -> str:
    if len(given) > 1:
        raise InvalidHeader(IDEMPOTENCY_HEADER, f"is given {len(given)} times; give it once")
    if not _KEY.fullmatch(given[0]):
        raise InvalidHeader(
            IDEMPOTENCY_HEADER,
            "must be 1 to 255 visible ASCII characters without quotes and backslashes, such as a random UUID",
        )
    return given[0].strip('"')


async def _fingerprint(request: Request) -> str:
    """Digest of everything that says what is asked."""
    body = await request.body()
    asked = (request.method, request.url.path, request.url.query, _digest(body))
    return _digest("\n".join(asked).encode())


def _answer(earlier: EarlierRequest, claim: Claim) -> Response:
    if earlier.fingerprint != claim.fingerprint:
        raise IdempotencyKeyReused("This Idempotency-Key came with another path, query or body in the last 24 hours.")
    if earlier.answer is None:
        raise RequestInProgress("The first request with this Idempotency-Key has not been answered yet.")
    if earlier.answer.body is None:
        raise AnswerNotKept(
            f"The first request with this Idempotency-Key was done and answered with {earlier.answer.status}."
        )
    headers = {**earlier.answer.headers, REPLAYED_HEADER: "true"}
    return Response(earlier.answer.body, earlier.answer.status, headers)


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
