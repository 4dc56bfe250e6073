"""What can be measured: codes, canonical units, credible ranges, molar masses.

Sources, where a number is not a definition:

- Molar masses: sums of IUPAC's abridged standard atomic weights of 2021 (C 12.011, N 14.007, O 15.999, S 32.06). NOx is
  counted as NO2, as the US EPA and the EU directive 2008/50/EC report it.
- Weather ranges: WMO-No. 8, Guide to Instruments and Methods of Observation, annex 1.A, column "range". Its 500 mm of
  precipitation are a day's; no hour on record reached them.
- Concentrations: the upper limits are this project's, about ten times what is reported in the worst pollution episodes
  and dust storms, so that they catch a wrong unit or a broken instrument and no real event.
- Noise: readings this far below zero are what an instrument shows in clean air. For PM the US EPA's AQS takes them down
  to -10 µg/m³; for gases it is about the detection limit of a certified analyser, rounded up (5 ppb; CO 0.5 ppm).
"""

from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from geoclimate.domain.errors import UnknownParameter

MICROGRAMS: Final = "µg/m³"
"""Canonical unit of every concentration; written with U+00B5."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """Something that stations measure.

    Attributes:
        code: Our code, which is OpenAQ's where it has one.
        name: Name for people.
        unit: Canonical unit.
        low: Least credible value, canonical unit.
        high: Greatest credible value, canonical unit.
        noise: How far below `low` a reading is still noise: it is kept and flagged.
        molar_mass: g/mol, of gases only.
    """

    code: str
    name: str
    unit: str
    low: float
    high: float
    noise: float = 0.0
    molar_mass: float | None = None


_TABLE: Final = (
    Parameter("pm1", "PM1", MICROGRAMS, 0.0, 10_000.0, noise=10.0),
    Parameter("pm25", "PM2.5", MICROGRAMS, 0.0, 10_000.0, noise=10.0),
    Parameter("pm10", "PM10", MICROGRAMS, 0.0, 30_000.0, noise=10.0),
    Parameter("bc", "Black carbon", MICROGRAMS, 0.0, 1_000.0, noise=1.0),
    Parameter("o3", "Ozone", MICROGRAMS, 0.0, 2_000.0, noise=10.0, molar_mass=47.997),
    Parameter("no", "Nitrogen monoxide", MICROGRAMS, 0.0, 10_000.0, noise=6.0, molar_mass=30.006),
    Parameter("no2", "Nitrogen dioxide", MICROGRAMS, 0.0, 5_000.0, noise=10.0, molar_mass=46.005),
    Parameter("nox", "Nitrogen oxides as NO2", MICROGRAMS, 0.0, 15_000.0, noise=10.0, molar_mass=46.005),
    Parameter("so2", "Sulfur dioxide", MICROGRAMS, 0.0, 20_000.0, noise=13.0, molar_mass=64.058),
    Parameter("co", "Carbon monoxide", MICROGRAMS, 0.0, 200_000.0, noise=573.0, molar_mass=28.01),
    Parameter("temperature", "Air temperature", "c", -80.0, 60.0),
    Parameter("dewpoint", "Dew point", "c", -80.0, 35.0),
    Parameter("relativehumidity", "Relative humidity", "%", 0.0, 100.0),
    Parameter("pressure", "Air pressure", "hpa", 500.0, 1_080.0),
    Parameter("wind_speed", "Wind speed", "m/s", 0.0, 75.0),
    Parameter("wind_direction", "Wind direction", "deg", 0.0, 360.0),
    Parameter("precipitation", "Precipitation", "mm", 0.0, 500.0),
)

PARAMETERS: Final = MappingProxyType({parameter.code: parameter for parameter in _TABLE})
"""Every parameter that the platform knows, by code."""


def canonical_unit(code: str) -> str:
    """The unit in which the platform stores and serves a parameter.

    Raises:
        UnknownParameter: There is no such code; the message lists those that there are.
    """
    try:
        return PARAMETERS[code].unit
    except KeyError:
        raise UnknownParameter(f"'{code}' is no parameter; known are {', '.join(sorted(PARAMETERS))}") from None


def lowest_value(code: str) -> float | None:
    """Least value that a parameter can take as a target, or None: a concentration is never below zero."""
    return 0.0 if canonical_unit(code) == MICROGRAMS else None
