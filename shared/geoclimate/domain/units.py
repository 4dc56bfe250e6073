"""Units: their many spellings, and the way from each to a parameter's canonical unit.

Gases in parts per billion become µg/m³ at 25 °C and 1 atm, the US EPA's reference conditions for gases (40 CFR 50.3).
The molar volume there is derived from its constants, 24.4654 L/mol; the often quoted 24.45 is a rounding of it that
would bring 0.06% of error. The EU refers to 20 °C instead, so a provider's own µg/m³ are taken as they are.
"""

from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from geoclimate.domain.parameters import MICROGRAMS, Parameter

_GAS_CONSTANT: Final = 8.314462618
"""J/(mol K); CODATA 2018, exact since the SI of 2019."""
_REFERENCE_KELVIN: Final = 298.15
_REFERENCE_PASCAL: Final = 101_325.0
GAS_CONDITIONS: Final = "gases at 25 °C and 1 atm"
"""For people."""
MOLAR_VOLUME: Final = 1000.0 * _GAS_CONSTANT * _REFERENCE_KELVIN / _REFERENCE_PASCAL
"""L/mol of an ideal gas at 25 °C and 1 atm."""


@dataclass(frozen=True, slots=True)
class _Unit:
    """One unit: how it is spelled, which canonical unit it leads to, and how: `(value + shift) * scale`."""

    name: str
    spellings: tuple[str, ...]
    canonical: str
    scale: float = 1.0
    shift: float = 0.0
    gas: bool = False


_EPA_MICROGRAMS: Final = ("micrograms/cubic meter (lc)", "micrograms/cubic meter (25 c)", "ug/m3 lc", "ug/m3 sc")
"""As the EPA's AQS and AirData spell it: at local conditions, and at its standard ones, 25 °C and 1 atm."""
_MMHG_IN_HPA: Final = 1.333_223_874_15
"""The conventional millimetre of mercury; NIST SP 811, appendix B.8."""

# The degree of Fahrenheit, the inch, the mile and the knot are exact by definition (NIST SP 811, appendix B).
# Spelled out are the units as in the EPA's AQS code table "Units".
_UNITS: Final = (
    _Unit(MICROGRAMS, ("µg/m³", "µg/m3", "ug/m³", "ug/m3", "microg/m3", *_EPA_MICROGRAMS), MICROGRAMS),
    _Unit("mg/m³", ("mg/m³", "mg/m3"), MICROGRAMS, scale=1000.0),
    _Unit("ng/m³", ("ng/m³", "ng/m3"), MICROGRAMS, scale=0.001),
    _Unit("ppb", ("ppb", "ppbv", "parts per billion"), MICROGRAMS, gas=True),
    _Unit("ppm", ("ppm", "ppmv", "parts per million"), MICROGRAMS, scale=1000.0, gas=True),
    _Unit("c", ("c", "°c", "degc", "celsius", "degrees centigrade"), "c"),
    _Unit("f", ("f", "°f", "degf", "fahrenheit", "degrees fahrenheit"), "c", scale=5.0 / 9.0, shift=-32.0),
    _Unit("k", ("k", "kelvin"), "c", shift=-273.15),
    _Unit("hpa", ("hpa",), "hpa"),
    _Unit("mb", ("mb", "mbar", "millibar", "millibars"), "hpa"),
    _Unit("pa", ("pa",), "hpa", scale=0.01),
    _Unit("kpa", ("kpa",), "hpa", scale=10.0),
    _Unit("mmhg", ("mmhg", "millimeters (mercury)"), "hpa", scale=_MMHG_IN_HPA),
    _Unit("inhg", ("inhg", "inches (mercury)"), "hpa", scale=25.4 * _MMHG_IN_HPA),
    _Unit("%", ("%", "percent", "percent relative humidity"), "%"),
    _Unit("m/s", ("m/s", "ms-1", "m s-1", "meters/second"), "m/s"),
    _Unit("km/h", ("km/h", "kmh", "kph"), "m/s", scale=1.0 / 3.6),
    _Unit("mph", ("mph", "miles per hour"), "m/s", scale=0.44704),
    _Unit("kn", ("kn", "kt", "knots"), "m/s", scale=1852.0 / 3600.0),
    _Unit("deg", ("deg", "°", "degrees", "degree", "degrees compass"), "deg"),
    _Unit("mm", ("mm",), "mm"),
    _Unit("in", ("in", "inch", "inches"), "mm", scale=25.4),
)

_GREEK_MU_TO_MICRO: Final = {0x03BC: "\u00b5"}
"""Two characters look the same: U+03BC is the letter, U+00B5 the sign that unit names use."""

_BY_SPELLING: Final = MappingProxyType({spelling: unit for unit in _UNITS for spelling in unit.spellings})
UNITS: Final = MappingProxyType({unit.name: unit for unit in _UNITS})


def unit_named(text: str) -> str | None:
    """Our spelling of a unit as a provider wrote it, such as `µg/m³` for `ug/m3`; None where it is unknown."""
    unit = _BY_SPELLING.get(text.strip().lower().translate(_GREEK_MU_TO_MICRO))
    return None if unit is None else unit.name


@dataclass(frozen=True, slots=True)
class Conversion:
    """The way from one unit to the canonical one: `(value + shift) * scale`.

    Attributes:
        scale: Factor.
        shift: Added before.
    """

    scale: float
    shift: float

    def __call__(self, value: float) -> float:
        """The value in the canonical unit; bit for bit the same where the unit is the canonical one."""
        return (value + self.shift) * self.scale if self.shift else value * self.scale


def conversion(unit: str, parameter: Parameter) -> Conversion | None:
    """The way from a unit, spelled our way, to the parameter's canonical unit.

    Returns:
        None where the parameter cannot have this unit, such as a temperature in ppm or dust in ppb.
    """
    known = UNITS[unit]
    if known.canonical != parameter.unit:
        return None
    if not known.gas:
        return Conversion(known.scale, known.shift)
    if parameter.molar_mass is None:
        return None
    return Conversion(known.scale * parameter.molar_mass / MOLAR_VOLUME, 0.0)


@dataclass(frozen=True, slots=True)
class Rescaling:
    """The way from the canonical unit to another one: `value * factor + offset`, to 12 digits.

    Attributes:
        unit: The other unit, spelled our way.
        factor: Factor.
        offset: Added after.
        conditions: What the factor supposes; None where it holds always.
    """

    unit: str
    factor: float
    offset: float
    conditions: str | None

    def __call__(self, value: float) -> float:
        """The value in the other unit; bit for bit the same where that is the canonical one."""
        if self.factor == 1.0 and self.offset == 0.0:
            return value
        # A value that came as 35 ppb reads 35 again, and not 35.00000000000001.
        return float(f"{value * self.factor + self.offset:.12g}")


def rescaling(unit: str, parameter: Parameter) -> Rescaling | None:
    """The way from the parameter's canonical unit to another one, spelled our way.

    Returns:
        None where the parameter cannot have this unit.
    """
    way = conversion(unit, parameter)
    if way is None:
        return None
    conditions = GAS_CONDITIONS if UNITS[unit].gas else None
    # To the digits that a float surely holds, so that 1.8 is not 1.7999999999999998.
    return Rescaling(unit, float(f"{1.0 / way.scale:.15g}"), 0.0 - way.shift, conditions)


def units_of(parameter: Parameter) -> tuple[str, ...]:
    """The units that a parameter can have, spelled our way; the canonical one is among them."""
    return tuple(unit for unit in UNITS if conversion(unit, parameter) is not None)
