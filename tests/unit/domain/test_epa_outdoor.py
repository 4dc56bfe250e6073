"""Reading AirData's daily files."""

import datetime as dt
from typing import Any

import pytest

from geoclimate.domain.delivery import AcceptedRow, Delivery
from geoclimate.domain.errors import UnreadableFile
from geoclimate.domain.formats import recognise
from geoclimate.domain.quality import Refusal
from tests.epa_files import OUTDOOR, OUTDOOR_VALUES, outdoor, text
from tests.format_rows import read_rows

NOW = dt.datetime(2024, 6, 1, tzinfo=dt.UTC)
DELIVERY = Delivery("ab" * 32, NOW, NOW)
PM25 = "Daily_Mean_PM2.5_Concentration"


def read(*rows: dict[str, str]) -> list[Any]:
    return read_rows(text(rows[0], rows).splitlines(keepends=True), DELIVERY)


def read_one(row: dict[str, str]) -> AcceptedRow:
    [found] = read(row)
    assert isinstance(found, AcceptedRow), found
    return found


def test_reads_a_mean_over_the_local_standard_day() -> None:
    found = read_one(outdoor())
    assert (found.name, found.latitude, found.longitude) == ("Livermore", 37.687526, -121.784217)
    observation = found.observation
    assert (observation.station, observation.parameter, observation.instrument) == ("epa-06-001-0007", "pm25", "3")
    assert (observation.value, observation.delivered_unit, observation.flag) == (8.7, "µg/m³", "valid")
    assert observation.start == dt.datetime(2019, 1, 31, 8, tzinfo=dt.UTC)
    assert observation.end == dt.datetime(2019, 2, 1, 8, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("column", "code", "unit", "delivered", "expected"),
    [
        ("Daily Max 8-hour CO Concentration", "42101", "ppm", "0.4", ("co", "3-max-8h", "daily-max-8-hour", 457.95)),
        ("Daily Max 1-hour NO2 Concentration", "42602", "ppb", "12", ("no2", "3-max-1h", "daily-max-1-hour", 22.565)),
        (
            "Daily Max 8-hour Ozone Concentration",
            "44201",
            "ppm",
            ".041",
            ("o3", "3-max-8h", "daily-max-8-hour", 80.435),
        ),
        ("Daily Max 1-hour SO2 Concentration", "42401", "ppb", "1", ("so2", "3-max-1h", "daily-max-1-hour", 2.6183)),
    ],
)
def test_the_value_column_says_the_pollutant_and_a_maximum_is_another_instrument(
    column: str, code: str, unit: str, delivered: str, expected: tuple[str, str, str, float]
) -> None:
    found = read_one(outdoor(column, AQS_Parameter_Code=code, Units=unit, **{PM25: delivered})).observation
    assert (found.parameter, found.instrument, found.flag) == expected[:3]
    assert found.value == pytest.approx(expected[3], rel=2e-5)


@pytest.mark.parametrize("value_column", OUTDOOR_VALUES)
@pytest.mark.parametrize("absent", [(), ("Method Description",), ("Method Code", "Method Description")])
def test_knows_every_value_column_and_the_files_without_a_method(value_column: str, absent: tuple[str, ...]) -> None:
    header = [value_column if column == OUTDOOR_VALUES[0] else column for column in OUTDOOR if column not in absent]
    assert recognise(1, ",".join(header))[0].name == "EPA AirData daily"


def test_a_file_with_two_value_columns_is_refused() -> None:
    with pytest.raises(UnreadableFile, match="has the unknown 'Daily Max 1-hour SO2 Concentration';"):
        recognise(1, ",".join([*OUTDOOR, OUTDOOR_VALUES[4]]))


def test_what_airnow_reported_is_preliminary() -> None:
    assert read_one(outdoor(Source="AirNow")).observation.flag == "preliminary"


@pytest.mark.parametrize(("source", "ours"), [("AQS", "airdata"), ("AirNow", "airnow"), (" airnow ", "airnow")])
def test_the_source_says_whose_word_it_is_and_the_station_stays_the_same(source: str, ours: str) -> None:
    found = read_one(outdoor(Source=source)).observation
    assert (found.source, found.station) == (ours, "epa-06-001-0007")


def test_a_day_of_a_few_hours_is_airnows_too() -> None:
    found = read_one(outdoor(Source="AirNow", Percent_Complete="71")).observation
    assert (found.source, found.flag) == ("airnow", "incomplete-day")


def test_a_day_of_a_few_hours_is_flagged() -> None:
    assert read_one(outdoor(Percent_Complete="71")).observation.flag == "incomplete-day"


@pytest.mark.parametrize(
    ("column", "value", "rule", "message"),
    [
        ("Date", "2019-01-31", "timestamp", "such as 01/31/2019"),
        ("Date", "31/01/2019", "timestamp", "not in the calendar"),
        ("Date", "12/31/9999", "timestamp", "lies after 9998"),
        ("Site ID", "60010007", "identifier", "9 digits, such as 060010007"),
        ("Site ID", "211110067", "time-zone", "is not certain"),
        ("POC", "", "required", "'POC' is empty"),
        ("AQS Parameter Code", "44201", "parameter", "does not belong in the column"),
        ("Units", "ppm", "unit-of-parameter", "deliver it in"),
        ("AQS Parameter Code", "81102", "parameter", "does not belong in the column"),
        ("Units", "grains", "unit", "is no unit"),
        ("Site Latitude", "", "required", "is empty"),
        ("Daily Mean PM2.5 Concentration", "-999", "sentinel", "missing value"),
    ],
)
def test_refuses_a_row_with_line_column_and_rule(column: str, value: str, rule: str, message: str) -> None:
    [_, refusal] = read(outdoor(), {**outdoor(), column: value})
    assert isinstance(refusal, Refusal)
    assert (refusal.line, refusal.column, refusal.rule) == (3, column, rule)
    assert message in refusal.message
