"""One step of an export: some series of a window."""

from collections.abc import Iterator, Mapping
from typing import Final

import pyarrow as pa

from geoclimate.contracts.jobs import ExportJob
from geoclimate.domain.parameters import canonical_unit
from geoclimate.domain.stations import Station
from geoclimate.services.job_ports import IssuedForecasts
from geoclimate.services.ports import ObservationStore, StationStore

SERIES_A_STEP: Final = 4

_INSTANT: Final = pa.timestamp("s", tz="UTC")
OBSERVATIONS: Final = pa.schema(
    [
        ("station", pa.string()),
        ("latitude", pa.float64()),
        ("longitude", pa.float64()),
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
"""A row an observation as it is served, and where its station is; values in the parameter's canonical unit."""
FORECASTS: Final = pa.schema(
    [
        ("station", pa.string()),
        ("latitude", pa.float64()),
        ("longitude", pa.float64()),
        ("parameter", pa.string()),
        ("issue_time", _INSTANT),
        ("made_at", pa.timestamp("us", tz="UTC")),
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
    request: ExportJob,
    position: int,
    stations: StationStore,
    observations: ObservationStore,
    forecasts: IssuedForecasts,
) -> tuple[Columns, int, int]:
    """Rows of the next series, how many are done then, and how many there are.

    A series that does not exist has no rows.

    Raises:
        Unavailable: A store does not answer.
    """
    series = request.wanted
    part = series[position : position + SERIES_A_STEP]
    columns: Columns = {name: [] for name in SCHEMAS[request.what].names}
    known = stations.get_together(station for station, _ in part)
    for station, code in part:
        if station not in known:
            continue
        if request.what == "observations":
            rows = _observed(request, known[station], code, observations)
        else:
            rows = _forecast(request, known[station], code, forecasts)
        for row in rows:
            for column, member in zip(columns.values(), row, strict=True):
                column.append(member)
    return columns, position + len(part), len(series)


def _observed(
    request: ExportJob, station: Station, parameter: str, observations: ObservationStore
) -> Iterator[tuple[object, ...]]:
    unit = canonical_unit(parameter)
    for one in observations.read(station.id, parameter, request.start, request.end):
        when = one.start, one.end
        said = one.value, unit, one.flag, one.instrument, one.source, one.revision
        yield *_series(station, parameter), *when, *said


def _forecast(
    request: ExportJob, station: Station, parameter: str, forecasts: IssuedForecasts
) -> Iterator[tuple[object, ...]]:
    unit = canonical_unit(parameter)
    for one in forecasts.issued_between(station.id, parameter, request.start, request.end):
        for lead, row in zip(one.lead_hours, one.quantiles, strict=True):
            for level, value in zip(one.levels, row, strict=True):
                said = one.issue_time, one.made_at, lead, level, value, unit, one.engine, one.model_version
                yield *_series(station, parameter), *said


def _series(station: Station, parameter: str) -> tuple[object, ...]:
    return station.id, station.latitude, station.longitude, parameter
