"""What pages of other origins are told: used by the functions and by the gateway's own answers."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from geoclimate.contracts.http import REQUEST_ID_HEADER
from geoclimate.contracts.idempotency import IDEMPOTENCY_HEADER, REPLAYED_HEADER
from geoclimate.contracts.usage import COST_HEADER

ANY_ORIGIN: Final = "*"
EXPOSED_HEADERS: Final = (
    f"ETag, {REPLAYED_HEADER}, Link, Location, RateLimit, RateLimit-Policy, Retry-After, {COST_HEADER},"
    f" {REQUEST_ID_HEADER}, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset"
)
"""What a page may read of an answer, beside the few headers that it always may."""
PREFLIGHT_HEADERS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "Access-Control-Allow-Headers": f"Accept, Authorization, Content-Type, {IDEMPOTENCY_HEADER}, If-None-Match,"
        " X-Api-Key",
        "Access-Control-Allow-Methods": "DELETE, GET, PATCH, POST, PUT",
        "Access-Control-Max-Age": "7200",
    }
)
