"""Shapes of the HTTP API: what a request may carry and what an answer holds."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

PROBLEM_JSON: Final = "application/problem+json"
REQUEST_ID_HEADER: Final = "X-Request-Id"

SECURITY_HEADERS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "Cache-Control": "no-store",
        "Referrer-Policy": "no-referrer",
        "Strict-Transport-Security": "max-age=31536000",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
    }
)
"""On every answer, the gateway's own included, whose mapping expressions can hold no single quote; so the content
security policy, which needs them, is not here."""
