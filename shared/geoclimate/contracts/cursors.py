"""Cursors: where the next page of a list begins, bound to the parameters that the list was asked with.

A cursor is not signed with a secret: it holds the position of something that was just given, and who makes one up gets
what could be asked for without it. Its digest keeps it from being cut, mended or used with other parameters by mistake.
"""

import base64
import hashlib
import json
import math
import re
from collections.abc import Mapping
from typing import Annotated, Final

from pydantic import Field

from geoclimate.domain.errors import InvalidQuery

CURSOR: Final = "cursor"
"""Name of the request parameter."""

_DIGEST_BYTES: Final = 16
_PLAIN: Final = re.compile(r"[A-Za-z0-9#._-]+")

Cursor = Annotated[
    str,
    Field(
        pattern=r"^[A-Za-z0-9_-]{1,512}\.[A-Za-z0-9_-]{22}$",
        description="Where the page begins, from `next` of the page before; with the same parameters as there, except"
        " `limit`.",
    ),
]


def write_cursor(position: str | float, *more: str | float, asked: Mapping[str, str]) -> str:
    """A cursor that goes on after a position.

    Args:
        position: First part of the position.
        more: Its other parts.
        asked: The parameters that say what is listed, as texts; those of the page itself are not among them.
    """
    text = json.dumps([position, *more], separators=(",", ":")).encode()
    return f"{_text(text)}.{_text(_digest(text, asked))}"


def read_cursor(cursor: str, *kinds: type[str] | type[float], asked: Mapping[str, str]) -> tuple[str | float, ...]:
    """The position that a cursor holds.

    Args:
        cursor: As it came, of the form that `Cursor` demands.
        kinds: What its parts are.
        asked: As for `write_cursor`.

    Raises:
        InvalidQuery: `cursor`: it was not made for these parameters.
    """
    text, digest = (_bytes(part) for part in cursor.split("."))
    if text is None or digest is None or digest != _digest(text, asked):
        raise _not_ours()
    try:
        position = json.loads(text)
    except ValueError:
        raise _not_ours() from None
    # The digest holds no secret, so what it covers may still be anything.
    if not isinstance(position, list) or [type(part) for part in position] != list(kinds):
        raise _not_ours()
    if not all(_PLAIN.fullmatch(part) if isinstance(part, str) else math.isfinite(part) for part in position):
        raise _not_ours()
    return tuple(position)


def _not_ours() -> InvalidQuery:
    return InvalidQuery(
        CURSOR,
        "does not belong to these parameters: repeat exactly those of the request that gave it (only 'limit' may"
        " differ), or leave it out to begin anew",
    )


def _digest(text: bytes, asked: Mapping[str, str]) -> bytes:
    bound = json.dumps(sorted(asked.items())).encode() + b"\n" + text
    return hashlib.sha256(bound).digest()[:_DIGEST_BYTES]


def _text(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def _bytes(text: str) -> bytes | None:
    try:
        content = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError:
        return None
    # Letters at the end can differ in bits that no byte takes; one position has one cursor.
    return content if _text(content) == text else None
