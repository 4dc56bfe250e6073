"""Answers that a caller may keep, and need not be sent again."""

import base64
import hashlib
from collections.abc import Mapping
from typing import Any, Final

from fastapi import Request
from pydantic import BaseModel
from starlette.responses import Response

ANSWERS_NOT_MODIFIED: Final[dict[int | str, dict[str, Any]]] = {
    304: {"description": "Not Modified: the answer is the one whose `ETag` stands in `If-None-Match`; it has no body."}
}
"""The `responses` of an operation whose answers have a tag."""

TAKES_IF_NONE_MATCH: Final[dict[str, Any]] = {
    "parameters": [
        {
            "name": "If-None-Match",
            "in": "header",
            "required": False,
            "description": "The `ETag` of an answer that you have: where it is still the same, the answer is 304.",
            "schema": {"type": "string"},
            "example": '"q83vEjRWeJCrze8SNFZ4kA"',
        }
    ]
}
"""The `openapi_extra` of such an operation."""

CACHING_COMPONENTS: Final[dict[str, dict[str, Any]]] = {
    "headers": {
        "ETag": {
            "description": "Digest of the answer; the same answer has the same one.",
            "schema": {"type": "string"},
            "example": '"q83vEjRWeJCrze8SNFZ4kA"',
        }
    }
}
"""What such operations refer to."""

TABLE_SECONDS: Final = 3600
"""How long a table of ours is taken for the newest: it changes with a deployment only."""

# An answer belongs to who asked for it, and to the form that was asked for.
_VARY: Final = "Accept, Authorization"
_TAG: Final = "ETag"
_JSON: Final = "application/json"


def add_tags(operation: dict[str, Any]) -> None:
    """Say of an operation that answers with 304 that its answers have a tag."""
    responses = operation["responses"]
    for status in ("200", "304") if "304" in responses else ():
        responses[status].setdefault("headers", {})[_TAG] = {"$ref": "#/components/headers/ETag"}


def tagged(request: Request, body: bytes, *, seconds: int) -> Response:
    """As `tagged_response`, of an answer in JSON."""
    return tagged_response(request, Response(body, media_type=_JSON), seconds=seconds)


def tagged_response(request: Request, response: Response, *, seconds: int) -> Response:
    """An answer with a strong `ETag`, or 304 where the caller has it already.

    The tag is the digest of the body. Whatever an answer depends on (the model, the data, the query) is in it, so the
    same answer has the same tag in every process, and no other answer has it.

    Args:
        request: The request.
        response: The answer, with a body whose bytes are the same for the same content.
        seconds: How long the caller may take it for the newest without asking.
    """
    tag = f'"{base64.urlsafe_b64encode(hashlib.sha256(response.body).digest()[:16]).decode().rstrip("=")}"'
    headers = {_TAG: tag, "Cache-Control": f"private, max-age={seconds}", "Vary": _VARY}
    if _has(request.headers, tag):
        return Response(status_code=304, headers=headers)
    response.headers.update(headers)
    return response


def tagged_model(request: Request, answer: BaseModel, *, seconds: int) -> Response:
    """As `tagged`, of an answer that is a model."""
    return tagged(request, answer.model_dump_json(by_alias=True).encode(), seconds=seconds)


def _has(headers: Mapping[str, str], tag: str) -> bool:
    """Whether `If-None-Match` names the tag; by weak comparison, as RFC 9110, 13.1.2, has it."""
    given = headers.get("if-none-match")
    if given is None:
        return False
    return given.strip() == "*" or tag in (one.strip().removeprefix("W/") for one in given.split(","))
