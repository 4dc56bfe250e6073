"""The index of a concentration that the caller has."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geoclimate.domain.aqi.catalogue import STANDARDS
from geoclimate.domain.aqi.standards import Beyond, Scale
from geoclimate.domain.errors import InvalidQuery, UnknownParameter, UnknownStandard
from geoclimate.services.index_concentration import ConcentrationQuery, IndexedConcentration, index_concentration

_SCALES = [(name, scale) for name, standard in STANDARDS.items() for scale in standard.scales]


def _index(
    parameter: str,
    value: float,
    units: str | None = None,
    standard: str = "us-epa-2024",
    hours: int | None = None,
) -> IndexedConcentration:
    return index_concentration(ConcentrationQuery(parameter, value, units, standard, hours))


@pytest.mark.parametrize(
    ("value", "index"),
    [
        (0.0, 0),
        (9.0, 50),
        (9.1, 51),
        (35.4, 100),
        (35.5, 101),
        (55.4, 150),
        (55.5, 151),
        (125.4, 200),
        (125.5, 201),
        (225.4, 300),
        (225.5, 301),
        (325.4, 500),
        (325.49, 500),
    ],
)
def test_pm25_at_the_breakpoints_of_2024(value: float, index: int) -> None:
    assert _index("pm25", value).sub_index.index == index


@pytest.mark.parametrize(
    ("parameter", "value", "band"),
    [
        ("pm25", 5.0, 1),
        ("pm25", 5.1, 2),
        ("pm25", 140.1, 6),
        ("pm10", 45.0, 2),
        ("no2", 60.5, 4),
        ("o3", 100.0, 2),
        ("so2", 275.0, 5),
    ],
)
def test_the_european_bands(parameter: str, value: float, band: int) -> None:
    found = _index(parameter, value, standard="eu-eea-2024")

    assert (found.sub_index.index, found.sub_index.concentration, found.scale.averaging_hours) == (band, value, 1)


@pytest.mark.parametrize(
    ("parameter", "value", "units", "concentration", "index"),
    [
        ("pm25", 0.0354, "mg/m3", 35.4, 100),
        ("o3", 70.0, "ppb", 0.070, 100),
        ("o3", 0.070, "ppm", 0.070, 100),
        ("no2", 100.0, "ppb", 100.0, 100),
        ("co", 9.4, "ppm", 9.4, 100),
        # 100 µg/m³ at 25 °C and 1 atm are 50.97 ppb.
        ("o3", 100.0, None, 0.050, 46),
    ],
)
def test_a_value_is_converted_to_the_unit_of_the_table(
    parameter: str, value: float, units: str | None, concentration: float, index: int
) -> None:
    found = _index(parameter, value, units)

    assert (found.sub_index.concentration, found.sub_index.index) == (concentration, index)


@pytest.mark.parametrize(("parameter", "hours"), [("pm25", 24), ("o3", 8), ("so2", 1), ("co", 8), ("no2", 1)])
def test_without_a_period_the_table_is_that_which_begins_at_zero(parameter: str, hours: int) -> None:
    found = _index(parameter, 0.0)

    assert (found.scale.averaging_hours, found.sub_index.index) == (hours, 0)


def test_the_averaging_period_chooses_the_table() -> None:
    assert _index("o3", 162.0, "ppb", hours=8).sub_index.index == 260
    assert _index("o3", 162.0, "ppb", hours=1).sub_index.index == 147
    assert _index("so2", 305.0, "ppb", hours=24).sub_index.index == 201


@pytest.mark.parametrize(
    ("parameter", "value", "hours", "told"),
    [
        ("o3", 201.0, None, "is 0.201 ppm, .* 8 h ends at 0.200 ppm with an index of 300; .* average=1$"),
        ("o3", 124.0, 1, "is 0.124 ppm, .* 1 h begins at 0.125 ppm; .* average=8$"),
        ("so2", 305.0, 1, "is 305 ppb, .* 1 h ends at 304 ppb with an index of 200; .* average=24$"),
        ("so2", 304.0, 24, "is 304 ppb, .* 24 h begins at 305 ppb; .* average=1$"),
    ],
)
def test_refuses_what_another_table_decides(parameter: str, value: float, hours: int | None, told: str) -> None:
    with pytest.raises(InvalidQuery, match=told) as raised:
        _index(parameter, value, "ppb", hours=hours)

    assert raised.value.parameter == "value"


@pytest.mark.parametrize("standard", STANDARDS)
@pytest.mark.parametrize("value", [10_000.1, 1e308])
def test_refuses_what_no_air_holds(standard: str, value: float) -> None:
    with pytest.raises(InvalidQuery, match=r"no credible PM2\.5 is above 10000 µg/m³; say with 'units'"):
        _index("pm25", value, standard=standard)


def test_a_value_that_is_too_large_for_a_number_once_converted_is_not_credible() -> None:
    with pytest.raises(InvalidQuery, match=r"is 1e\+308 mg/m³, and no credible PM2\.5 is above 10000 µg/m³"):
        _index("pm25", 1e308, "mg/m³")


def test_refuses_a_period_without_a_table() -> None:
    with pytest.raises(InvalidQuery, match=r"cannot be 24 for o3 in us-epa-2024, .* means of 8 or 1 h") as raised:
        _index("o3", 10.0, hours=24)

    assert raised.value.parameter == "average"


def test_refuses_what_is_not_known() -> None:
    with pytest.raises(UnknownStandard):
        _index("pm25", 1.0, standard="us-epa")
    with pytest.raises(UnknownParameter):
        _index("pm99", 1.0)
    with pytest.raises(InvalidQuery, match="'co' takes no part in eu-eea-2024; these do: pm25, pm10"):
        _index("co", 1.0, standard="eu-eea-2024")
    with pytest.raises(InvalidQuery, match="cannot be 'ppb' for pm25"):
        _index("pm25", 1.0, "ppb")


@given(scale=st.sampled_from(_SCALES), share=st.floats(0.0, 1.0))
def test_the_row_holds_the_concentration_and_the_index(scale: tuple[str, Scale], share: float) -> None:
    name, table = scale
    low, high = float(table.segments[0].low), table.segments[-1].high
    end = 1000.0 if high is None else float(high)
    value = low + share * (end - low)

    found = _index(table.parameter, value, table.unit, name, table.averaging_hours).sub_index

    assert found.segment in table.segments
    assert float(found.segment.low) <= found.concentration
    assert found.segment.high is None or found.concentration <= float(found.segment.high)
    assert found.segment.index_low <= found.index <= found.segment.index_high


def test_every_table_that_ends_goes_on_or_names_the_one_that_decides() -> None:
    for name, scale in _SCALES:
        last = scale.segments[-1]
        if last.high is None or scale.step is None:
            continue
        above = (scale.parameter, float(last.high + scale.step), scale.unit, name, scale.averaging_hours)
        if scale.beyond is Beyond.TOP:
            with pytest.raises(InvalidQuery, match="average="):
                _index(*above)
        else:
            found = _index(*above).sub_index
            assert (found.beyond_table, found.segment) == (True, last)
            assert found.index >= last.index_high
