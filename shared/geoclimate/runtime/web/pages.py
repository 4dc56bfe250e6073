"""Pages of lists: what a cursor is bound to, and the link to the next page."""

from collections.abc import Mapping
from typing import Final
from urllib.parse import urlencode

from fastapi import Request

from geoclimate.contracts.cursors import CURSOR, write_cursor

DEFAULT_LIMIT: Final = 100

_LIMIT: Final = "limit"
_PATH: Final = "path"


def asked_for(request: Request) -> Mapping[str, str]:
    """What says which list it is: the route and the query, without what says which page of it."""
    query = {name: value for name, value in request.query_params.items() if name not in {CURSOR, _LIMIT}}
    return {_PATH: request.scope["route"].path, **query}


def next_link(request: Request, position: str | float, *more: str | float) -> str:
    """The link to the page after a position, relative to the request's own address.

    Relative, since the gateway's stage and the host are not in what the function is told of the address.
    """
    cursor = write_cursor(position, *more, asked=asked_for(request))
    return "?" + urlencode({**request.query_params, CURSOR: cursor})
