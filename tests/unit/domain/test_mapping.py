"""Mapping files: what they say, and how every mistake in one is told."""

import contextlib
import datetime as dt
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geoclimate.domain.errors import UnreadableFile
from geoclimate.domain.mapping import parse_mapping
from geoclimate.domain.mapping_fields import MOST_BYTES
from tests.wide_files import BEIJING, SMALL, mapping, packed


def refusal(content: Any) -> str:
    return refusal_of(packed(content))


def refusal_of(text: bytes) -> str:
    with pytest.raises(UnreadableFile) as refused:
        parse_mapping(text)
    assert refused.value.rule == "mapping"
    return str(refused.value)


def test_a_mapping_says_how_the_beijing_files_are_read() -> None:
    found = parse_mapping(packed(BEIJING))
    assert found.stations.provider == "uci"
    assert found.stations.known["Tiantan"].coordinates == (39.886, 116.407)
    assert (found.times.columns, str(found.times.zone)) == (("year", "month", "day", "hour"), "Asia/Shanghai")
    assert (found.times.ends, found.times.interval) == (False, dt.timedelta(hours=1))
    assert found.missing == {"NA"}
    assert [column.measure.parameter.code for column in found.columns][-2:] == ["wind_direction", "wind_speed"]
    assert found.columns[-2].values["NNW"] == 337.5
    assert found.ignore == ("No",)


def test_what_may_be_left_out_has_the_plainest_meaning() -> None:
    found = parse_mapping(packed(SMALL))
    assert found.times.interval == dt.timedelta(hours=1)
    assert (found.instrument, found.instrument_column, found.missing) == ("1", None, frozenset({""}))
    assert (found.delimiter, found.decimal_comma, found.ignore) == (",", False, ())
    assert found.used == ("when", "PM2.5", "T")


def test_a_byte_order_mark_is_no_part_of_a_mapping() -> None:
    assert parse_mapping(b"\xef\xbb\xbf" + packed(SMALL)).used == parse_mapping(packed(SMALL)).used


def test_an_interval_may_be_the_local_day() -> None:
    changed = mapping(time__format="%Y-%m-%d", time__interval="day")
    assert parse_mapping(packed(changed)).times.interval is None


def test_everything_that_is_not_named_may_be_ignored() -> None:
    assert parse_mapping(packed(mapping(ignore="*"))).ignore is None


