"""What the OpenAPI document says of the forms of an answer."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

from geoclimate.contracts.forms import MEDIA_TYPES, Form

_SCHEMAS: Final[Mapping[Form, dict[str, Any]]] = MappingProxyType(
    {
        "geojson": {"type": "object", "description": "A feature collection, RFC 7946; `links` has the next page."},
        "csv": {"type": "string", "description": "RFC 4180 with a header line; the header `Link` has the next page."},
        "ndjson": {"type": "string", "description": "A JSON object a line; the header `Link` has the next page."},
    }
)


def form_responses(offered: Sequence[Form]) -> dict[int | str, dict[str, Any]]:
    """The `responses` of an operation that gives these forms beside JSON."""
    return {200: {"content": {MEDIA_TYPES[form]: {"schema": _SCHEMAS[form]} for form in offered if form != "json"}}}
