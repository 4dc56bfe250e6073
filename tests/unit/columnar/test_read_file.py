"""Reading whole files as columns: whatever the way, the rows and refusals are those of the row readers."""

import datetime as dt
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geoclimate.columnar import read_by_pattern, read_fast, read_file, text_blocks
from geoclimate.columnar.blocks import Block
from geoclimate.columnar.columns import Monitor, Vocabulary, microseconds_of
from geoclimate.columnar.read_by_rows import read_by_rows
from geoclimate.columnar.read_file import read_blocks
from geoclimate.domain.csv_format import read_line
from geoclimate.domain.delivery import AcceptedRow, Delivery, SkippedRow
from geoclimate.domain.errors import UnreadableFile
from geoclimate.domain.formats import recognise
from geoclimate.domain.quality import LONGEST_RAW, Refusal
from tests import epa_files, openaq_archive
from tests.epa_files import DAILY, HOURLY, HOURLY_2014, daily, hourly

NOW = dt.datetime(2024, 6, 1, 12, tzinfo=dt.UTC)
DELIVERY = Delivery("ab" * 32, NOW, NOW)

Said = tuple[list[Any], list[Refusal], list[SkippedRow]]


class InPieces(io.BytesIO):
    """A stream that gives some bytes at a time, so that every block ends where they do."""

    def __init__(self, content: bytes, size: int) -> None:
        super().__init__(content)
        self._size = size

    def readinto(self, buffer: Any) -> int:
        return super().readinto(memoryview(buffer)[: self._size])


def as_columns(content: bytes, size: int = text_blocks.BLOCK_BYTES) -> Said:
    """Rows, refusals and skipped rows as the columns have them, where so many bytes are read at a time."""
    vocabulary = Vocabulary()
    blocks = list(read_blocks(InPieces(content, size), DELIVERY, vocabulary))
    rows = [row for block in blocks for row in rows_of(block)]
    refusals = [refusal for block in blocks for refusal in block.refusals]
    return rows, refusals, [skipped for block in blocks for skipped in block.skipped]


def rows_of(block: Block) -> Iterator[Any]:
    columns = block.columns
    monitors, flags = columns.vocabulary.monitors, columns.vocabulary.flags
    for monitor, start, end, value, delivered, flag, line in zip(
        columns.monitor.tolist(),
        columns.start.tolist(),
        columns.end.tolist(),
        columns.value.tolist(),
        columns.delivered.tolist(),
        columns.flag.tolist(),
        columns.line.tolist(),
        strict=True,
    ):
        yield line, monitors[monitor], start, end, value.hex(), delivered.hex(), flags[flag]


def line_by_line(content: bytes) -> Said:
    """The same as the row readers say it."""
    numbered = enumerate(io.TextIOWrapper(io.BytesIO(content), encoding="utf-8-sig"), start=1)
    lines = [(number, line.rstrip("\n")) for number, line in numbered if line.strip()]
    found, header = recognise(*lines[0])
    reader = found.open(header, DELIVERY)
    rows: list[Any] = []
    refusals = []
    skipped = []
    for number, line in lines[1:]:
        for row in read_line(reader, number, line):
            if isinstance(row, AcceptedRow):
                rows.append(row_of(row))
            elif isinstance(row, Refusal):
                assert row.raw == line[:LONGEST_RAW]
                refusals.append(row)
            else:
                assert isinstance(row, SkippedRow)
                skipped.append(row)
    return rows, refusals, skipped


def row_of(row: AcceptedRow) -> Any:
    seen = row.observation
    monitor = Monitor(
        seen.station,
        row.name,
        row.latitude,
        row.longitude,
        seen.parameter,
        seen.instrument,
        seen.delivered_unit,
        seen.source,
    )
    start, end = microseconds_of(seen.start), microseconds_of(seen.end)
    return seen.line, monitor, start, end, seen.value.hex(), seen.delivered_value.hex(), seen.flag


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


@st.composite
def hourly_files(draw: st.DrawFn) -> str:
    monitors = draw(
        st.lists(
            st.fixed_dictionaries(
                {
                    "Site Num": st.sampled_from(["0007", "0008"]),
                    "Latitude": st.sampled_from(["37.687526", "37.7", "-37"]),
                    "Parameter Code": st.sampled_from(["88101", "88502"]),
                    "Qualifier": st.sampled_from(["", "IT - Wildfire-U. S.", "MD - Value less than MDL.", "1 - x, y"]),
                    "County Name": st.sampled_from(["Alameda", "Doña Ana", "  "]),
                    "Uncertainty": st.sampled_from(["", "0.5"]),
                }
            ),
            min_size=1,
            max_size=3,
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
    units = {"pm25": "µg/m³", "o3": "ppb", "temperature": "f", "co": "ppm"}
    for number, value in enumerate(draw(st.lists(VALUES, min_size=1, max_size=20))):
        stamp = dt.datetime.fromisoformat(first) + dt.timedelta(hours=number // len(parameters))
        parameter = parameters[number % len(parameters)]
        rows.append(
            openaq_archive.row(
                datetime=f"{stamp:%Y-%m-%dT%H:%M:%S}{offset}",
                parameter=parameter,
                units=units[parameter],
                sensors_id=f"50100{len(parameter)}",
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


def hours(count: int, **changes: str) -> list[dict[str, str]]:
    first = dt.datetime(2014, 1, 1)  # noqa: DTZ001 - written as a text only
    stamps = [first + dt.timedelta(hours=number) for number in range(count)]
    return [{**hourly(**changes), "Date GMT": f"{stamp:%Y-%m-%d}", "Time GMT": f"{stamp:%H:%M}"} for stamp in stamps]


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


def test_other_formats_are_read_line_by_line() -> None:
    rows = [daily(), daily(Event_Type="Excluded"), daily(Arithmetic_Mean="-999"), daily(POC="4")]
    content = epa_files.text(DAILY, rows).encode()
    found, refusals, skipped = as_columns(content)
    assert (found, refusals, skipped) == line_by_line(content)
    assert ([row[0] for row in found], [row.line for row in refusals], [row.line for row in skipped]) == (
        [2, 5],
        [4],
        [3],
    )


def test_gives_rows_before_it_reads_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(read_file, "ROWS_AT_ONCE", 100)
    content = InPieces(epa_files.text(HOURLY, hours(1000)).encode(), 2**14)
    first = next(read_blocks(content, DELIVERY, Vocabulary()))
    assert 100 <= len(first.columns) <= 200
    assert content.tell() == 3 + 2 * 2**14


@pytest.mark.parametrize(
    ("content", "rule", "line"),
    [
        (b"", "empty", None),
        (b"\n \n\r\n", "empty", None),
        (b"\xef\xbb\xbf", "empty", None),
        (b"\nwhen,where\n1,2\n", "header", 2),
        (",".join(HOURLY).encode() + b"\n\n", "no-rows", 1),
    ],
)
def test_refuses_a_file_of_which_nothing_can_be_read(content: bytes, rule: str, line: int | None) -> None:
    with pytest.raises(UnreadableFile) as refused:
        as_columns(content)
    assert (refused.value.rule, refused.value.line) == (rule, line)