def test_two_columns_of_one_parameter_are_two_instruments() -> None:
    two = {"a": {"parameter": "pm25", "unit": "ug/m3", "instrument": "A"}, "b": {"parameter": "pm25", "unit": "ug/m3"}}
    assert [column.instrument for column in parse_mapping(packed(mapping(columns=two))).columns] == ["A", None]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"provider": None}, "provider: is missing: add it"),
        ({"provider": "City-Hall"}, "provider: must be 1 to 32 of a-z"),
        ({"provider": 7}, "provider: must be a text, not 7"),
        (
            {"station__id": None},
            "station.id: is missing: give the station's id, or as `column` the column that says it",
        ),
        ({"station__id": "Mitte Süd"}, "station.id: must be 1 to 64 of A-Z"),
        ({"station__id": "../mitte"}, "station.id: must be 1 to 64 of A-Z"),
        ({"station__latitude": None}, "station.latitude: is missing"),
        ({"station__latitude": "52.5"}, 'station.latitude: must be a number from -1e+06 to 1e+06, not "52.5"'),
        ({"station__latitude": 152.5}, "station.latitude: a latitude lies between -90 and 90, not at 152.5"),
        ({"station__latitude": True}, "station.latitude: must be a number"),
        ({"station__longitude": 999}, "station.longitude: a longitude lies between -180 and 180"),
        ({"station__name": "x" * 201}, "station.name: is longer than 200 characters"),
        ({"station__column": "site"}, "station.known: is missing: give each station's coordinates there"),
        ({"station__latitude_column": "lat"}, "station.longitude_column: is missing"),
        ({"station__lattitude": 52.5}, "station.lattitude: is no field that is known here; the nearest is 'latitude'"),
        (
            {"station__latitude_column": "lat", "station__longitude_column": "lon"},
            "station.latitude: has no use beside the other fields here",
        ),
        ({"station": "mitte"}, 'station: must be an object in braces, not "mitte"'),
        ({"time__zone": None}, "time.zone: is missing"),
        ({"time__zone": "Berlin"}, "time.zone: 'Berlin' is no time zone: write its IANA name such as Europe/Berlin"),
        ({"time__stamp": None}, "time.stamp: is missing"),
        ({"time__stamp": "end"}, "time.stamp: must be 'begins' or 'ends', not \"end\""),
        ({"time__format": "%Y-%m-%d %q"}, "time.format: '%q' in '%Y-%m-%d %q' is no directive"),
        ({"time__format": "%Y-%m-%d"}, "time.format: says no hour"),
        ({"time__format": "%Y-%m-%d" + " " * 99 + "%H"}, "time.format: is longer than 100 characters"),
        ({"time__columns": "when"}, 'time.columns: must be a list of texts such as ["a", "b"], not "when"'),
        ({"time__columns": []}, "time.columns: must be a list of texts"),
        ({"time__columns": ["when", 1]}, "time.columns[1]: must be a text, not 1"),
        ({"time__columns": ["when", "when"]}, 'time.columns[1]: "when" is there twice'),
        ({"time__interval": 0}, "time.interval: must be a number of whole minutes from 1 to 1440"),
        ({"time__interval": 60.5}, "time.interval: must be a number of whole minutes"),
        ({"time__interval": True}, "time.interval: must be a number of whole minutes"),
        ({"time__interval": "hour"}, "time.interval: must be a number of whole minutes"),
        ({"instrument": "a b"}, "instrument: must be 1 to 64"),
        ({"instrument": "a", "instrument_column": "b"}, "instrument: is there beside `instrument_column`"),
        ({"missing": "NA"}, "missing: must be a list of texts"),
        ({"missing": [-999]}, "missing[0]: must be a text, not -999"),
        ({"columns": {}}, "columns.…: must name a column of values"),
        ({"columns": ["PM2.5"]}, "columns: must be an object in braces, not a list"),
        ({"columns__T": "temperature"}, 'columns.T: must be an object in braces, not "temperature"'),
        ({"columns__T__parameter": "temprature"}, "no parameter that is taken; the nearest is 'temperature'"),
        ({"columns__T__unit": "ppm"}, "columns.T.unit: Air temperature has no value in ppm; deliver it in c"),
        ({"columns__T__unit": "grad"}, "columns.T.unit: 'grad' is no unit that is known"),
        ({"columns__T__values": {"cold": "0"}}, "columns.T.values.cold: must be a number"),
        ({"columns__T__values": {}}, "columns.T.values: must have an entry"),
        ({"columns__T__values": {"low": 0, " low": 1}}, "columns.T.values. low: is there twice but for blanks around"),
        ({"columns__T__valeus": {"x": 0}}, "columns.T.valeus: is no field that is known here; the nearest is 'values'"),
        ({"columns__T__values": {"": 0}}, "columns.T.values: '' is in `missing` too"),
        ({"columns__T": {"parameter": "pm25", "unit": "ug/m3"}}, "columns.T: is pm25 as 'PM2.5' is: give each"),
        (
            {"columns__when": {"parameter": "co", "unit": "ppm"}},
            "columns: the column 'when' is named in `time.columns`",
        ),
        ({"ignore": ["T"]}, "ignore: the column 'T' is named in `columns` already"),
        ({"ignore": "T"}, "ignore: must be a list of texts"),
        ({"delimiter": "|"}, "delimiter: must be ',' or ';' or '\\t', not \"|\""),
        ({"decimal": ","}, "decimal: cannot be a comma where the delimiter is one"),
        ({"colums": {}}, "colums: is no field that is known here; the nearest is 'columns'"),
        ({"x" * 100: 1}, "x…: is no field that is known here"),
        # A field's name that is mistyped is told as what it is, and not as what its absence leads to.
        ({"delimeter": ";", "decimal": ","}, "delimeter: is no field that is known here; the nearest is 'delimiter'"),
        ({"provider": None, "provder": "city"}, "provder: is no field that is known here; the nearest is 'provider'"),
        (
            {"time__zone": None, "time__timezone": "UTC"},
            "time.timezone: is no field that is known here; the nearest is 'zone'",
        ),
        (
            {"station__latitude": None, "station__lattitude": 52.5},
            "station.lattitude: is no field that is known here; the nearest is 'latitude'",
        ),
    ],
)
def test_a_mistake_is_told_with_its_field(changes: dict[str, Any], message: str) -> None:
    assert message in refusal(mapping(**changes))


