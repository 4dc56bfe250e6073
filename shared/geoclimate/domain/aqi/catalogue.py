"""The air quality indexes that there are."""

from types import MappingProxyType
from typing import Final

from geoclimate.domain.aqi.eu_eea_2024 import EU_EEA_2024
from geoclimate.domain.aqi.standards import Scale, Standard
from geoclimate.domain.aqi.us_epa_2024 import US_EPA_2024
from geoclimate.domain.errors import InvalidQuery, UnknownStandard

STANDARDS: Final = MappingProxyType({standard.id: standard for standard in (US_EPA_2024, EU_EEA_2024)})
"""By id. A revision of an index becomes a further entry, so that what was published can be computed again."""


def standard_named(name: str) -> Standard:
    """The index of this id.

    Raises:
        UnknownStandard: There is none; the message lists those that there are.
    """
    try:
        return STANDARDS[name]
    except KeyError:
        raise UnknownStandard(f"No air quality index has the id '{name}'; there are {', '.join(STANDARDS)}.") from None


def standards_with(parameter: str) -> tuple[str, ...]:
    """Ids of the indexes that a parameter takes part in."""
    return tuple(name for name, standard in STANDARDS.items() if parameter in standard.parameters)


def scales_asked(standard: Standard, parameter: str) -> tuple[Scale, ...]:
    """The scales of a parameter that a request names; one at least.

    Raises:
        InvalidQuery: `parameter`: it takes no part in the standard; those that do are said.
    """
    scales = standard.scales_of(parameter)
    if not scales:
        raise InvalidQuery(
            "parameter", f"'{parameter}' takes no part in {standard.id}; these do: {', '.join(standard.parameters)}"
        )
    return scales
