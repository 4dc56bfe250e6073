"""The air quality index of a concentration that the caller has."""

from dataclasses import dataclass

from geoclimate.domain.aqi.catalogue import scales_asked, standard_named
from geoclimate.domain.aqi.pollutant_index import canonical_per_unit
from geoclimate.domain.aqi.standards import Beyond, Scale, Standard
from geoclimate.domain.aqi.sub_index import SubIndex, sub_index
from geoclimate.domain.errors import InvalidQuery
from geoclimate.domain.parameters import Parameter
from geoclimate.services.observation_window import parse_units
from geoclimate.services.read_stations import read_parameter


@dataclass(frozen=True, slots=True)
class ConcentrationQuery:
    """A concentration whose index is asked for.

    Attributes:
        parameter: Parameter code.
        value: Concentration, finite and 0 or more.
        units: Unit of the value in any spelling; None for the parameter's canonical one.
        standard: Id of the standard.
        averaging_hours: Hours of the mean that the value is; None for the parameter's first table in the standard,
            which is the one that begins at 0.
    """

    parameter: str
    value: float
    units: str | None
    standard: str
    averaging_hours: int | None


@dataclass(frozen=True, slots=True)
class IndexedConcentration:
    """A concentration and its index.

    Attributes:
        standard: Standard that it follows.
        scale: Table that gave the index.
        sub_index: Index, and what the table was entered with.
        unit: Unit of the value, spelled our way.
    """

    standard: Standard
    scale: Scale
    sub_index: SubIndex
    unit: str


def index_concentration(asked: ConcentrationQuery) -> IndexedConcentration:
    """The index of a concentration, from one table.

    Above the table's last segment the index goes on as a station's does, and says so. Where the table ends because
    another averaging period decides there, the concentration is refused with that period.

    Raises:
        UnknownParameter: The platform does not know it.
        UnknownStandard: There is no such standard.
        InvalidQuery: `parameter` takes no part in the standard, `units` is none of its units, `average` is not the
            period of a table, or `value` is not credible or lies where the table says nothing.
    """
    standard = standard_named(asked.standard)
    parameter = read_parameter(asked.parameter)
    scales = scales_asked(standard, parameter.code)
    unit = parameter.unit if asked.units is None else parse_units(asked.units, parameter).unit
    scale = _scale(scales, asked.averaging_hours, standard)
    canonical = asked.value * canonical_per_unit(parameter.code, unit)
    if canonical > parameter.high:
        # An open band would take any number, and decimals of hundreds of digits cannot be divided.
        raise InvalidQuery("value", f"is {asked.value:.6g} {unit}, and {_not_credible(parameter)}")
    concentration = canonical / canonical_per_unit(parameter.code, scale.unit)
    found = sub_index(scale, concentration)
    if found is None or (found.beyond_table and scale.beyond is Beyond.TOP):
        raise InvalidQuery("value", _outside(scales, scale, concentration))
    return IndexedConcentration(standard, scale, found, unit)


def _scale(scales: tuple[Scale, ...], hours: int | None, standard: Standard) -> Scale:
    if hours is None:
        return scales[0]
    for scale in scales:
        if scale.averaging_hours == hours:
            return scale
    parameter = scales[0].parameter
    periods = " or ".join(str(scale.averaging_hours) for scale in scales)
    raise InvalidQuery(
        "average", f"cannot be {hours} for {parameter} in {standard.id}, which has a table for means of {periods} h"
    )


def _not_credible(parameter: Parameter) -> str:
    return (
        f"no credible {parameter.name} is above {parameter.high:g} {parameter.unit}; say with 'units' where it is in"
        " another unit"
    )


def _outside(scales: tuple[Scale, ...], scale: Scale, concentration: float) -> str:
    """Where a table says nothing of a concentration, and which other one does."""
    first, last = scale.segments[0], scale.segments[-1]
    table = f"the table for means of {scale.averaging_hours} h"
    if concentration < first.low:
        place = f"{table} begins at {first.low} {scale.unit}"
    else:
        place = f"{table} ends at {last.high} {scale.unit} with an index of {last.index_high}"
    others = " or ".join(str(one.averaging_hours) for one in scales if one is not scale)
    return (
        f"is {concentration:.6g} {scale.unit}, and {place}; another averaging period decides there, so give its mean"
        f" with average={others}"
    )
