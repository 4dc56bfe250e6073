"""Wide CSV: rows, refused cells and refused lines of files that a mapping describes."""

import csv
import datetime as dt
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geoclimate.domain.delivery import AcceptedRow, Delivery, Row
from geoclimate.domain.errors import UnreadableFile
from geoclimate.domain.formats import recognise
from geoclimate.domain.mapping import parse_mapping
from geoclimate.domain.quality import Refusal
from tests import beijing, epa_files
from tests.format_rows import read_rows
from tests.wide_files import BEIJING, COMPASS, SMALL, mapping, packed

NOW = dt.datetime(2024, 12, 1, tzinfo=dt.UTC)
DELIVERY = Delivery("ab" * 32, NOW, NOW)


def read(lines: Sequence[str], content: dict[str, Any] = SMALL) -> list[Row]:
    return read_rows(lines, DELIVERY, parse_mapping(packed(content)))


def taken(lines: Sequence[str], content: dict[str, Any] = SMALL) -> list[AcceptedRow]:
    rows = read(lines, content)
    assert {type(row) for row in rows} == {AcceptedRow}
    return [row for row in rows if isinstance(row, AcceptedRow)]


def refused(lines: Sequence[str], content: dict[str, Any] = SMALL) -> list[tuple[int, str | None, str, str]]:
    """The refusals: line, column, value and rule."""
    return [(row.line, row.column, row.value, row.rule) for row in read(lines, content) if isinstance(row, Refusal)]


def only_refusal(lines: Sequence[str], content: dict[str, Any] = SMALL) -> Refusal:
    [row] = read(lines, content)
    assert isinstance(row, Refusal)
    return row


def header_refusal(line: str, content: dict[str, Any] = SMALL) -> str:
    with pytest.raises(UnreadableFile) as unreadable:
        recognise(1, line, parse_mapping(packed(content)))
    assert (unreadable.value.rule, unreadable.value.line) == ("header", 1)
    return str(unreadable.value)


def test_a_line_gives_a_row_for_every_cell() -> None:
    first, second = taken(["when,PM2.5,T", "2024-07-01 05:00,12.5,21"])
    seen = first.observation
    assert (seen.station, seen.parameter, seen.instrument, seen.source) == ("wide-city-mitte", "pm25", "1", "wide")
    assert (seen.value, seen.delivered_value, seen.delivered_unit, seen.flag) == (12.5, 12.5, "µg/m³", "valid")
    assert (seen.start, seen.end) == (
        dt.datetime(2024, 7, 1, 2, tzinfo=dt.UTC),
        dt.datetime(2024, 7, 1, 3, tzinfo=dt.UTC),
    )
    assert (seen.line, seen.file_digest, seen.ingested_at) == (2, "ab" * 32, NOW)
    assert (first.name, first.latitude, first.longitude) == ("Berlin Mitte", 52.52, 13.4)
    assert (second.observation.parameter, second.observation.value) == ("temperature", 21.0)


def test_the_stamp_begins_or_ends_the_interval_as_the_mapping_says() -> None:
    lines = ["when,PM2.5,T", "2024-07-01T05:00Z,12.5,"]
    spans = {
        (row.observation.start.isoformat()[11:16], row.observation.end.isoformat()[11:16])
        for stamp, minutes in (("begins", 60), ("ends", 60), ("begins", 15))
        for row in taken(lines, mapping(time__stamp=stamp, time__interval=minutes))
    }
    assert spans == {("05:00", "06:00"), ("04:00", "05:00"), ("05:00", "05:15")}


def test_the_unit_is_that_of_the_mapping_and_the_value_is_converted() -> None:
    [row] = taken(["when,T", "2024-07-01 05:00,50"], mapping(columns={"T": {"parameter": "temperature", "unit": "°F"}}))
    assert row.observation.value == 10.0
    assert (row.observation.delivered_value, row.observation.delivered_unit) == (50.0, "f")


