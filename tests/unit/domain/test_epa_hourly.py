"""Reading EPA's hourly files."""

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geoclimate.domain.delivery import AcceptedRow, Delivery
from geoclimate.domain.epa_hourly import qualifier_flag
from geoclimate.domain.quality import Refusal
from tests.epa_files import HOURLY, HOURLY_2014, hourly, text
from tests.format_rows import read_rows

NOW = dt.datetime(2024, 6, 1, tzinfo=dt.UTC)
DELIVERY = Delivery("ab" * 32, NOW, NOW)


def read(*rows: dict[str, str], header: list[str] = HOURLY) -> list[Any]:
    return read_rows(text(header, rows).splitlines(keepends=True), DELIVERY)


def read_one(header: list[str] = HOURLY, **changes: str) -> AcceptedRow:
    [found] = read(hourly(**changes), header=header)
    assert isinstance(found, AcceptedRow), found
    return found


@pytest.mark.parametrize("header", [HOURLY, HOURLY_2014], ids=["24 columns", "2014, without Method Code"])
def test_reads_a_row_as_delivered(header: list[str]) -> None:
    found = read_one(header)
    assert (found.name, found.latitude, found.longitude) == ("Alameda, California, site 0007", 37.687526, -121.784217)
    observation = found.observation
    assert (observation.station, observation.parameter, observation.instrument) == ("epa-06-001-0007", "pm25", "3")
    assert (observation.value, observation.delivered_value, observation.delivered_unit) == (11.0, 11.0, "µg/m³")
    assert (observation.flag, observation.source, observation.line) == ("valid", "epa", 2)


def test_a_stamp_is_the_beginning_of_its_hour_in_gmt_whatever_the_local_stamp_says() -> None:
    observation = read_one(
        Date_GMT="2019-03-10", Time_GMT="10:00", Date_Local="2019-03-10", Time_Local="02:00"
    ).observation
    assert observation.start == dt.datetime(2019, 3, 10, 10, tzinfo=dt.UTC)
    assert observation.end == dt.datetime(2019, 3, 10, 11, tzinfo=dt.UTC)


@given(st.integers(87_600, 473_000))
def test_every_hour_comes_out_as_it_went_in(hours_since_1970: int) -> None:
    hour = dt.datetime(1970, 1, 1, tzinfo=dt.UTC) + dt.timedelta(hours=hours_since_1970)
    observation = read_one(Date_GMT=f"{hour:%Y-%m-%d}", Time_GMT=f"{hour:%H:%M}").observation
    assert (observation.start, observation.end) == (hour, hour + dt.timedelta(hours=1))


@pytest.mark.parametrize(
    ("code", "unit", "delivered", "parameter", "value"),
    [
        ("88101", "Micrograms/cubic meter (LC)", "8.5", "pm25", 8.5),
        ("88502", "Micrograms/cubic meter (LC)", "8.5", "pm25", 8.5),
        ("81102", "Micrograms/cubic meter (25 C)", "31", "pm10", 31.0),
        ("44201", "Parts per million", "0.041", "o3", 80.434),
        ("42602", "Parts per billion", "12.3", "no2", 23.129),
        ("42401", "Parts per billion", "1", "so2", 2.6183),
        ("42101", "Parts per million", "0.4", "co", 457.95),
        ("62101", "Degrees Fahrenheit", "50", "temperature", 10.0),
        ("62101", "Degrees Centigrade", "-4.5", "temperature", -4.5),
        ("61103", "Knots", "10", "wind_speed", 5.14444),
        ("61103", "Miles per hour", "10", "wind_speed", 4.4704),
        ("61103", "Meters/second", "3", "wind_speed", 3.0),
        ("61104", "Degrees Compass", "270", "wind_direction", 270.0),
        ("62201", "Percent relative humidity", "56", "relativehumidity", 56.0),
        ("64101", "Millibars", "1013.2", "pressure", 1013.2),
        ("64101", "Millimeters (mercury)", "760", "pressure", 1013.25),
        ("64101", "Inches (mercury)", "29.92", "pressure", 1013.207),
    ],
)
def test_knows_the_parameter_codes_and_the_units_as_epa_spells_them(
    code: str, unit: str, delivered: str, parameter: str, value: float
) -> None:
    observation = read_one(Parameter_Code=code, Units_of_Measure=unit, Sample_Measurement=delivered).observation
    assert (observation.parameter, observation.delivered_value) == (parameter, float(delivered))
    assert observation.value == pytest.approx(value, rel=2e-5)


