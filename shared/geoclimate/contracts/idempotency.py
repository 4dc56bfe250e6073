"""Headers of requests that may come twice."""

from typing import Final

IDEMPOTENCY_HEADER: Final = "Idempotency-Key"
"""Of a request: what names it, so that its repetition is known (draft-ietf-httpapi-idempotency-key-header-07)."""
REPLAYED_HEADER: Final = "Idempotency-Replayed"
"""Of an answer that was given before."""
IDEMPOTENCY_KEY_PATTERN: Final = r'^("[!#-\[\]-~]{1,255}"|[!#-\[\]-~]{1,255})$'
"""Visible ASCII without quote and backslash; as a whole it may stand in quotes, as the draft wants it."""
