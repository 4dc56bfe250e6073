"""Receipts: what became of a request to export or erase an account."""

import datetime as dt
import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final, Literal

ReceiptKind = Literal["export", "erasure"]
ReceiptState = Literal["running", "done", "failed"]

RECEIPT_LIFE: Final = dt.timedelta(days=30)
"""How long a receipt can be read."""

_ID_BYTES: Final = 24
_NO_COUNTS: Final[Mapping[str, int]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Receipt:
    """How far a request is.

    Attributes:
        kind: What was asked for.
        state: How far it is.
        requested_at: When it was asked for.
        finished_at: When it was done or failed; None while it runs.
        counts: What was exported or erased, by kind.
    """

    kind: ReceiptKind
    state: ReceiptState
    requested_at: dt.datetime
    finished_at: dt.datetime | None = None
    counts: Mapping[str, int] = field(default_factory=lambda: _NO_COUNTS)


def new_receipt_id() -> str:
    """An id that nobody guesses: 192 random bits, safe in a URL."""
    return secrets.token_urlsafe(_ID_BYTES)


def receipt_digest(receipt_id: str) -> str:
    """What is stored in place of the id of an erasure's receipt, which opens the receipt without a token."""
    return hashlib.sha256(receipt_id.encode()).hexdigest()