def test_a_missing_cell_is_no_row_and_no_mistake() -> None:
    assert read(["when,PM2.5,T", "2024-07-01 05:00, NA ,"], mapping(missing=["NA", ""])) == []


def test_an_empty_cell_is_refused_where_the_mapping_does_not_call_it_missing() -> None:
    assert refused(["when,PM2.5,T", "2024-07-01 05:00,NA,"], mapping(missing=["NA"])) == [(2, "T", "", "required")]


def test_each_cell_is_refused_alone_with_its_column_and_the_whole_line() -> None:
    line = "2024-07-01 05:00,-999,warm"
    rows = read(["when,PM2.5,T", line, "2024-07-01 06:00,999999,20"])
    assert [(row.line, row.column, row.value, row.rule) for row in rows if isinstance(row, Refusal)] == [
        (2, "PM2.5", "-999", "sentinel"),
        (2, "T", "warm", "number"),
        (3, "PM2.5", "999999", "sentinel"),
    ]
    assert [row.raw for row in rows if isinstance(row, Refusal)][:2] == [line, line]
    assert isinstance(rows[-1], AcceptedRow)


@pytest.mark.parametrize(
    ("line", "column", "value", "rule"),
    [
        ("2024-07-01 05:00,1", None, "2024-07-01 05:00,1", "columns"),
        ("2024-07-01 05:00,1,2,3", None, "2024-07-01 05:00,1,2,3", "columns"),
        ('"2024-07-01 05:00,1,2', None, '"2024-07-01 05:00,1,2', "quoting"),
        (" ,1,2", "when", "", "required"),
        ("2024-07-32 05:00,1,2", "when", "2024-07-32 05:00", "timestamp"),
        ("1970-01-01 01:00,1,2", "when", "1970-01-01 01:00", "timestamp"),
        ("2024-03-31 02:30,1,2", "when", "2024-03-31 02:30", "local-time"),
        ("2024-12-02 05:00,1,2", "when", "2024-12-02 05:00", "future"),
    ],
)
def test_a_line_with_a_bad_stamp_or_form_is_refused_once(line: str, column: str | None, value: str, rule: str) -> None:
    assert refused(["when,PM2.5,T", line]) == [(2, column, value, rule)]


def test_a_stamp_of_several_columns_is_named_by_all_of_them() -> None:
    header = ",".join(["year", "month", "day", "hour", *BEIJING["columns"], "station", "No"])
    line = ",".join(["2013", "2", "30", "0", *["NA"] * 12, "Tiantan", "1"])
    assert refused([header, line], BEIJING) == [(2, "year, month, day, hour", "2013 2 30 0", "timestamp")]


def test_an_hour_that_was_shown_twice_is_flagged() -> None:
    lines = [
        "when,PM2.5,T",
        *(f"2024-10-27 {hour}:00,{value}," for hour, value in (("01", 1), ("02", 2), ("02", 3), ("03", 4))),
    ]
    assert [(row.observation.end.hour, row.observation.value, row.observation.flag) for row in taken(lines)] == [
        (23, 1.0, "valid"),
        (0, 2.0, "ambiguous-time"),
        (1, 3.0, "ambiguous-time"),
        (2, 4.0, "valid"),
    ]


def test_the_hour_before_the_clocks_go_forward_ends_where_they_stand_then() -> None:
    lines = ["when,PM2.5,T", *(f"2024-03-31 {hour}:00,1," for hour in ("01", "03", "04"))]
    rows = [row.observation for row in taken(lines)]
    assert [(row.start.hour, row.end.hour) for row in rows] == [(23, 0), (0, 1), (1, 2)]
    assert refused(["when,PM2.5,T", "2024-03-31 02:00,1,2"]) == [(2, "when", "2024-03-31 02:00", "local-time")]


