"""One step of an export: some series of a window."""

from collections.abc import Mapping
from typing import Final

import pyarrow as pa

from geoclimate.contracts.jobs import ExportJob
from geoclimate.domain.parameters import canonical_unit
from geoclimate.services.job_ports import IssuedForecasts
from geoclimate.services.ports import ObservationStore

SERIES_A_STEP: Final = 4

_INSTANT: Final = pa.timestamp("s", tz="UTC")
OBSERVATIONS: Final = pa.schema(
    [
        ("station", pa.string()),
        ("parameter", pa.string()),
        ("start", _INSTANT),
        ("end", _INSTANT),
        ("value", pa.float64()),
        ("unit", pa.string()),
        ("flag", pa.string()),
        ("instrument", pa.string()),
        ("source", pa.string()),
        ("revision", pa.int32()),
    ]
)
"""A row an observation as it is served; values in the parameter's canonical unit."""
FORECASTS: Final = pa.schema(
    [
        ("station", pa.string()),
        ("parameter", pa.string()),
        ("issue_time", _INSTANT),
        ("made_at", _INSTANT),
        ("lead_hours", pa.int32()),
        ("level", pa.float64()),
        ("value", pa.float64()),
        ("unit", pa.string()),
        ("engine", pa.string()),
        ("model_version", pa.string()),
    ]
)
"""A row a forecast, lead time and quantile level."""

Columns = dict[str, list[object]]
SCHEMAS: Final[Mapping[str, pa.Schema]] = {"observations": OBSERVATIONS, "forecasts": FORECASTS}


def export_part(
    request: ExportJob, position: int, observations: ObservationStore, forecasts: IssuedForecasts
) -> tuple[Columns, int, int]:
    """Rows of the next series, how many are done then, and how many there are.

    A series that does not exist has no rows.

    Raises:
        Unavailable: A store does not answer.
    """
    series = [(station, code) for station in request.stations for code in request.parameters]
    part = series[position : position + SERIES_A_STEP]
    columns: Columns = {name: [] for name in SCHEMAS[request.what].names}
    for station, code in part:
        unit = canonical_unit(code)
        if request.what == "observations":
            for one in observations.read(station, code, request.start, request.end):
                for name, column in columns.items():
                    column.append(unit if name == "unit" else getattr(one, name))
        else:
            _append_forecasts(columns, request, (station, code), forecasts)
    return columns, position + len(part), len(series)


def _append_forecasts(
    columns: Columns, request: ExportJob, series: tuple[str, str], forecasts: IssuedForecasts
) -> None:
    unit = canonical_unit(series[1])
    for one in forecasts.issued_between(*series, request.start, request.end):
        for lead, row in zip(one.lead_hours, one.quantiles, strict=True):
            for level, value in zip(one.levels, row, strict=True):
                said = (*series, one.issue_time, one.made_at, lead, level, value, unit, one.engine, one.model_version)
                for column, member in zip(columns.values(), said, strict=True):
                    column.append(member)
