"""Stamps as wide files write them."""

import contextlib
import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geoclimate.domain.errors import RefusedValue
from geoclimate.domain.wide_stamps import StampFormat


def read(form: str, text: str) -> str:
    return StampFormat(form).read(text, "when").isoformat()


@pytest.mark.parametrize(
    ("form", "text", "stamp"),
    [
        ("iso", "2014-01-31T05:00", "2014-01-31T05:00:00"),
        ("iso", "2014-01-31 05:00:07", "2014-01-31T05:00:07"),
        ("iso", "2014-01-31T05:00:07.25Z", "2014-01-31T05:00:07.250000+00:00"),
        ("iso", "2014-01-31T05:00+08:00", "2014-01-31T05:00:00+08:00"),
        ("iso", "2014-01-31 05:00-0330", "2014-01-31T05:00:00-03:30"),
        ("iso", "2014-01-31T05:00+01", "2014-01-31T05:00:00+01:00"),
        ("iso", "2014-01-31T24:00", "2014-02-01T00:00:00"),
        ("iso", "2014-12-31T24:00:00Z", "2015-01-01T00:00:00+00:00"),
        ("%Y %m %d %H", "2013 3 1 0", "2013-03-01T00:00:00"),
        ("%Y %m %d %H", "2016 2 29 24", "2016-03-01T00:00:00"),
        ("%d.%m.%Y %H:%M", "01.03.2013 07:30", "2013-03-01T07:30:00"),
        ("%m/%d/%Y %I:%M %p", "3/1/2013 12:05 AM", "2013-03-01T00:05:00"),
        ("%m/%d/%Y %I:%M %p", "3/1/2013 12:05 pm", "2013-03-01T12:05:00"),
        ("%Y%m%d%H%M", "201311112359", "2013-11-11T23:59:00"),
        ("%d-%b-%y %H", "01-MAR-13 5", "2013-03-01T05:00:00"),
        ("%y%m%d%H", "70010205", "1970-01-02T05:00:00"),
        ("%y%m%d%H", "68010205", "2068-01-02T05:00:00"),
        ("%Y-%j %H", "2012-366 23", "2012-12-31T23:00:00"),
        ("%Y-%m-%d %H:%M:%S.%f %z", "2013-03-01 00:00:01.5 +0900", "2013-03-01T00:00:01.500000+09:00"),
        ("%Y-%m-%d", "2013-03-01", "2013-03-01T00:00:00"),
        ("100%% %Y-%m-%d", "100% 2013-03-01", "2013-03-01T00:00:00"),
    ],
)
def test_a_stamp_is_read_as_its_format_says(form: str, text: str, stamp: str) -> None:
    assert read(form, text) == stamp


@pytest.mark.parametrize(
    ("form", "text"),
    [
        ("iso", "2014-01-31"),
        ("iso", "31.01.2014 05:00"),
        ("iso", "2014-01-31T05"),
        ("iso", "2014-01-31T05:00 Europe/Berlin"),
        ("iso", "2014-01-31T05:00+24:00"),
        ("iso", "\u0662014-01-31T05:00"),
        ("%Y %m %d %H", "2013  1 0"),
        ("%d.%m.%Y %H:%M", "2013-03-01 07:30"),
        ("%Y%m%d%H%M", "2013111123"),
    ],
)
def test_a_stamp_of_another_form_is_refused(form: str, text: str) -> None:
    with pytest.raises(RefusedValue, match="is not a time as the mapping describes it: write it") as refused:
        read(form, text)
    assert (refused.value.rule, refused.value.column, refused.value.value) == ("timestamp", "when", text)


@pytest.mark.parametrize(
    ("form", "text"),
    [
        ("iso", "2014-02-30T05:00"),
        ("iso", "2014-13-01T05:00"),
        ("iso", "2014-01-31T24:01"),
        ("iso", "2014-01-31T25:00"),
        ("iso", "2014-01-31T05:60"),
        ("iso", "2014-01-31T23:59:60"),
        ("iso", "0000-01-31T05:00"),
        ("iso", "9999-12-31T24:00"),
        ("%Y-%j %H", "2013-366 5"),
        ("%Y-%j %H", "2013-0 5"),
        ("%Y-%m-%d %I %p", "2013-03-01 13 PM"),
        ("%Y-%m-%d %I %p", "2013-03-01 0 PM"),
    ],
)
def test_a_time_that_no_calendar_or_clock_has_is_refused(form: str, text: str) -> None:
    with pytest.raises(RefusedValue, match="is not in the calendar") as refused:
        read(form, text)
    assert refused.value.rule == "timestamp"


@pytest.mark.parametrize("text", ["1969-12-31T23:00", "9999-01-01T00:00"])
def test_a_year_of_another_age_is_refused(text: str) -> None:
    with pytest.raises(RefusedValue, match="is not of the years 1970 to 9998"):
        read("iso", text)


@pytest.mark.parametrize(
    ("form", "message"),
    [
        ("%Y-%m-%d %h", "'%h' in .* is no directive; these are: %Y, "),
        ("%Y-%m-%d %", "'%' in .* is no directive"),
        ("%Y-%m-%d %Y", "has %Y twice"),
        ("%m-%d %H", "must say the year once"),
        ("%Y %y %m %d", "must say the year once"),
        ("%Y %H", "must say the month once"),
        ("%Y %m %j", "must say the month once"),
        ("%Y %m %b %d", "must say the month once"),
        ("%Y %m %d %H %I %p", "must say the hour once"),
        ("%Y %m %d %I", "and no %p"),
    ],
)
def test_a_format_that_says_too_little_or_too_much_is_refused(form: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        StampFormat(form)


@pytest.mark.parametrize(("form", "has_hour"), [("iso", True), ("%Y-%m-%d %I %p", True), ("%d.%m.%Y", False)])
def test_a_format_knows_whether_it_says_the_hour(form: str, has_hour: bool) -> None:
    assert StampFormat(form).has_hour is has_hour


@given(
    st.sampled_from(["%Y-%m-%d %H:%M:%S.%f", "%Y%m%d%H%M%S%f", "%j/%Y %I.%M.%S,%f %p", "%d %b %Y %H:%M:%S:%f"]),
    st.datetimes(dt.datetime.fromisoformat("1970-01-01"), dt.datetime.fromisoformat("9998-12-31")),
)
def test_what_strftime_writes_is_read_back(form: str, time: dt.datetime) -> None:
    assert StampFormat(form).read(time.strftime(form), "when") == time


@given(st.text(max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    for form in ("iso", "%Y %m %d %H"):
        with contextlib.suppress(RefusedValue):
            assert 1970 <= StampFormat(form).read(text, "when").year <= 9998