def test_stations_in_turn_have_their_own_order() -> None:
    content = mapping(station={"column": "site", "latitude_column": "lat", "longitude_column": "lon"})
    lines = [f"{site},52.5,13.4,2024-10-27 02:00,1,20" for site in ("a", "b", "a", "b")]
    found = taken(["site,lat,lon,when,PM2.5,T", *lines], content)
    assert [(row.observation.station, row.observation.end.hour) for row in found[::2]] == [
        ("wide-city-a", 0),
        ("wide-city-b", 0),
        ("wide-city-a", 1),
        ("wide-city-b", 1),
    ]


def test_times_with_and_without_offset_may_be_mixed() -> None:
    lines = ["2024-07-01T05:00,1,", "2024-07-01T06:00+02:00,1,", "2024-07-01T05:00Z,1,", "2024-07-01T24:00,1,"]
    found = taken(["when,PM2.5,T", *lines])
    assert [row.observation.end.isoformat() for row in found] == [
        "2024-07-01T03:00:00+00:00",
        "2024-07-01T04:00:00+00:00",
        "2024-07-01T05:00:00+00:00",
        "2024-07-01T22:00:00+00:00",
    ]


@pytest.mark.parametrize(("stamp", "first"), [("begins", "2024-10-26T22:00"), ("ends", "2024-10-25T22:00")])
def test_a_daily_file_gives_local_days(stamp: str, first: str) -> None:
    content = mapping(time__format="%Y-%m-%d", time__interval="day", time__stamp=stamp)
    rows = [row.observation for row in taken(["when,PM2.5,T", "2024-10-27,8,", "2024-10-28,9,"], content)]
    assert rows[0].start.isoformat().startswith(first)
    assert rows[0].end == rows[1].start
    hours = dt.timedelta(hours=25)
    assert hours in {rows[0].end - rows[0].start, rows[1].end - rows[1].start}


@pytest.mark.parametrize(("stamp", "skipped"), [("begins", "2011-12-30"), ("ends", "2011-12-31")])
def test_a_day_that_the_zone_left_out_is_refused(stamp: str, skipped: str) -> None:
    content = mapping(time__format="%Y-%m-%d", time__interval="day", time__stamp=stamp, time__zone="Pacific/Apia")
    lines = ["when,PM2.5,T", "2011-12-29,8,", f"{skipped},9,", "2012-01-01,7,"]
    assert refused(lines, content) == [(3, "when", skipped, "local-time")]
    assert (
        "stands for 2011-12-30, a day that Pacific/Apia left out"
        in only_refusal(lines[:1] + lines[2:3], content).message
    )


def test_a_time_of_day_in_a_daily_file_is_refused() -> None:
    lines = ["when,PM2.5,T", "2024-10-27 05:00,8,", "2024-10-27T22:00Z,8,"]
    assert refused(lines, mapping(time__interval="day")) == [
        (2, "when", "2024-10-27 05:00", "timestamp"),
        (3, "when", "2024-10-27T22:00Z", "timestamp"),
    ]


def test_texts_stand_for_their_numbers() -> None:
    content = mapping(
        columns={"wd": {"parameter": "wind_direction", "unit": "deg", "values": {"NNE": 22.5, "calm": 400}}}
    )
    rows = read(
        ["when,wd", "2024-07-01 05:00,NNE", "2024-07-01 06:00,45.5", "2024-07-01 07:00,nne", "2024-07-01 08:00,calm"],
        content,
    )
    assert [row.observation.value for row in rows if isinstance(row, AcceptedRow)] == [22.5, 45.5]
    assert [(row.value, row.rule) for row in rows if isinstance(row, Refusal)] == [("nne", "number"), ("calm", "range")]


def test_decimals_may_be_written_with_a_comma() -> None:
    content = mapping(
        station={"column": "site", "latitude_column": "lat", "longitude_column": "lon"}, delimiter=";", decimal=","
    )
    header = "site;lat;lon;when;PM2.5;T"
    [first, second] = taken([header, 'a;52,52;13,4;2024-07-01 05:00;12,5;"-0,5"'], content)
    assert (first.observation.value, second.observation.value, first.latitude, first.longitude) == (
        12.5,
        -0.5,
        52.52,
        13.4,
    )
    assert refused([header, "a;52,52;13,4;2024-07-01 05:00;1.234,5;1,2,3"], content) == [
        (2, "PM2.5", "1.234,5", "number"),
        (2, "T", "1,2,3", "number"),
    ]
    assert refused([header, "a;52.52;13,4;2024-07-01 05:00;1;1"], content) == [(2, "lat", "52.52", "number")]