def test_pm25_by_acceptable_methods_is_another_instrument_than_the_reference_of_the_same_poc() -> None:
    found = read(hourly(), hourly(Parameter_Code="88502", Sample_Measurement="12"))
    assert [row.observation.instrument for row in found] == ["3", "88502-3"]


def test_two_pocs_of_a_site_are_two_instruments() -> None:
    found = read(hourly(POC="1"), hourly(POC="2", Sample_Measurement="12"))
    assert [row.observation.instrument for row in found] == ["1", "2"]


@pytest.mark.parametrize(
    ("qualifier", "flag"),
    [
        ("", "valid"),
        ("IT - Wildfire-U. S.", "valid"),
        ("RF - Fire - Canadian.", "valid"),
        ("E - Forest Fire.", "valid"),
        ("V - Validated Value.", "valid"),
        ("MD - Value less than MDL.", "below-detection"),
        ("ND - No Value Detected, Zero Reported.", "below-detection"),
        ("1 - Deviation from a CFR/Critical Criteria Requirement.", "qualified"),
        ("LJ - Identification Of Analyte Is Acceptable; Reported Value Is An Estimate.", "qualified"),
        ("W - Flow Rate Average out of Spec.", "qualified"),
        ("something nobody wrote down", "qualified"),
    ],
)
def test_a_qualifier_flags_a_value_unless_it_tells_of_an_event(qualifier: str, flag: str) -> None:
    assert qualifier_flag(qualifier) == flag
    assert read_one(Qualifier=qualifier).observation.flag == flag


def test_the_agencys_doubt_weighs_more_than_our_own_flag() -> None:
    assert read_one(Sample_Measurement="-2", Qualifier="1 - Deviation.").observation.flag == "qualified"
    assert read_one(Sample_Measurement="-2").observation.flag == "below-detection"


@pytest.mark.parametrize(
    ("column", "value", "rule", "message"),
    [
        ("State Code", "6", "identifier", "spreadsheet took leading zeros"),
        ("County Code", "1", "identifier", "3 digits, such as 001"),
        ("Site Num", "7", "identifier", "4 digits, such as 0007"),
        ("Site Num", "", "required", "'Site Num' is empty"),
        ("Parameter Code", "88101A", "parameter", "these are: 88101, 88502"),
        ("Parameter Code", "43205", "parameter", "is not taken"),
        ("POC", "0", "identifier", "a number from 1 to 99"),
        ("Latitude", "-121.8", "coordinates", "a latitude lies between"),
        ("Longitude", "", "required", "'Longitude' is empty"),
        ("Date GMT", "01/31/2014", "timestamp", "such as 2019-01-31"),
        ("Date GMT", "2014-02-30", "timestamp", "not in the calendar"),
        ("Date GMT", "1969-02-03", "timestamp", "lies before 1970"),
        ("Date GMT", "9999-12-31", "timestamp", "lies after 9998"),
        ("Date GMT", "2031-01-01", "future", "is in the future"),
        ("Time GMT", "5:00", "timestamp", "such as 05:00"),
        ("Time GMT", "noon", "timestamp", "is not a time"),
        ("Units of Measure", "Furlongs", "unit", "is no unit"),
        ("Units of Measure", "Parts per million", "unit-of-parameter", "has no value in ppm"),
        ("Sample Measurement", "", "required", "'Sample Measurement' is empty"),
        ("Sample Measurement", "-999", "sentinel", "missing value"),
        ("Sample Measurement", "1e6", "range", "cannot be"),
    ],
)
def test_refuses_a_row_with_line_column_and_rule(column: str, value: str, rule: str, message: str) -> None:
    [_, refusal] = read(hourly(), {**hourly(), column: value})
    assert isinstance(refusal, Refusal)
    reported = "Time GMT" if rule == "future" else column
    assert (refusal.line, refusal.column, refusal.rule) == (3, reported, rule)
    assert message in refusal.message
