"""Cutting a text into blocks of whole lines."""

import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geoclimate.columnar import text_blocks as module
from geoclimate.columnar.text_blocks import text_blocks


@given(
    content=st.lists(st.sampled_from(["a", "µ", ",", " ", "\u2028", "\x0b", "\x85", "\r", "\n", "\r\n", "long" * 9])),
    block_bytes=st.integers(1, 40),
)
def test_lines_and_their_numbers_are_those_that_an_editor_shows(content: list[str], block_bytes: int) -> None:
    text = "".join(content)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "BLOCK_BYTES", block_bytes)
        found = [pair for block in text_blocks(io.BytesIO(text.encode())) for pair in block.filled(block.not_empty())]
    lines = enumerate(io.StringIO(text, newline=None), start=1)
    assert found == [(number, line.rstrip("\n")) for number, line in lines if line.strip()]


def test_a_byte_order_mark_is_no_text() -> None:
    [block] = text_blocks(io.BytesIO(b"\xef\xbb\xbfone\ntwo\n"))
    assert list(block.filled(block.not_empty())) == [(1, "one"), (2, "two")]


@pytest.mark.parametrize("content", [b"", b"\xef\xbb\xbf"])
def test_an_empty_text_has_no_block(content: bytes) -> None:
    assert list(text_blocks(io.BytesIO(content))) == []


def test_words_may_be_read_beyond_the_lines() -> None:
    [block] = text_blocks(io.BytesIO(b"abc\n"))
    [[word, _]] = block.words(block.starts, 2).tolist()
    assert word.to_bytes(8, "little")[:4] == b"abc\n"
    [[*_, last]] = block.words(block.ends - 16, 2).tolist()
    assert last.to_bytes(8, "little")[5:] == b"abc"
    assert block.texts(np.asarray([block.starts[0] + 1]), 2) == [b"bc"]


def test_a_line_may_be_longer_than_a_block(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BLOCK_BYTES", 100)
    lines = ["x" * 3000, "y", "z" * 999]
    found = []
    for block in text_blocks(io.BytesIO("\n".join(lines).encode())):
        found += [line for _, line in block.filled(block.not_empty())]
    assert found == lines
