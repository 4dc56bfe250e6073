"""Pages of lists: what a cursor is bound to, the link to the next page, and where a page begins."""

from collections.abc import Callable, Mapping
from typing import Final, Protocol
from urllib.parse import urlencode

from fastapi import FastAPI, Request

from geoclimate.contracts.cursors import CURSOR, read_cursor, write_cursor

DEFAULT_LIMIT: Final = 100

_LIMIT: Final = "limit"
_PATH: Final = "path"


class CursorKey(Protocol):
    """Gives the key that cursors are signed with."""

    def __call__(self) -> bytes:
        """The key; it is asked for only where a cursor is read or written.

        Raises:
            Unavailable: Its keeper does not answer.
        """
        ...


def sign_cursors_with(app: FastAPI, key: CursorKey) -> None:
    """Let the lists of an app have pages."""
    app.state.cursor_key = key


def next_link(request: Request, position: str | float, *more: str | float) -> str:
    """The link to the page after a position, relative to the request's own address.

    Relative, since the gateway's stage and the host are not in what the function is told of the address.

    Raises:
        Unavailable: The key cannot be had.
    """
    cursor = write_cursor(position, *more, asked=_asked_for(request), key=_key(request))
    return "?" + urlencode({**request.query_params, CURSOR: cursor})


def position_of(request: Request, cursor: str, *kinds: type[str] | type[float]) -> tuple[str | float, ...]:
    """The position at which the page of a cursor begins.

    Args:
        request: The request that the cursor came with.
        cursor: As it came, of the form that `Cursor` demands.
        kinds: What the parts of the position are.

    Raises:
        InvalidQuery: `cursor`: this deployment did not make it for this request.
        Unavailable: The key cannot be had.
    """
    return read_cursor(cursor, *kinds, asked=_asked_for(request), key=_key(request))


def _asked_for(request: Request) -> Mapping[str, str]:
    """What says which list it is: the path and the query, without what says which page of it."""
    query = {name: value for name, value in request.query_params.items() if name not in {CURSOR, _LIMIT}}
    return {_PATH: request.scope["route"].path_format.format(**request.path_params), **query}


def _key(request: Request) -> bytes:
    key: Callable[[], bytes] = request.app.state.cursor_key
    return key()
