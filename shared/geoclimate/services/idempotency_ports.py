"""Requests that may come twice: what is kept of the first one, and what that needs of its store."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """What the first request was answered.

    Attributes:
        status: HTTP status.
        headers: Headers of the answer.
        body: Its bytes; None where they are not kept.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes | None


@dataclass(frozen=True, slots=True)
class EarlierRequest:
    """A request with the same key that came before.

    Attributes:
        fingerprint: Digest of what was asked.
        answer: What it was answered; None while it is being answered.
    """

    fingerprint: str
    answer: KeptAnswer | None


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to answer a request.

    Attributes:
        account: Who asks.
        key: Digest of the idempotency key.
        fingerprint: Digest of what is asked.
        request_id: The gateway's id of the request: whose claim it is.
    """

    account: str
    key: str
    fingerprint: str
    request_id: str


class IdempotencyStore(Protocol):
    """What is kept of requests with an idempotency key, for a day."""

    def claim(self, claim: Claim, now: dt.datetime) -> EarlierRequest | None:
        """Take the right to answer; the request that has it already where there is one.

        Raises:
            Unavailable: The store does not answer.
        """

    def keep(self, claim: Claim, answer: KeptAnswer) -> None:
        """Keep the answer beside the claim, unless another request has taken it over.

        Raises:
            Unavailable: The store does not answer.
        """

    def release(self, claim: Claim) -> None:
        """Give the right back: nothing was done.

        Raises:
            Unavailable: The store does not answer.
        """
