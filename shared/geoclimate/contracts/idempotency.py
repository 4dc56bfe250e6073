"""Headers of requests that may come twice."""

from typing import Final

IDEMPOTENCY_HEADER: Final = "Idempotency-Key"
"""Of a request: what names it, so that its repetition is known (draft-ietf-httpapi-idempotency-key-header-07)."""
REPLAYED_HEADER: Final = "Idempotency-Replayed"
"""Of an answer that was given before."""
