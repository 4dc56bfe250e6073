"""A text of any length as blocks of whole lines, each with the places of its lines."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO, Final

import numpy as np
import numpy.typing as npt

from geoclimate.domain.csv_format import LONGEST_LINE

BLOCK_BYTES: Final = 2**20
"""A block and what is made of it stay in the cache of a core: half or twice as much takes longer."""
_KEPT_BYTES: Final = 4 * (LONGEST_LINE + 1)
"""Of a line longer than a block: more characters than a line may have, since none takes more than four bytes."""
_MARGIN: Final = bytes(LONGEST_LINE + 8)
_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"
_LONE_RETURN: Final = re.compile(rb"\r(?!\n)")

Ints = npt.NDArray[np.int64]
Words = npt.NDArray[np.uint64]


@dataclass(frozen=True, slots=True, eq=False)
class TextBlock:
    """Consecutive whole lines of a text.

    Attributes:
        data: The bytes of the lines, with others before and behind, so that words may be read beyond a line.
        starts: Place in `data` of each line's first byte.
        ends: Place in `data` of the line feed that ends each line; a carriage return before it belongs to the line.
        first_line: 1-based number of the first line.
    """

    data: bytearray
    starts: Ints
    ends: Ints
    first_line: int

    def __len__(self) -> int:
        """Number of lines."""
        return len(self.starts)

    def line(self, row: int) -> bytes:
        """A line, with the carriage return at its end where it has one."""
        return bytes(self.data[self.starts[row] : self.ends[row]])

    def not_empty(self) -> Ints:
        """The lines that have a character, be it a blank."""
        return np.flatnonzero(self.ends > self.starts)

    def filled(self, rows: Ints) -> Iterator[tuple[int, str]]:
        """Numbers and texts of those of the lines that are not blank."""
        for row in rows.tolist():
            text = self.line(row).decode().rstrip("\r")
            if text and not text.isspace():
                yield self.first_line + row, text

    def after(self, row: int) -> "TextBlock":
        """The lines after one."""
        return TextBlock(self.data, self.starts[row + 1 :], self.ends[row + 1 :], self.first_line + row + 1)

    def words(self, places: Ints, count: int) -> Words:
        """[n, count] of the 8-byte words, the first byte lowest, that begin at places of `data`."""
        return self._pieces(places, f"V{8 * count}").view("<u8").reshape(-1, count)

    def texts(self, places: Ints, size: int) -> list[bytes]:
        """The bytes, as many as `size` says, that begin at places of `data`."""
        texts: list[bytes] = self._pieces(places, f"S{size}").tolist()
        return texts

    def _pieces(self, places: Ints, kind: str) -> npt.NDArray[Any]:
        # Each item of this array is the bytes from one place on: taking some copies each with one memcpy.
        dtype = np.dtype(kind)
        return np.ndarray((len(self.data) - dtype.itemsize + 1,), dtype, self.data, strides=(1,))[places]


def text_blocks(content: BinaryIO) -> Iterator[TextBlock]:
    """The lines of a text, which end with a line feed, a carriage return or both, as editors show them.

    A block is good until the next one is asked for, which is read into the same memory. Of a line that is longer than a
    block only the beginning is given, which is too long to be taken.

    Args:
        content: UTF-8; a byte order mark is passed over.
    """
    margin = len(_MARGIN)
    first_line = 1
    buffer = bytearray(margin + 2 * BLOCK_BYTES + margin)
    # How far the buffer is filled.
    filled = margin
    mark = content.read(len(_BYTE_ORDER_MARK))
    if mark != _BYTE_ORDER_MARK:
        buffer[filled : filled + len(mark)] = mark
        filled += len(mark)
    while True:
        with memoryview(buffer) as view:
            # Every stream of bytes has this method, though BinaryIO does not say so.
            count = content.readinto(view[filled : filled + BLOCK_BYTES])  # type: ignore[attr-defined]
        if not count:
            break
        filled += count
        # A carriage return at the very end may be the first half of a line's end.
        end = max(buffer.rfind(b"\n", margin, filled), buffer.rfind(b"\r", margin, filled - 1)) + 1
        if not end:
            if filled - margin >= BLOCK_BYTES:
                rest = _rest_after_line(content)
                kept = _whole_characters(buffer[margin : margin + _KEPT_BYTES])
                filled = margin + len(kept) + len(rest)
                buffer[margin:filled] = kept + rest
            continue
        block = _text_block(buffer, end, first_line)
        yield block
        first_line += len(block)
        buffer[margin : margin + filled - end] = buffer[end:filled]
        filled += margin - end
    if filled > margin:
        if buffer[filled - 1] not in b"\r\n":
            buffer[filled : filled + 1] = b"\n"
            filled += 1
        yield _text_block(buffer, filled, first_line)


def _rest_after_line(content: BinaryIO) -> bytes:
    """What was read behind the line that the stream is in, its end included; nothing where the text ends with it."""
    while chunk := content.read(BLOCK_BYTES):
        places = [place for place in (chunk.find(b"\n"), chunk.find(b"\r")) if place >= 0]
        if places:
            return chunk[min(places) :]
    return b""


def _whole_characters(text: bytearray) -> bytearray:
    """The text without a character at its end of which bytes may be missing."""
    end = len(text)
    while end and text[end - 1] & 0xC0 == 0x80:
        end -= 1
    return text[: end - 1] if end and text[end - 1] >= 0xC0 else text[:end]


def _text_block(buffer: bytearray, end: int, first_line: int) -> TextBlock:
    margin = len(_MARGIN)
    if buffer.find(b"\r", margin, end) >= 0:
        text = _LONE_RETURN.sub(b"\n", buffer[margin:end])
        buffer = bytearray().join((_MARGIN, text, _MARGIN))
    ends = np.flatnonzero(np.frombuffer(buffer, np.uint8, end - margin, margin) == ord("\n")) + margin
    starts = np.empty_like(ends)
    starts[0] = margin
    starts[1:] = ends[:-1] + 1
    return TextBlock(buffer, starts, ends, first_line)
