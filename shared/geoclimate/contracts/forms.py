"""Forms in which the API gives what it knows, beside JSON."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final, Literal

from pydantic import Field

Form = Literal["json", "geojson", "csv", "ndjson"]
TableForm = Literal["json", "csv", "ndjson"]
"""Of what lies in one place, where a map would show one point."""

GEO_JSON: Final = "application/geo+json"
COVERAGE_JSON: Final = "application/prs.coverage+json"
MEDIA_TYPES: Final[Mapping[Form, str]] = MappingProxyType(
    {"json": "application/json", "geojson": GEO_JSON, "csv": "text/csv", "ndjson": "application/x-ndjson"}
)
"""In the order of preference, where a caller has none."""

TEXT_MEDIA_TYPES: Final = (*MEDIA_TYPES.values(), COVERAGE_JSON)
"""What the gateway passes on as text and not as bytes."""

FORMAT: Final[Any] = Field(
    description="Form of the answer; it goes before the header `Accept`. Without both it is JSON.", examples=["csv"]
)
