"""Spellings of units, and the way to the canonical one."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geoclimate.domain.parameters import PARAMETERS, Parameter
from geoclimate.domain.units import MOLAR_VOLUME, UNITS, Conversion, conversion, rescaling, unit_named, units_of

FINITE = st.floats(allow_nan=False, allow_infinity=False)
MODERATE = st.floats(min_value=-1e6, max_value=1e6)


def way_from(unit: str, parameter: Parameter) -> Conversion:
    way = conversion(unit, parameter)
    assert way is not None
    return way


@pytest.mark.parametrize("text", ["µg/m³", "μg/m³", "ug/m3", "UG/M3", " µg/m3 ", "ug/m³"], ids=ascii)
def test_every_spelling_of_micrograms_is_one_unit(text: str) -> None:
    assert unit_named(text) == "\u00b5g/m\u00b3"


@pytest.mark.parametrize(
    ("text", "name"), [("C", "c"), ("°C", "c"), ("mbar", "mb"), ("hPa", "hpa"), ("degrees", "deg")]
)
def test_spellings_of_the_weather(text: str, name: str) -> None:
    assert unit_named(text) == name


@pytest.mark.parametrize("text", ["", "furlong", "µg", "g/m3", "particles/cm³"])
def test_an_unknown_unit_has_no_name(text: str) -> None:
    assert unit_named(text) is None


@given(value=FINITE)
@pytest.mark.parametrize("parameter", PARAMETERS.values(), ids=lambda parameter: parameter.code)
def test_the_canonical_unit_changes_no_bit(parameter: Parameter, value: float) -> None:
    converted = way_from(parameter.unit, parameter)(value)
    assert converted == value
    assert math.copysign(1.0, converted) == math.copysign(1.0, value)


@pytest.mark.parametrize(
    ("value", "unit", "parameter", "expected"),
    [
        # 1 ppb of ozone is 47.997 g/mol over 24.4654 L/mol; the EPA's own rounded factor is 1.96.
        (1.0, "ppb", "o3", 1.96183),
        (1.0, "ppm", "co", 1144.88),
        (100.0, "ppb", "no2", 188.04),
        (0.05, "mg/m³", "pm25", 50.0),
        (500.0, "ng/m³", "bc", 0.5),
        (32.0, "f", "temperature", 0.0),
        (212.0, "f", "temperature", 100.0),
        (273.15, "k", "temperature", 0.0),
        (101_325.0, "pa", "pressure", 1013.25),
        (101.325, "kpa", "pressure", 1013.25),
        (36.0, "km/h", "wind_speed", 10.0),
        (2.0, "in", "precipitation", 50.8),
    ],
)
def test_converts(value: float, unit: str, parameter: str, expected: float) -> None:
    assert way_from(unit, PARAMETERS[parameter])(value) == pytest.approx(expected, rel=1e-5)


def test_a_millibar_is_a_hectopascal_exactly() -> None:
    assert way_from("mb", PARAMETERS["pressure"])(1013.2) == 1013.2


@pytest.mark.parametrize(
    ("unit", "parameter"),
    [("ppb", "pm25"), ("ppm", "bc"), ("ppb", "temperature"), ("c", "o3"), ("%", "pressure"), ("mm", "wind_speed")],
)
def test_a_parameter_has_no_unit_of_another_kind(unit: str, parameter: str) -> None:
    assert conversion(unit, PARAMETERS[parameter]) is None


def test_the_molar_volume_is_that_of_25_degrees_and_one_atmosphere() -> None:
    assert pytest.approx(24.4654, rel=1e-6) == MOLAR_VOLUME


@given(value=MODERATE, data=st.data())
def test_converting_and_going_back_gives_the_value_again(value: float, data: st.DataObject) -> None:
    parameter = data.draw(st.sampled_from(list(PARAMETERS.values())))
    unit = data.draw(st.sampled_from(list(UNITS)))
    way = conversion(unit, parameter)
    if way is None:
        return
    back = way(value) / way.scale - way.shift
    assert back == pytest.approx(value, rel=1e-9, abs=1e-9)


@given(value=MODERATE)
def test_a_thousand_ppb_are_a_ppm(value: float) -> None:
    gas = PARAMETERS["so2"]
    assert way_from("ppb", gas)(value * 1000.0) == pytest.approx(way_from("ppm", gas)(value), rel=1e-12)


@given(st.floats(-1e4, 1e5), st.sampled_from(sorted(PARAMETERS.values(), key=lambda one: one.code)), st.data())
def test_a_value_rescaled_to_the_unit_in_which_it_came_is_the_one_that_came(
    value: float, parameter: Parameter, data: st.DataObject
) -> None:
    unit = data.draw(st.sampled_from(units_of(parameter)))
    there, back = conversion(unit, parameter), rescaling(unit, parameter)

    assert there is not None
    assert back is not None
    assert back(there(value)) == pytest.approx(value, rel=1e-9, abs=1e-7)


def test_a_value_that_came_in_ppb_reads_as_it_came() -> None:
    there, back = conversion("ppb", PARAMETERS["o3"]), rescaling("ppb", PARAMETERS["o3"])

    assert there is not None
    assert back is not None
    assert [back(there(float(value))) for value in range(1, 300)] == [float(value) for value in range(1, 300)]


def test_rescaling_says_what_it_did() -> None:
    fahrenheit = rescaling("f", PARAMETERS["temperature"])

    assert fahrenheit is not None
    assert (fahrenheit.factor, fahrenheit.offset, fahrenheit.conditions) == (1.8, 32.0, None)
    assert fahrenheit(21.5) == 70.7
    assert rescaling("ppb", PARAMETERS["pm25"]) is None


def test_the_units_of_a_parameter_are_those_that_it_can_have() -> None:
    assert units_of(PARAMETERS["o3"]) == ("µg/m³", "mg/m³", "ng/m³", "ppb", "ppm")
    assert units_of(PARAMETERS["pm25"]) == ("µg/m³", "mg/m³", "ng/m³")
    assert units_of(PARAMETERS["temperature"]) == ("c", "f", "k")
