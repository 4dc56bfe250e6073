"""Names of the US EPA's Air Quality System (AQS): sites, monitors, parameter codes.

Sources: EPA, "AirData Download Files Documentation" (aqs.epa.gov/aqsweb/airdata/FileFormats.html), for sites and POCs;
the AQS code table "Parameters", for the codes. A monitor is a site, a parameter code and a POC. Codes are texts: a
leading zero belongs to them.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from geoclimate.domain.errors import RefusedValue
from geoclimate.domain.parameters import PARAMETERS
from geoclimate.domain.quality import Measure, RowRule, measure_in, require, shortened

SOURCE: Final = "epa"
_REMEMBERED: Final = 8192
_CODES: Final = MappingProxyType(
    {
        "88101": "pm25",
        "88502": "pm25",
        "81102": "pm10",
        "44201": "o3",
        "42602": "no2",
        "42401": "so2",
        "42101": "co",
        "62101": "temperature",
        "61103": "wind_speed",
        "61104": "wind_direction",
        "62201": "relativehumidity",
        "64101": "pressure",
    }
)
"""Our parameter by AQS code. 61103 and 61104 are the resultant (vector mean) wind, 81102 is PM10 at 25 °C and 1 atm."""

_NOT_REFERENCE: Final = "88502"
"""PM2.5 by methods that are near to the federal reference method and not equivalent to it.

It is PM2.5 all the same, so it is served as such; its POCs are counted apart from those of 88101, so its instrument is
called `88502-<POC>` and the two never take one another's place.
"""

_STATE: Final = re.compile(r"\d\d|CC", re.ASCII)
"""CC is Canada."""
_COUNTY: Final = re.compile(r"\d{3}", re.ASCII)
_SITE: Final = re.compile(r"\d{4}", re.ASCII)
_POC: Final = re.compile(r"[1-9]\d?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Monitor:
    """What a row measures, and with which instrument.

    Attributes:
        measure: The parameter and the way to its canonical unit.
        instrument: The POC, and before it the parameter code where that is not the parameter's first one.
    """

    measure: Measure
    instrument: str


@lru_cache(maxsize=_REMEMBERED)
def parse_site(state: str, county: str, site: str) -> str:
    """A station id such as `epa-06-001-0007`.

    Raises:
        RefusedValue: `required`, `identifier`.
    """
    codes = (
        _code(state, "State Code", _STATE, "06"),
        _code(county, "County Code", _COUNTY, "001"),
        _code(site, "Site Num", _SITE, "0007"),
    )
    return "-".join((SOURCE, *codes))


def _code(text: str, column: str, form: re.Pattern[str], example: str) -> str:
    trimmed = require(text, column)
    if not form.fullmatch(trimmed):
        message = (
            f"'{shortened(text)}' is not the code that AQS has: it has {len(example)} digits, such as {example};"
            " where a spreadsheet took leading zeros away, take the file as EPA delivers it"
        )
        raise RefusedValue(RowRule.IDENTIFIER, column, text, message)
    return trimmed


@lru_cache(maxsize=_REMEMBERED)
def parse_monitor(code: str, poc: str, unit: str, code_column: str, unit_column: str) -> Monitor:
    """What a parameter code, a POC and a unit say together.

    Raises:
        RefusedValue: `required`, `parameter`, `identifier`, `unit`, `unit-of-parameter`.
    """
    trimmed = require(code, code_column)
    ours = _CODES.get(trimmed)
    if ours is None:
        message = f"AQS parameter {shortened(code)} is not taken; these are: {', '.join(_CODES)}"
        raise RefusedValue(RowRule.PARAMETER, code_column, code, message)
    number = require(poc, "POC")
    if not _POC.fullmatch(number):
        message = f"'{shortened(poc)}' is not a parameter occurrence code: give it as AQS does, a number from 1 to 99"
        raise RefusedValue(RowRule.IDENTIFIER, "POC", poc, message)
    instrument = f"{trimmed}-{number}" if trimmed == _NOT_REFERENCE else number
    return Monitor(measure_in(PARAMETERS[ours], unit, unit_column), instrument)
