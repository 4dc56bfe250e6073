"""A forecast as rows."""

import json
from typing import Final

from functions.api.forms.table import Table
from geoclimate.domain.stations import Station

_FORECAST: Final = ("parameter", "unit", "id", "issue_time", "made_at", "model_version", "engine", "stale")
_HOUR: Final = ("lead_hours", "start", "end", "median", "lower", "upper")


def forecast_table(written: bytes, station: Station) -> Table:
    """A row a lead time; a quantile a column, such as `q90`.

    Args:
        written: The answer as JSON, whose texts the rows repeat.
        station: Where.
    """
    answer = json.loads(written)
    hours = answer["lead_times"]
    place = (station.id, station.latitude, station.longitude, *(answer[name] for name in _FORECAST))
    # Every hour of a forecast has the same levels.
    quantiles = tuple(f"q{100 * one['level']:g}" for one in (hours[0]["quantiles"] if hours else ()))
    rows = (
        (
            *place,
            *(hour[name] for name in _HOUR),
            answer["interval_level"],
            *(one["value"] for one in hour["quantiles"]),
            (hour["exceedance"] or {}).get("probability"),
        )
        for hour in hours
    )
    columns = ("station", "latitude", "longitude", *_FORECAST, *_HOUR, "interval_level", *quantiles)
    return Table((*columns, "exceedance_probability"), rows)
