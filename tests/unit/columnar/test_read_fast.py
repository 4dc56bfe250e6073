"""The fast ways from lines to columns: they say what the row reader says, and leave it little to read."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geoclimate.columnar import read_by_pattern, read_by_text, read_fast, read_file, text_blocks
from geoclimate.columnar.blocks import Block
from geoclimate.columnar.read_by_rows import read_by_rows
from geoclimate.domain.csv_format import LONGEST_LINE
from tests import epa_files, openaq_archive
from tests.columns_read import as_columns, line_by_line
from tests.epa_files import HOURLY, HOURLY_2014, hourly, hours

# What files have in the wrong places, and what readers of numbers, times and CSV disagree about.
ODD_TEXTS = [
    *("nan", "inf", "-inf", "1e5", "1E-3", "1e0005", "1,5", "1_000", "0x1A", "+5", ".5", "5.", ".", "-", "-.", "-0"),
    *("-0.0", "--5", "1-2", "1.2.3", "00012.50", "-999", "-999.0", "9999.9", "1e400", "123456789.123456789012345"),
    *(
        "0.30000000000000004",
        "12.300000190734863",
        "8.5.1",
        "\u0661\u0662",
        "\uff11",
        "5µ",
        "1e6",
        "-5",
        "06",
        "6",
        "1",
    ),
    *("", " ", " 5", "5 ", " 5 ", "9" * 400, "0." + "3" * 40, "x" * 5000, 'a""b', "ppm", "ppb", "88502", "44201"),
    *("2014-02-30", "1969-12-31", "1970-01-01", "2024-06-01", "9999-12-31", "0000-01-01", "20:4-01-01", "2014/01/01"),
    *("2014-01-01 ", " 2014-01-01", "24:00", "23:60", "00:00:00", "5:00", "0:000", "2014-01-01T01:00:00Z"),
    *("2014-01-01 01:00:00+08:00", "2014-01-01T01:00", "MD - Value less than MDL.", "1 -"),
]
CHARACTERS = '",\r\t \x0b\x1c\u2028;:-+.eE0129TZaµ\u0661\ufeff'


@st.composite
def lines_of(draw: st.DrawFn, columns: Sequence[str], rows: Sequence[dict[str, str]]) -> str:
    """Rows as CSV, in some style of quotes and with some damage."""
    order = draw(st.permutations(columns)) if draw(st.booleans()) else list(columns)
    # Which lines have all fields quoted: all of them, every third one, or none.
    quoted_of_three = draw(st.sampled_from((3, 1, 0)))
    lines = [",".join(order)]
    for number, row in enumerate(rows):
        always = number % 3 < quoted_of_three
        lines.append(",".join(f'"{row[name]}"' if always or "," in row[name] else row[name] for name in order))
    for _ in range(draw(st.integers(0, 4))):
        place = draw(st.integers(1, len(lines) - 1))
        lines[place : place + 1] = draw(damaged(lines[place], lines[0]))
    ends = draw(st.sampled_from((["\n"], ["\r\n"], ["\r"], ["\n", "\r\n"], ["\n", "\r", "\r\n", "\n\n", "\r\r\n"])))
    text = "".join(line + ends[number % len(ends)] for number, line in enumerate(lines))
    return text.rstrip("\r\n") if draw(st.booleans()) else text


@st.composite
def damaged(draw: st.DrawFn, line: str, header: str) -> list[str]:
    kind = draw(st.integers(0, 6))
    if kind == 0:
        return [line, draw(st.sampled_from(["", " ", "\t", "\u2003", header, line, "x"]))]
    if kind == 1:
        place = draw(st.integers(0, len(line)))
        return [line[:place] + draw(st.sampled_from(CHARACTERS)) + line[place:]]
    if kind == 2:
        place = draw(st.integers(0, len(line)))
        return [line[:place] + line[place + draw(st.integers(1, 3)) :]]
    fields = line.split(",")
    place = draw(st.integers(0, len(fields) - 1))
    if kind == 3:
        return [",".join(fields[:place] + fields[place + 1 :])]
    if kind == 4:
        return [",".join([*fields[:place], "1", *fields[place:]])]
    odd = draw(st.sampled_from(ODD_TEXTS))
    fields[place] = f'"{odd}"' if draw(st.booleans()) else odd
    return [",".join(fields)]


VALUES = st.one_of(
    st.decimals(-12, 400, allow_nan=False, places=2).map(str),
    st.decimals(0, 5, allow_nan=False, places=12).map(str),
    st.integers(0, 99).map(str),
    st.sampled_from(ODD_TEXTS),
)


# Columns that nobody reads, and what may stand there.
UNREAD = ("Datum", "MDL", "Uncertainty", "Method Name", "Date of Last Change")
UNREAD_TEXTS = st.one_of(
    st.integers(0, 9).map(str), st.sampled_from(["", " ", "a, b", 'a""b', '"', '""', "µ", "\ufeff"])
)


@st.composite
def hourly_files(draw: st.DrawFn) -> str:
    unread = draw(st.lists(st.sampled_from(UNREAD), unique=True, max_size=3))
    monitors = draw(
        st.lists(
            st.fixed_dictionaries(
                {
                    "Site Num": st.sampled_from(["0007", "0008"]),
                    "Latitude": st.sampled_from(["37.687526", "37.7", "-37"]),
                    "Parameter Code": st.sampled_from(["88101", "88502"]),
                    "Qualifier": st.sampled_from(["", "IT - Wildfire-U. S.", "MD - Value less than MDL.", "1 - x, y"]),
                    "County Name": st.sampled_from(["Alameda", "Doña Ana", "  "]),
                }
            ),
            min_size=1,
            max_size=9,
        )
    )
    rows = []
    first = draw(st.sampled_from(["2014-01-01T00:00", "2024-06-01T06:00", "1969-12-31T20:00", "2019-12-31T12:00"]))
    for number, value in enumerate(draw(st.lists(VALUES, min_size=1, max_size=20))):
        stamp = dt.datetime.fromisoformat(first) + dt.timedelta(hours=number)
        local = stamp - dt.timedelta(hours=8)
        monitor = monitors[number * len(monitors) // 20 if draw(st.booleans()) else number % len(monitors)]
        rows.append(
            {
                **hourly(),
                **monitor,
                **{name: draw(UNREAD_TEXTS) for name in unread},
                "Date GMT": f"{stamp:%Y-%m-%d}",
                "Time GMT": f"{stamp:%H:%M}",
                "Date Local": f"{local:%Y-%m-%d}",
                "Time Local": f"{local:%H:%M}",
                "Sample Measurement": value,
            }
        )
    return draw(lines_of(draw(st.sampled_from((HOURLY, HOURLY_2014))), rows))


@st.composite
def archive_files(draw: st.DrawFn) -> str:
    rows = []
    offset = draw(st.sampled_from(["+08:00", "Z", "-03:30", "", "+0800", ".250+01:00"]))
    first = draw(st.sampled_from(["2014-01-01T00:30:00", "2024-06-01T06:00:00", "1970-01-01T00:00:00"]))
    parameters = draw(st.lists(st.sampled_from(["pm25", "o3", "temperature", "co"]), min_size=1, max_size=4))
    sensors = draw(st.lists(st.sampled_from(["7", "8", "9", "x"]), min_size=1, max_size=4))
    name = st.sampled_from(draw(st.sampled_from((["Aotizhongxin"], ["a, b", 'a""b', " ", "\ufeff"]))))
    units = {"pm25": "µg/m³", "o3": "ppb", "temperature": "f", "co": "ppm"}
    for number, value in enumerate(draw(st.lists(VALUES, min_size=1, max_size=20))):
        stamp = dt.datetime.fromisoformat(first) + dt.timedelta(hours=number // len(parameters))
        parameter = parameters[number % len(parameters)]
        rows.append(
            openaq_archive.row(
                datetime=f"{stamp:%Y-%m-%dT%H:%M:%S}{offset}",
                parameter=parameter,
                units=units[parameter],
                sensors_id=f"50100{len(parameter)}{sensors[number % len(sensors)]}",
                location=draw(name),
                value=value,
            )
        )
    return draw(lines_of(openaq_archive.HEADER, rows))


# Patterns looked for in vain, and lines that are worth the start of Arrow's reader: of few lines, too, and of all.
WAYS = ((4, 1000), (4, 1), (0, 1))


def take(ways: tuple[int, int], patch: pytest.MonkeyPatch) -> None:
    patch.setattr(read_by_pattern, "MOST_MISSES", ways[0])
    patch.setattr(read_fast, "FEWEST_BY_TEXT", ways[1])


@given(
    text=st.one_of(hourly_files(), archive_files()),
    size=st.sampled_from((64, 700, 5000, text_blocks.BLOCK_BYTES)),
    mark=st.sampled_from((b"", b"\xef\xbb\xbf")),
    ways=st.sampled_from(WAYS),
)
@settings(max_examples=600, deadline=None)
def test_the_fast_ways_say_what_the_row_reader_says(text: str, size: int, mark: bytes, ways: tuple[int, int]) -> None:
    content = mark + text.encode()
    with pytest.MonkeyPatch.context() as patch:
        take(ways, patch)
        assert as_columns(content, size) == line_by_line(content)


@given(hourly_files(), st.sampled_from((1, 3, 100)), st.sampled_from(WAYS))
@settings(max_examples=50, deadline=None)
def test_blocks_of_any_size_have_the_same_rows_in_the_order_of_their_lines(
    text: str, at_once: int, ways: tuple[int, int]
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        take(ways, patch)
        patch.setattr(read_file, "ROWS_AT_ONCE", at_once)
        patch.setattr(read_file, "REFUSED_AT_ONCE", at_once)
        assert as_columns(text.encode(), 600) == line_by_line(text.encode())


class _Lines:
    """Counts the lines that the row reader is given."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.read: list[int] = []

        def counted(lines: Iterable[tuple[int, str]], *arguments: Any) -> Block:
            given = list(lines)
            self.read += [number for number, _ in given]
            return read_by_rows(given, *arguments)

        patch.setattr(read_fast, "read_by_rows", counted)


