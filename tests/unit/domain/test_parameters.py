"""What the table of parameters promises to everybody who reads it."""

import pytest

from geoclimate.domain.errors import UnknownParameter
from geoclimate.domain.parameters import PARAMETERS, Parameter, canonical_unit
from geoclimate.domain.units import UNITS, conversion


@pytest.mark.parametrize("parameter", PARAMETERS.values(), ids=lambda parameter: parameter.code)
def test_every_parameter_has_a_canonical_unit_and_a_range(parameter: Parameter) -> None:
    assert conversion(parameter.unit, parameter) is not None
    assert UNITS[parameter.unit].canonical == parameter.unit
    assert parameter.low < parameter.high
    assert parameter.noise >= 0


def test_only_gases_have_a_molar_mass() -> None:
    gases = {code for code, parameter in PARAMETERS.items() if parameter.molar_mass is not None}
    assert gases == {"o3", "no", "no2", "nox", "so2", "co"}


def test_says_the_canonical_unit() -> None:
    assert canonical_unit("pm25") == "µg/m³"


def test_names_the_unknown_code_and_the_known_ones() -> None:
    with pytest.raises(UnknownParameter, match=r"'radon' is no parameter; known are bc, co,"):
        canonical_unit("radon")
