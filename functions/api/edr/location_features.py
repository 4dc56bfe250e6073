"""Stations as locations of OGC API-EDR."""

from collections.abc import Collection, Iterable, Iterator
from typing import Any

from functions.api.forms.geojson_form import point_feature
from geoclimate.domain.stations import Station
from geoclimate.services.read_point_series import QUANTILES


def location_features(stations: Iterable[Station], names: Collection[str]) -> Iterator[dict[str, Any]]:
    """A feature a station, with the properties that the standard asks for.

    Args:
        stations: Each measures something of what is asked for.
        names: What is asked for.
    """
    for station in stations:
        series = [one for one in station.series if any(one.parameter + ending in names for ending in QUANTILES)]
        first, last = min(one.first for one in series), max(one.last for one in series)
        yield point_feature(
            station.id,
            station.latitude,
            station.longitude,
            {
                "label": station.name,
                "datetime": f"{first:%Y-%m-%dT%H:%M:%SZ}/{last:%Y-%m-%dT%H:%M:%SZ}",
                "parameter-name": sorted(
                    one.parameter + ending for one in series for ending in QUANTILES if one.parameter + ending in names
                ),
                "edrqueryendpoint": f"locations/{station.id}",
            },
        )