def test_lines_that_repeat_another_are_not_given_to_the_row_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = _Lines(monkeypatch)
    rows = [*hours(500), *hours(500, POC="4"), *hours(300, Qualifier="MD - Value less than MDL.", Site_Num="0008")]
    found, refusals, _ = as_columns(epa_files.text(HOURLY, rows).encode())
    assert (len(found), refusals, lines.read) == (1300, [], [])


def test_so_are_the_lines_of_the_archive(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = _Lines(monkeypatch)
    rows = [
        row
        for each in openaq_archive.hours(200)
        for row in (
            each,
            {**each, "parameter": "o3", "sensors_id": "7"},
            {**each, "parameter": "co", "sensors_id": "8"},
        )
    ]
    found, refusals, _ = as_columns(openaq_archive.text(rows).replace("\n", "\r\n").encode())
    assert (len(found), refusals, lines.read) == (600, [], [])


def test_a_bad_line_costs_the_others_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = _Lines(monkeypatch)
    rows = hours(500)
    rows[100]["Sample Measurement"] = "-999"
    rows[200]["Sample Measurement"] = "eleven"
    text = epa_files.text(HOURLY, rows).splitlines(keepends=True)
    text[301] = '"06,' + text[301]
    text[400] = "\n"
    found, refusals, _ = as_columns("".join(text).encode())
    assert len(found) == 496
    assert [(refusal.line, refusal.rule) for refusal in refusals] == [
        (102, "sentinel"),
        (202, "number"),
        (302, "quoting"),
    ]
    # The blank line is passed over before.
    assert lines.read == [102, 202, 302]


def alternating(hours_each: int, sites: int) -> list[dict[str, str]]:
    """Lines sorted by time, of which no two have the same texts in the columns that nobody reads."""
    return [
        {**row, "Site Num": f"{site:04}", "Uncertainty": f"{site}.{hour}", "MDL": str(site % 7), "Qualifier": qualifier}
        for hour, row in enumerate(hours(hours_each))
        for site, qualifier in zip(range(1, sites + 1), ["", "V - Validated Value.", ""] * sites, strict=False)
    ]


def test_lines_of_many_monitors_that_alternate_are_not_given_to_the_row_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = _Lines(monkeypatch)
    content = epa_files.text(HOURLY, alternating(4, 300)).encode()
    found, refusals, _ = as_columns(content)
    assert (found, refusals, lines.read) == (line_by_line(content)[0], [], [])


def test_nor_are_those_of_the_archive(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = _Lines(monkeypatch)
    rows = [{**row, "sensors_id": str(sensor)} for row in openaq_archive.hours(4) for sensor in range(1, 301)]
    content = openaq_archive.text(rows).replace("\n", "\r\n").encode()
    found, refusals, _ = as_columns(content)
    assert (found, refusals, lines.read) == (line_by_line(content)[0], [], [])


def test_a_bad_line_among_alternating_ones_costs_the_others_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = _Lines(monkeypatch)
    rows = alternating(4, 300)
    rows[98]["Sample Measurement"] = "-999"
    rows[198]["Date GMT"] = "2024-06-02"
    rows[298]["Method Name"] = "one, two"
    rows[398]["Method Name"] = 'a "quote"'
    text = epa_files.text(HOURLY, rows).splitlines(keepends=True)
    text[499] = text[499].replace('"Alameda"', '"Alameda')
    text[599] = text[599].replace('"Alameda",', "")
    text[699] = "\n"
    text[1] = "\ufeff" + text[1]
    text[899] = text[899].replace('"NAD83"', '"' + "N" * LONGEST_LINE + '"')
    content = "".join(text).encode()
    found, refusals, skipped = as_columns(content)
    assert (found, refusals, skipped) == line_by_line(content)
    assert [(refusal.line, refusal.rule) for refusal in refusals] == [
        (2, "identifier"),
        (100, "sentinel"),
        (200, "future"),
        (500, "quoting"),
        (600, "columns"),
        (900, "line-length"),
    ]
    # Those at 300 and 400 are good; the empty one is passed over before.
    assert lines.read == [2, 100, 200, 300, 400, 500, 600, 900]


def test_more_descriptions_than_are_remembered_are_read_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(read_by_text, "MOST_KNOWN", 200)
    content = epa_files.text(HOURLY, alternating(4, 300)).encode()
    assert as_columns(content, 30_000) == line_by_line(content)
