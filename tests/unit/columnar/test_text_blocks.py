"""How a text becomes blocks of whole lines, whatever its lines end with and however long they are."""

import io
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geoclimate.columnar import text_blocks as module
from geoclimate.columnar.text_blocks import text_blocks
from geoclimate.domain.csv_format import LONGEST_LINE


def lines_of(text: bytes) -> Iterator[tuple[int, str]]:
    for block in text_blocks(io.BytesIO(text)):
        for row in range(len(block)):
            yield block.first_line + row, block.line(row).decode().rstrip("\r")


@pytest.fixture(params=[8, 64, 2**20])
def _block_bytes(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BLOCK_BYTES", request.param)


@pytest.mark.parametrize("text", ["a\nbb\n\nccc", "a\r\nbb\r\n\r\nccc\r\n", "a\rbb\r\rccc\r", "\ufeffa\nbb\n\nccc\n"])
@pytest.mark.usefixtures("_block_bytes")
def test_lines_end_with_a_line_feed_a_return_or_both(text: str) -> None:
    assert list(lines_of(text.encode())) == [(1, "a"), (2, "bb"), (3, ""), (4, "ccc")]


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
@pytest.mark.parametrize("size", [2**21 - 1, 2**21, 2**21 + 1, 5 * 2**20])
def test_gives_the_beginning_of_a_very_long_line_and_the_lines_around_it_whole(end: bytes, size: int) -> None:
    long = "µ".encode() * (size // 2)
    found = dict(lines_of(end.join((b"before", long, b"behind", b"last"))))
    assert (found[1], found[3], found[4], len(found)) == ("before", "behind", "last", 4)
    assert len(found[2]) > LONGEST_LINE
    assert set(found[2]) == {"µ"}


def test_a_very_long_line_at_the_end_is_given_too() -> None:
    found = dict(lines_of(b"before\n" + b"x" * 3 * 2**20))
    assert (found[1], len(found)) == ("before", 2)
    assert len(found[2]) > LONGEST_LINE


def test_keeps_no_more_of_a_text_than_two_blocks() -> None:
    for block in text_blocks(io.BytesIO(b"x\n" + b"y" * 20 * 2**20 + b"\nz\n")):
        assert len(block.data) < 3 * 2**20


@given(st.lists(st.text(st.characters(blacklist_characters="\r\n", codec="utf-8"), max_size=40), min_size=1))
def test_no_line_is_lost_or_joined(lines: list[str]) -> None:
    text = "\n".join(lines).encode() + b"\n"
    assert [line for _, line in lines_of(text)] == [
        line.removeprefix("\ufeff") if n == 0 else line for n, line in enumerate(lines)
    ]
