"""CoverageJSON (OGC 21-069r2): values of a station hour by hour as a PointSeries coverage."""

import datetime as dt
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from geoclimate.contracts.edr import CRS84
from geoclimate.domain.parameters import Parameter
from geoclimate.services.read_point_series import PointSeries

_UCUM_SCHEME: Final = "http://www.opengis.net/def/uom/UCUM/"
_UCUM: Final = {"µg/m³": "ug/m3", "c": "Cel", "hpa": "hPa"}
"""Canonical units that the Unified Code for Units of Measure writes in another way."""
_IN_SPACE: Final = {"coordinates": ["x", "y"], "system": {"type": "GeographicCRS", "id": CRS84}}
_IN_TIME: Final = {"coordinates": ["t"], "system": {"type": "TemporalRS", "calendar": "Gregorian"}}


def coverage_parameter(parameter: Parameter, statistic: str) -> dict[str, Any]:
    """A parameter as collections and coverages describe it.

    Args:
        parameter: What is measured.
        statistic: Which figure of it, for people, such as `hourly mean`.
    """
    return {
        "type": "Parameter",
        "description": {"en": f"{parameter.name}, {statistic}"},
        "observedProperty": {"id": f"urn:geoclimate:parameter:{parameter.code}", "label": {"en": parameter.name}},
        "unit": {
            "label": {"en": parameter.unit},
            "symbol": {"value": _UCUM.get(parameter.unit, parameter.unit), "type": _UCUM_SCHEME},
        },
    }


def coverage_text(series: PointSeries, parameters: Mapping[str, Mapping[str, Any]]) -> str:
    """One station's values as a coverage; without hours it is a point, since no axis may be empty.

    Args:
        series: The values.
        parameters: Descriptions by name; only those of the values are written.
    """
    named = {name: parameters[name] for name in series.values}
    coverage = _coverage(series)
    domain = {**coverage["domain"], "referencing": (_IN_SPACE, _IN_TIME)}
    if not series.hours:
        axes = {name: axis for name, axis in domain["axes"].items() if name != "t"}
        domain |= {"domainType": "Point", "axes": axes, "referencing": (_IN_SPACE,)}
    return _text({**coverage, "domain": domain, "parameters": named})


def collection_text(found: Sequence[PointSeries], parameters: Mapping[str, Mapping[str, Any]]) -> str:
    """Several stations' values as a collection of coverages, also where there are none."""
    names = {name for series in found for name in series.values}
    return _text(
        {
            "type": "CoverageCollection",
            "domainType": "PointSeries",
            "parameters": {name: parameters[name] for name in sorted(names)},
            "referencing": (_IN_SPACE, _IN_TIME),
            "coverages": [_coverage(series) for series in found],
        }
    )


def _coverage(series: PointSeries) -> dict[str, Any]:
    place = series.station
    return {
        "type": "Coverage",
        "id": place.id,
        "domain": {
            "type": "Domain",
            "domainType": "PointSeries",
            "axes": {
                "x": {"values": [place.longitude]},
                "y": {"values": [place.latitude]},
                "t": {
                    "values": _times(hour.start for hour in series.hours),
                    "bounds": _times(instant for hour in series.hours for instant in hour),
                },
            },
        },
        "ranges": {
            name: {
                "type": "NdArray",
                "dataType": "float",
                "axisNames": ["t"],
                "shape": [len(values)],
                "values": values,
            }
            for name, values in series.values.items()
        },
    }


def _times(instants: Iterable[dt.datetime]) -> list[str]:
    return [f"{instant:%Y-%m-%dT%H:%M:%SZ}" for instant in instants]


def _text(content: object) -> str:
    return json.dumps(content, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
