"""Which lines repeat a line already understood."""

import io

import numpy as np
import pytest

from geoclimate.columnar.line_patterns import LineLayout, LinePattern, VaryingDigits, line_pattern
from geoclimate.columnar.text_blocks import text_blocks
from geoclimate.domain.csv_format import LONGEST_LINE, Header

DATE = VaryingDigits("date", 0, 10)
TIME = VaryingDigits("time", 0, 5)
LAYOUT = LineLayout((DATE, TIME), DATE, TIME, "value", lambda field: field("station"), lambda field: field("time")[5:])
HEADER = Header(("station", "date", "time", "value", "unit"), {})
LINE = b'"A 1",2014-01-01,05:00,12.5,"ppm"'


def pattern_of(line: bytes) -> LinePattern[str]:
    pattern = line_pattern(line, HEADER, LAYOUT)
    assert pattern is not None
    return pattern


def repeats(line: bytes, pattern: LinePattern[str]) -> bool:
    [block] = text_blocks(io.BytesIO(b"first\n" + line + b"\nlast\n"))
    return np.array_equal(pattern.repeated_by(block, np.arange(3)), [1])


def test_a_pattern_says_what_its_line_means_and_where_the_value_and_the_stamp_are() -> None:
    pattern = pattern_of(LINE)
    assert (pattern.meaning, pattern.clock) == ("A 1", "")
    assert LINE[pattern.before : -pattern.behind] == b"12.5"
    assert LINE[pattern.date.offset :].startswith(b"2014-01-01")
    assert LINE[pattern.time.offset :].startswith(b"05:00")


def test_places_behind_the_value_are_counted_from_the_end() -> None:
    line = b"12.5,2014-01-01,05:00,A,ppm"
    pattern = line_pattern(line, Header(("value", "date", "time", "station", "unit"), {}), LAYOUT)
    assert pattern is not None
    assert (pattern.before, line[pattern.date.offset :][:10], line[pattern.time.offset :][:5]) == (
        0,
        b"2014-01-01",
        b"05:00",
    )


@pytest.mark.parametrize("line", [LINE, b'"A 1",1999-12-31,23:59,-7,"ppm"', b'"A 1",2014-01-01,05:00,odd,"ppm"'])
def test_a_line_may_differ_in_the_digits_of_its_stamp_and_in_its_value(line: bytes) -> None:
    assert repeats(line, pattern_of(LINE))


@pytest.mark.parametrize(
    "line",
    [
        b'"A 2",2014-01-01,05:00,12.5,"ppm"',
        b'"A 1",2014-01-01,05:00,12.5,"ppb"',
        b'"A 1",2014/01/01,05:00,12.5,"ppm"',
        b'"A 1",2014-01-01,5:00,12.5,"ppm"',
        b'"A 1",2014-01-01,05:00,,"ppm"',
        b'"A 1",2014-01-01,05:00,12.5,"ppm" ',
        b'"A 1",2014-01-01,05:00,12.5,"ppm"\r',
        b'"A 1",2014-01-01,05:00,12.5',
        b'A 1,2014-01-01,05:00,12.5,"ppm"',
        b'"A 1",2014-01-01,05:00,' + b"1" * LONGEST_LINE + b',"ppm"',
    ],
)
def test_a_line_that_differs_anywhere_else_does_not_repeat_it(line: bytes) -> None:
    assert not repeats(line, pattern_of(LINE))


def test_a_carriage_return_at_the_end_belongs_to_the_pattern() -> None:
    assert repeats(LINE + b"\r", pattern_of(LINE + b"\r"))
    assert pattern_of(LINE + b"\r").meaning == "A 1"


@pytest.mark.parametrize(
    "line",
    [
        b'"A "" 1",2014-01-01,05:00,12.5,ppm',
        b'"A 1"x,2014-01-01,05:00,12.5,ppm',
        b'A "1",2014-01-01,05:00,12.5,ppm',
        b'"A 1,2014-01-01,05:00,12.5,ppm',
        b"A 1,2014-01-01,05:00,12.5",
        b"A 1,2014-01-01,05:00,12.5,ppm,",
        b"A\r1,2014-01-01,05:00,12.5,ppm",
    ],
)
def test_a_line_that_is_no_plain_csv_has_no_pattern(line: bytes) -> None:
    assert line_pattern(line, HEADER, LAYOUT) is None
