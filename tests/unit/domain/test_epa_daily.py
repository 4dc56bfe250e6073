"""Reading EPA's daily summaries."""

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geoclimate.domain.delivery import AcceptedRow, Delivery, SkippedRow
from geoclimate.domain.quality import Refusal
from tests.epa_files import DAILY, daily, text
from tests.format_rows import read_rows

NOW = dt.datetime(2024, 6, 1, tzinfo=dt.UTC)
DELIVERY = Delivery("ab" * 32, NOW, NOW)

MONITOR_DAY = [
    daily(),
    daily(Event_Type="Excluded", Arithmetic_Mean="5.0"),
    daily(Sample_Duration="24-HR BLK AVG", Pollutant_Standard="PM25 24-hour 2012", Arithmetic_Mean="8.7"),
    daily(Sample_Duration="24-HR BLK AVG", Pollutant_Standard="PM25 Annual 2012", Arithmetic_Mean="8.7"),
    daily(POC="1", Sample_Duration="24 HOUR", Pollutant_Standard="PM25 24-hour 2012", Arithmetic_Mean="9.1"),
    daily(POC="1", Sample_Duration="24 HOUR", Pollutant_Standard="PM25 Annual 2012", Arithmetic_Mean="9.1"),
]
OZONE = {
    "Parameter_Code": "44201",
    "POC": "1",
    "Units_of_Measure": "Parts per million",
    "Sample_Duration": "8-HR RUN AVG BEGIN HOUR",
    "Pollutant_Standard": "Ozone 8-hour 2015",
    "Arithmetic_Mean": "0.031",
    "1st_Max_Value": "0.050",
}


def read(*rows: dict[str, str]) -> list[Any]:
    return read_rows(text(DAILY, rows).splitlines(keepends=True), DELIVERY)


def read_one(**changes: str) -> AcceptedRow:
    [found] = read(daily(**changes))
    assert isinstance(found, AcceptedRow), found
    return found


def test_reads_a_mean_over_the_local_standard_day() -> None:
    found = read_one()
    assert (found.name, found.latitude, found.longitude) == ("Livermore", 37.687526, -121.784217)
    observation = found.observation
    assert (observation.station, observation.parameter, observation.instrument) == ("epa-06-001-0007", "pm25", "3")
    assert (observation.value, observation.flag, observation.source) == (8.708333, "valid", "epa")
    assert observation.start == dt.datetime(2019, 1, 31, 8, tzinfo=dt.UTC)
    assert observation.end == dt.datetime(2019, 2, 1, 8, tzinfo=dt.UTC)


@given(st.dates(dt.date(1984, 1, 1), dt.date(2024, 5, 1)))
def test_every_day_has_24_hours_and_the_next_one_follows_even_where_clocks_are_changed(day: dt.date) -> None:
    one, next_one = (read_one(Date_Local=each.isoformat()).observation for each in (day, day + dt.timedelta(days=1)))
    assert one.end - one.start == dt.timedelta(hours=24)
    assert next_one.start == one.end


def test_of_a_monitors_lines_of_one_day_those_of_the_day_as_it_was_are_taken() -> None:
    found = read(*MONITOR_DAY)
    assert [type(row) for row in found] == [AcceptedRow, SkippedRow, SkippedRow, SkippedRow, AcceptedRow, AcceptedRow]
    assert [row.rule for row in found if isinstance(row, SkippedRow)] == [
        "event-type",
        "sample-duration",
        "sample-duration",
    ]


@given(st.permutations(MONITOR_DAY))
def test_what_is_taken_does_not_depend_on_the_order_of_the_lines(rows: list[dict[str, str]]) -> None:
    taken = {(row.observation.instrument, row.observation.value) for row in read(*rows) if isinstance(row, AcceptedRow)}
    assert taken == {("3", 8.708333), ("1", 9.1)}


def test_the_day_with_its_events_is_taken_and_not_the_one_without() -> None:
    found = read(daily(Event_Type="Included", Arithmetic_Mean="180"), daily(Event_Type="Excluded"))
    assert (found[0].observation.value, found[1]) == (180.0, SkippedRow(3, "event-type"))


def test_of_running_means_the_greatest_is_taken_as_another_instrument_and_flagged() -> None:
    observation = read_one(**OZONE).observation
    assert (observation.instrument, observation.flag) == ("1-max-8h", "daily-max-8-hour")
    assert (observation.delivered_value, observation.delivered_unit) == (0.050, "ppm")


def test_running_means_of_a_standard_that_is_no_longer_in_force_are_left_out() -> None:
    assert read(daily(**{**OZONE, "Pollutant_Standard": "Ozone 8-hour 1997"})) == [SkippedRow(2, "pollutant-standard")]


def test_a_mean_of_a_few_hours_is_kept_and_flagged() -> None:
    assert read_one(Observation_Percent="75.0").observation.flag == "valid"
    assert read_one(Observation_Percent="71.0").observation.flag == "incomplete-day"


def test_pm25_by_acceptable_methods_is_another_instrument() -> None:
    assert read_one(Parameter_Code="88502").observation.instrument == "88502-3"


@pytest.mark.parametrize(
    ("column", "value", "rule", "message"),
    [
        ("State Code", "6", "identifier", "leading zeros"),
        ("County Code", "", "required", "is empty"),
        ("State Code", "21", "time-zone", "is not certain"),
        ("Date Local", "01/31/2019", "timestamp", "such as 2019-01-31"),
        ("Date Local", "2019-02-30", "timestamp", "not in the calendar"),
        ("Date Local", "1981-02-03", "time-zone", "known from 1984 on"),
        ("Date Local", "9999-12-31", "timestamp", "lies after 9998"),
        ("Date Local", "2024-06-01", "future", "is in the future"),
        ("Parameter Code", "43205", "parameter", "is not taken"),
        ("Observation Percent", "most", "number", "is not a number"),
        ("Arithmetic Mean", "", "required", "is empty"),
        ("Arithmetic Mean", "-999", "sentinel", "missing value"),
    ],
)
def test_refuses_a_row_with_line_column_and_rule(column: str, value: str, rule: str, message: str) -> None:
    [_, refusal] = read(daily(), {**daily(), column: value})
    assert isinstance(refusal, Refusal)
    reported = "County Code" if rule == "time-zone" else column
    assert (refusal.line, refusal.column, refusal.rule) == (3, reported, rule)
    assert message in refusal.message


def test_refuses_the_mean_of_directions() -> None:
    [refusal] = read(daily(Parameter_Code="61104", Units_of_Measure="Degrees Compass", Arithmetic_Mean="180"))
    assert (refusal.rule, refusal.column) == ("parameter", "Parameter Code")
