"""Where something lies that a request has made."""

import posixpath
from typing import Any, Final

from fastapi import Request

LOCATION: Final = "Location"


def location_docs(where: str) -> dict[str, Any]:
    """What the OpenAPI document says of an answer that has the header.

    Args:
        where: What the address is of, such as `The key`.
    """
    schema = {"type": "string", "format": "uri-reference"}
    return {
        "headers": {LOCATION: {"description": f"{where}, relative to the request's own address.", "schema": schema}}
    }


LOCATION_DOCS: Final = location_docs("Where to look how far it is")
"""Of an answer to what has only begun."""


def location_of(request: Request, path: str) -> str:
    """A path of ours, such as `/v1/jobs/1`, relative to the request's own address.

    Relative, since the gateway's stage and the host are not in what the function is told of the address.
    """
    return posixpath.relpath(path, posixpath.dirname(request.scope["path"]))
