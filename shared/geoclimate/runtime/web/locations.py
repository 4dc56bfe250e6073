"""Where something lies that a request has made."""

import posixpath
from typing import Any, Final

from fastapi import Request

LOCATION: Final = "Location"

LOCATION_DOCS: Final[dict[str, Any]] = {
    "headers": {
        LOCATION: {
            "description": "Where to look how far it is, relative to the request's own address.",
            "schema": {"type": "string", "format": "uri-reference"},
        }
    }
}
"""What the OpenAPI document says of an answer that has the header."""


def location_of(request: Request, path: str) -> str:
    """A path of ours, such as `/v1/jobs/1`, relative to the request's own address.

    Relative, since the gateway's stage and the host are not in what the function is told of the address.
    """
    return posixpath.relpath(path, posixpath.dirname(request.scope["path"]))
