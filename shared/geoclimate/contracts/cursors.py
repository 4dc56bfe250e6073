"""Cursors: where the next page of a list begins, signed together with the parameters that the list was asked with.

The position can be read by who has it, and nobody but the deployment can make one: its code is an HMAC (RFC 2104) of
the position and of what was asked for, with a key that is generated for the deployment.
"""

import base64
import hmac
import json
from collections.abc import Mapping
from typing import Annotated, Final

from pydantic import Field

from geoclimate.domain.errors import InvalidQuery

CURSOR: Final = "cursor"
"""Name of the request parameter."""

_CODE_BYTES: Final = 16

Cursor = Annotated[
    str,
    Field(
        pattern=r"^[A-Za-z0-9_-]{1,512}\.[A-Za-z0-9_-]{22}$",
        description="Where the page begins, from `next` of the page before; with the same parameters as there, except"
        " `limit`.",
        examples=["WyJvcGVuYXEtODExOCJd.c2l4dGVlbi1ieXRlcy4uLg"],
    ),
]


def write_cursor(position: str | float, *more: str | float, asked: Mapping[str, str], key: bytes) -> str:
    """A cursor that goes on after a position.

    Args:
        position: First part of the position.
        more: Its other parts.
        asked: The parameters that say what is listed, as texts; those of the page itself are not among them.
        key: The deployment's key.
    """
    text = json.dumps([position, *more], separators=(",", ":")).encode()
    return f"{_text(text)}.{_text(_code(text, asked, key))}"


def read_cursor(
    cursor: str, *kinds: type[str] | type[float], asked: Mapping[str, str], key: bytes
) -> tuple[str | float, ...]:
    """The position that a cursor holds.

    Args:
        cursor: As it came, of the form that `Cursor` demands.
        kinds: What its parts are.
        asked: As for `write_cursor`.
        key: The deployment's key.

    Raises:
        InvalidQuery: `cursor`: this deployment did not make it for these parameters.
    """
    text, code = (_bytes(part) for part in cursor.split("."))
    if text is None or code is None or not hmac.compare_digest(code, _code(text, asked, key)):
        raise _not_ours()
    position = json.loads(text)
    # It is of our making, but maybe by another version of the platform, whose positions had other parts.
    if not isinstance(position, list) or [type(part) for part in position] != list(kinds):
        raise _not_ours()
    return tuple(position)


def _not_ours() -> InvalidQuery:
    return InvalidQuery(
        CURSOR,
        "does not belong to these parameters: repeat exactly those of the request that gave it (only 'limit' may"
        " differ), or leave it out to begin anew",
    )


def _code(text: bytes, asked: Mapping[str, str], key: bytes) -> bytes:
    bound = json.dumps(sorted(asked.items())).encode() + b"\n" + text
    return hmac.digest(key, bound, "sha256")[:_CODE_BYTES]


def _text(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def _bytes(text: str) -> bytes | None:
    try:
        content = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError:
        return None
    # Letters at the end can differ in bits that no byte takes; one position has one cursor.
    return content if _text(content) == text else None