@pytest.mark.parametrize(
    ("known", "message"),
    [
        ({}, "station.known.…: must name a station"),
        ({"a": {}}, "station.known.a.latitude: is missing"),
        ({"Mitte Süd": {"latitude": 1, "longitude": 2}}, "station.known.Mitte Süd.id: is missing"),
        (
            {"a": {"latitude": 1, "longitude": 2}, "b": {"id": "a", "latitude": 1, "longitude": 2}},
            "station.known.b.id: 'a' is another station's too",
        ),
        (
            {"a": {"id": "x", "latitude": 1, "longitude": 2}, "a ": {"id": "y", "latitude": 1, "longitude": 2}},
            "station.known.a : is there twice but for blanks around it: keep one",
        ),
        ({"a": {"latitude": 0, "longitude": 0}}, "station.known.a.latitude: 0, 0 is what software writes"),
    ],
)
def test_a_mistake_about_a_known_station_is_told_with_its_field(known: dict[str, Any], message: str) -> None:
    assert message in refusal(mapping(BEIJING, station__known=known))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b"", "it is no JSON: line 1, column 1"),
        (b"provider: city", "it is no JSON: line 1, column 1"),
        (b'{"provider": "city",}', "it is no JSON: line 1, column 21"),
        (b"[]", "the mapping: must be an object in braces, not a list"),
        (b"\xff\xfe{\x00}\x00", "it is not UTF-8"),
        (b'{"provider": "a", "provider": "b"}', "provider: is there twice"),
        (b'{"station": {"latitude": NaN}}', "NaN is no number"),
        (b'{"provider": "\\ud800"}', r"it has \ud800, which is half a character"),
        (b'{"\\ud800": 1, "\\ud800": 2}', r"\ud800: is there twice"),
        (b"[" * 100_000, "it is no JSON that can be read"),
        (b'{"a": ' + b"9" * 5000 + b"}", "it is no JSON that can be read"),
        (b" " * (MOST_BYTES + 1), "it has more than 1 MiB"),
    ],
)
def test_what_is_no_json_object_is_refused(text: bytes, message: str) -> None:
    assert message in refusal_of(text)


def test_a_number_beyond_all_bounds_is_no_coordinate() -> None:
    text = packed(SMALL).replace(b"52.52", b"1e999")
    assert "station.latitude: must be a number from -1e+06 to 1e+06, not a number beyond all bounds" in refusal_of(text)


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=5,
)


@given(st.data(), JSON)
def test_whatever_stands_in_a_field_the_mapping_is_read_or_refused(data: st.DataObject, content: Any) -> None:
    changed = json.loads(json.dumps(data.draw(st.sampled_from([SMALL, BEIJING]))))
    place = changed
    while True:
        name = data.draw(st.sampled_from(sorted(place)))
        if isinstance(place[name], dict) and data.draw(st.booleans()):
            place = place[name]
            continue
        place[name] = content
        break
    with contextlib.suppress(UnreadableFile):
        assert parse_mapping(json.dumps(changed).encode()).columns
