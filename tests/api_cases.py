"""Made-up requests to the operations of the OpenAPI document, and what an answer to them must keep."""

from typing import Any, Final

import schemathesis
from schemathesis import Case
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

CHECKS: Final = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
"""No 5xx, no undocumented status, no answer that breaks its schema."""

Operation = tuple[str, str]
"""Method and path."""


def operations_of(document: dict[str, Any]) -> list[Operation]:
    """Every operation of a document."""
    return [(method.upper(), path) for path, methods in document["paths"].items() for method in methods]


def described(document: dict[str, Any], base_url: str) -> schemathesis.BaseSchema:
    """A document as the maker of requests reads it."""
    schema = schemathesis.openapi.from_dict(document)
    schema.config.update(base_url=base_url)
    return schema


__all__ = ["CHECKS", "Case", "Operation", "described", "operations_of"]