def test_fields_may_be_parted_by_tabs() -> None:
    [row] = taken(["when\tPM2.5\tT", "2024-07-01 05:00\t12.5\t"], mapping(delimiter="\t"))
    assert row.observation.value == 12.5


def test_a_comma_without_a_mapping_for_it_is_told() -> None:
    content = mapping(delimiter=";")
    assert "use a point for decimals" in only_refusal(["when;PM2.5;T", "2024-07-01 05:00;12,5;"], content).message


@pytest.mark.parametrize(
    ("station", "line", "found"),
    [
        (
            {"column": "site", "latitude_column": "lat", "longitude_column": "lon"},
            "m1,Mitte,52.5,13.4",
            ("m1", "m1", 52.5),
        ),
        (
            {"column": "site", "name_column": "name", "latitude_column": "lat", "longitude_column": "lon"},
            "m1,Mitte,52.5,13.4",
            ("m1", "Mitte", 52.5),
        ),
        ({"id": "m1", "latitude_column": "lat", "longitude_column": "lon"}, ",,52.5,13.4", ("m1", "m1", 52.5)),
        (
            {"column": "name", "known": {"Mitte Süd": {"id": "m2", "latitude": 52.4, "longitude": 13.4}}},
            ",Mitte Süd,,",
            ("m2", "Mitte Süd", 52.4),
        ),
        (
            {
                "column": "site",
                "known": {"m3": {"name": "Wedding"}},
                "latitude_column": "lat",
                "longitude_column": "lon",
            },
            "m3,Mitte,52.5,13.4",
            ("m3", "Wedding", 52.5),
        ),
    ],
)
def test_a_station_comes_from_the_mapping_or_from_columns(
    station: dict[str, Any], line: str, found: tuple[str, str, float]
) -> None:
    content = mapping(station=station, ignore="*")
    [row] = taken(["site,name,lat,lon,when,PM2.5,T", f"{line},2024-07-01 05:00,1,"], content)
    assert (row.observation.station, row.name, row.latitude) == (f"wide-city-{found[0]}", *found[1:])


@pytest.mark.parametrize(
    ("line", "column", "rule"),
    [
        (",52.5,13.4", "site", "required"),
        ("a#b,52.5,13.4", "site", "identifier"),
        ("a,,13.4", "lat", "required"),
        ("a,152.5,13.4", "lat", "coordinates"),
        ("a,52.5,x", "lon", "number"),
    ],
)
def test_a_line_without_a_station_or_place_is_refused_once(line: str, column: str, rule: str) -> None:
    content = mapping(station={"column": "site", "latitude_column": "lat", "longitude_column": "lon"})
    found = only_refusal(["site,lat,lon,when,PM2.5,T", f"{line},2024-07-01 05:00,1,2"], content)
    assert (found.column, found.rule) == (column, rule)


def test_a_station_that_the_mapping_does_not_know_is_refused() -> None:
    content = mapping(station={"column": "site", "known": {"a": {"latitude": 52.5, "longitude": 13.4}}})
    found = only_refusal(["site,when,PM2.5,T", "b,2024-07-01 05:00,1,2"], content)
    assert (found.rule, found.message) == (
        "identifier",
        "'b' is not among the known stations of the mapping: add it there",
    )


