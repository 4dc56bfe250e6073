"""GeoJSON (RFC 7946): a feature a place, longitude first."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from fastapi.responses import Response

from functions.api.forms.links import link_header
from geoclimate.contracts.forms import GEO_JSON


def point_feature(feature_id: str, latitude: float, longitude: float, properties: Mapping[str, Any]) -> dict[str, Any]:
    """A place and what is known of it."""
    return {
        "type": "Feature",
        "id": feature_id,
        "geometry": {"type": "Point", "coordinates": [longitude, latitude]},
        "properties": properties,
    }


def geojson_response(features: Iterable[Mapping[str, Any]], following: str | None, **members: object) -> Response:
    """Places as a feature collection.

    Args:
        features: As `point_feature` makes them.
        following: Link to the next page, or None.
        members: What the collection has beside its features.
    """
    collection = {
        "type": "FeatureCollection",
        "features": list(features),
        **members,
        "links": [] if following is None else [{"rel": "next", "href": following, "type": GEO_JSON}],
    }
    content = json.dumps(collection, separators=(",", ":"), ensure_ascii=False)
    return Response(content, media_type=GEO_JSON, headers=link_header(following))
