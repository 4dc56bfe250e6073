"""Every rule that a delivered value must pass."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geoclimate.domain.errors import RefusedValue
from geoclimate.domain.parameters import PARAMETERS
from geoclimate.domain.quality import (
    BELOW_DETECTION,
    SENTINELS,
    VALID,
    parse_coordinates,
    parse_identifier,
    parse_measure,
    parse_number,
    parse_stamp,
    quality_flag,
    refuse_future,
    refuse_sentinel,
    require,
    shortened,
)

NOW = dt.datetime(2014, 2, 1, 12, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("text", "number"), [("42", 42.0), ("-0.5", -0.5), (" 1.5 ", 1.5), (".5", 0.5), ("1e-3", 0.001), ("3.", 3.0)]
)
def test_reads_a_number(text: str, number: float) -> None:
    assert parse_number(text, "value") == number


@given(number=st.floats(allow_nan=False, allow_infinity=False))
def test_reads_every_float_as_it_was_written(number: float) -> None:
    assert repr(parse_number(repr(number), "value")) == repr(number)


@pytest.mark.parametrize(
    "text", ["n/a", "1_000", "nan", "NaN", "inf", "-Infinity", "1e999", "0x10", "1 2", "--1", "٣", "1e", "."]
)
def test_refuses_what_is_no_number(text: str) -> None:
    with pytest.raises(RefusedValue, match="is not a number: write digits with a point") as refused:
        parse_number(text, "value")
    assert (refused.value.rule, refused.value.column, refused.value.value) == ("number", "value", text)


def test_tells_who_writes_a_decimal_comma_to_write_a_point() -> None:
    with pytest.raises(RefusedValue, match="use a point for decimals"):
        parse_number("12,5", "value")


@given(text=st.text(max_size=20))
def test_reads_no_number_that_python_would_not(text: str) -> None:
    try:
        number = parse_number(text, "value")
    except RefusedValue:
        return
    assert number == float(text)


@pytest.mark.parametrize("text", ["-999", "-999.0", "-9999", "9999.9", "-99999.00"])
def test_refuses_a_sentinel_however_it_is_written(text: str) -> None:
    with pytest.raises(RefusedValue, match="stands for a missing value") as refused:
        refuse_sentinel(float(text), text, "value")
    assert refused.value.rule == "sentinel"


@pytest.mark.parametrize("number", [9999.0, 99999.0, 0.0, -9.99])
def test_takes_numbers_that_really_occur_for_no_sentinel(number: float) -> None:
    assert number not in SENTINELS
    refuse_sentinel(number, str(number), "value")


@pytest.mark.parametrize(
    ("parameter", "value"), [("pm25", 0.0), ("pm25", 900.0), ("temperature", -40.0), ("wind_direction", 360.0)]
)
def test_a_credible_value_is_valid(parameter: str, value: float) -> None:
    assert quality_flag(value, PARAMETERS[parameter], str(value), "value") == VALID


@pytest.mark.parametrize(("parameter", "value"), [("pm25", -0.1), ("pm25", -10.0), ("co", -500.0)])
def test_noise_below_zero_is_kept_and_flagged(parameter: str, value: float) -> None:
    assert quality_flag(value, PARAMETERS[parameter], str(value), "value") == BELOW_DETECTION


@pytest.mark.parametrize(
    ("parameter", "value"),
    [("pm25", -10.1), ("pm25", 10_001.0), ("temperature", 61.0), ("relativehumidity", -0.1), ("pressure", 101_325.0)],
)
def test_refuses_what_cannot_be(parameter: str, value: float) -> None:
    with pytest.raises(RefusedValue, match=r"cannot be: .* lies between .*; check the unit") as refused:
        quality_flag(value, PARAMETERS[parameter], str(value), "value")
    assert refused.value.rule == "range"


@pytest.mark.parametrize(
    "text",
    [
        "2014-01-31T05:00:00+08:00",
        "2014-01-30T21:00:00Z",
        "2014-01-30 21:00:00+00:00",
        "2014-01-30T21:00Z",
        "2014-01-30t16:00:00-0500",
    ],
)
def test_reads_a_stamp_in_utc(text: str) -> None:
    stamp = parse_stamp(text, "datetime")
    assert stamp == dt.datetime(2014, 1, 30, 21, tzinfo=dt.UTC)
    assert stamp.tzinfo is dt.UTC


def test_refuses_a_stamp_without_an_offset() -> None:
    with pytest.raises(RefusedValue, match="has no offset from UTC") as refused:
        parse_stamp("2014-01-31T05:00:00", "datetime")
    assert (refused.value.rule, refused.value.column) == ("timestamp", "datetime")


@pytest.mark.parametrize(
    "text",
    [
        "31.01.2014 05:00",
        "2014-01-31",
        "2014-W05-5T05:00Z",
        "20140131T050000Z",
        "1391144400",
        "yesterday",
        "2014-01-31T05:00:00+24:00",
        "2014-01-31T05:00:00+08:60",
    ],
)
def test_refuses_what_is_no_stamp(text: str) -> None:
    with pytest.raises(RefusedValue, match="is not a time: write ISO 8601"):
        parse_stamp(text, "datetime")


@pytest.mark.parametrize("text", ["2014-02-30T05:00:00Z", "2014-01-31T25:00:00Z", "0001-01-01T00:00:00+08:00"])
def test_refuses_a_stamp_outside_the_calendar(text: str) -> None:
    with pytest.raises(RefusedValue, match="is not in the calendar"):
        parse_stamp(text, "datetime")


@pytest.mark.parametrize("text", ["1970-01-01T00:00:00Z", "1900-01-01T00:00:00Z"])
def test_refuses_a_clock_that_was_never_set(text: str) -> None:
    with pytest.raises(RefusedValue, match="clock of the instrument was not set"):
        parse_stamp(text, "datetime")


def test_refuses_a_stamp_in_the_future() -> None:
    with pytest.raises(RefusedValue, match=r"is in the future \(it is 2014-02-01T12:00:00Z\)") as refused:
        refuse_future(NOW + dt.timedelta(minutes=6), NOW, "2014-02-01T12:06:00Z", "datetime")
    assert refused.value.rule == "future"


def test_a_clock_may_run_five_minutes_ahead() -> None:
    refuse_future(NOW + dt.timedelta(minutes=5), NOW, "2014-02-01T12:05:00Z", "datetime")


def test_reads_coordinates() -> None:
    assert parse_coordinates("39.954", "116.468") == (39.954, 116.468)


@pytest.mark.parametrize(
    ("lat", "lon", "column", "message"),
    [
        ("116.468", "39.954", "lat", "look swapped"),
        ("95", "120", "lat", "not at 95: correct it$"),
        ("45", "181", "lon", "between -180 and 180"),
        ("0", "0.0", "lat", "does not know the place"),
    ],
)
def test_refuses_coordinates_that_are_no_place(lat: str, lon: str, column: str, message: str) -> None:
    with pytest.raises(RefusedValue, match=message) as refused:
        parse_coordinates(lat, lon)
    assert (refused.value.rule, refused.value.column) == ("coordinates", column)


@pytest.mark.parametrize("text", ["0", "007", "12a", "-3", "1.0", "1234567890123", "../7"])
def test_refuses_an_id_that_is_no_plain_number(text: str) -> None:
    with pytest.raises(RefusedValue, match="is not an id") as refused:
        parse_identifier(text, "location_id")
    assert refused.value.rule == "identifier"


def test_knows_what_a_row_measures_and_how_to_convert_it() -> None:
    measure = parse_measure(" PM25 ", "mg/m3", "units")
    assert (measure.parameter.code, measure.unit, measure.convert(0.05)) == ("pm25", "mg/m³", 50.0)


@pytest.mark.parametrize(
    ("parameter", "unit", "rule", "column", "message"),
    [
        ("radon", "µg/m³", "parameter", "parameter", "is no parameter that is taken; these are: bc, co,"),
        ("pm25", "furlong", "unit", "units", "PM2.5 is best delivered in µg/m³"),
        ("pm25", "ppb", "unit-of-parameter", "units", "PM2.5 has no value in ppb; deliver it in µg/m³"),
        ("", "ppb", "required", "parameter", "'parameter' is empty"),
        ("pm25", " ", "required", "units", "'units' is empty"),
    ],
)
def test_refuses_a_measure_that_it_does_not_know(
    parameter: str, unit: str, rule: str, column: str, message: str
) -> None:
    with pytest.raises(RefusedValue, match=message) as refused:
        parse_measure(parameter, unit, "units")
    assert (refused.value.rule, refused.value.column) == (rule, column)


def test_refuses_an_empty_field() -> None:
    with pytest.raises(RefusedValue, match="'value' is empty: fill it in, or leave the row out"):
        require("  ", "value")


def test_a_long_text_is_shown_shortened() -> None:
    assert len(shortened("x" * 1000)) == 80
    assert shortened("x" * 80) == "x" * 80