def test_an_instrument_comes_from_the_mapping_or_from_a_column() -> None:
    line = "2024-07-01 05:00,1,,s7"
    columns = {"PM2.5": {"parameter": "pm25", "unit": "ug/m3", "instrument": "A"}, "T": SMALL["columns"]["T"]}
    found = [
        taken(["when,PM2.5,T,sensor", line], content)[0].observation.instrument
        for content in (
            mapping(ignore=["sensor"]),
            mapping(ignore=["sensor"], instrument="x1"),
            mapping(instrument_column="sensor"),
            mapping(instrument_column="sensor", columns=columns),
        )
    ]
    assert found == ["1", "x1", "s7", "A"]
    bad = only_refusal(["when,PM2.5,T,sensor", "2024-07-01 05:00,1,2,s 7"], mapping(instrument_column="sensor"))
    assert (bad.column, bad.value, bad.rule) == ("sensor", "s 7", "identifier")


def test_the_order_and_case_of_columns_and_blank_lines_do_not_matter() -> None:
    assert len(taken(["", " t , WHEN,pm2.5", "20,2024-07-01 05:00,1", ""])) == 2


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("when,T", "it lacks 'PM2.5'"),
        ("when,PM2.5,T,CO", "it has 'CO', which the mapping does not name: put it in `columns` or `ignore`"),
        ("when,PM2.5,T,t", "it has 'T' twice"),
        ("when;PM2.5;T", "and is one column only: check the mapping's `delimiter`"),
        ('when,"PM2.5,T', "the header is not CSV"),
        ("when,PM2.5,T" + "x" * 4096, "longer than 4096"),
        (",".join(["when", *(f"c{n}" for n in range(20))]), "'c7', 'c8' and 11 more, which the mapping"),
    ],
)
def test_a_header_that_does_not_fit_the_mapping_is_refused(line: str, message: str) -> None:
    assert message in header_refusal(line)


def test_columns_may_be_ignored_by_name_or_all() -> None:
    lines = ["when,PM2.5,T,No,", "2024-07-01 05:00,1,2,7,"]
    assert len(taken(lines, mapping(ignore=["no", ""]))) == len(taken(lines, mapping(ignore="*"))) == 2


def test_a_known_format_needs_no_mapping_and_is_told_before_one() -> None:
    assert recognise(1, ",".join(epa_files.HOURLY), parse_mapping(packed(SMALL)))[0].name == "EPA AQS hourly"


def test_without_a_mapping_the_report_says_that_one_could_be_laid_beside_the_file() -> None:
    with pytest.raises(UnreadableFile, match="with one column a parameter that a mapping file beside it describes"):
        recognise(1, "when,PM2.5,T")


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["2024-10-27 02:00", "2024-07-01T05:00Z", "24:00", "", "2024-03-31 02:30"]),
            st.text(st.characters(exclude_characters='\r\n"', exclude_categories=["Cs"]), max_size=30),
            st.sampled_from(["", "20", "-999", "1e308", "nan", "NA"]),
        ),
        max_size=6,
    )
)
def test_every_line_gives_rows_or_refusals_of_its_own_number(cells: list[tuple[str, str, str]]) -> None:
    lines = [f'{stamp},"{one}",{other}' for stamp, one, other in cells]
    for row in read(["when,PM2.5,T", "2024-07-01 05:00,1,2", *lines]):
        number = row.observation.line if isinstance(row, AcceptedRow) else row.line
        assert 2 <= number <= len(lines) + 2


@pytest.mark.skipif(not beijing.THERE, reason="the real data lies beside the repository, and is not there")
def test_three_years_of_a_real_station_are_read_value_by_value() -> None:
    lines = beijing.table("Aotizhongxin").splitlines()
    found = {(row.observation.parameter, row.observation.start): row.observation.value for row in taken(lines, BEIJING)}
    china = dt.timezone(dt.timedelta(hours=8))
    expected = {}
    for row in csv.DictReader(lines):
        day = dt.datetime(int(row["year"]), int(row["month"]), int(row["day"]), tzinfo=china)
        start = day + dt.timedelta(hours=int(row["hour"]))
        for name, column in BEIJING["columns"].items():
            if row[name] != "NA":
                value = 22.5 * COMPASS.index(row[name]) if name == "wd" else float(row[name])
                expected[column["parameter"], start] = value
    assert len(expected) > 300_000
    assert found == expected
