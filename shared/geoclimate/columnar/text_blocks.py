"""A text of any length as blocks of whole lines, each with the places of its lines."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO, Final

import numpy as np
import numpy.typing as npt

from geoclimate.domain.csv_format import LONGEST_LINE

BLOCK_BYTES: Final = 2**19
"""A block and what is made of it stay in the cache of a core: half as much or eight times as much takes longer."""
_MARGIN: Final = bytes(LONGEST_LINE + 8)
_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"
_LONE_RETURN: Final = re.compile(rb"\r(?!\n)")

Ints = npt.NDArray[np.int64]
Words = npt.NDArray[np.uint64]


@dataclass(frozen=True, slots=True, eq=False)
class TextBlock:
    """Consecutive whole lines of a text.

    Attributes:
        data: The bytes of the lines, with zeros before and behind, so that words may be read beyond a line.
        starts: Place in `data` of each line's first byte.
        ends: Place in `data` of the line feed that ends each line; a carriage return before it belongs to the line.
        first_line: 1-based number of the first line.
    """

    data: bytes
    starts: Ints
    ends: Ints
    first_line: int

    def __len__(self) -> int:
        """Number of lines."""
        return len(self.starts)

    def line(self, row: int) -> bytes:
        """A line, with the carriage return at its end where it has one."""
        return self.data[self.starts[row] : self.ends[row]]

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
        # Each item of this view is the bytes from one place on: taking some copies each with one memcpy.
        size = 8 * count
        view = np.ndarray((len(self.data) - size + 1,), f"V{size}", self.data, strides=(1,))
        return view[places].view("<u8").reshape(-1, count)


def text_blocks(content: BinaryIO) -> Iterator[TextBlock]:
    """The lines of a text, which end with a line feed, a carriage return or both, as editors show them.

    Args:
        content: UTF-8; a byte order mark is passed over.
    """
    first_line = 1
    left = content.read(len(_BYTE_ORDER_MARK))
    if left == _BYTE_ORDER_MARK:
        left = b""
    while chunk := content.read(BLOCK_BYTES):
        # A carriage return at the very end may be the first half of a line's end.
        end = max(chunk.rfind(b"\n"), chunk.rfind(b"\r", 0, -1)) + 1
        if not end:
            left += chunk
            continue
        block = _text_block((left, chunk[:end]), first_line)
        yield block
        first_line += len(block)
        left = chunk[end:]
    if left:
        yield _text_block((left if left.endswith((b"\n", b"\r")) else left + b"\n",), first_line)


def _text_block(parts: Sequence[bytes], first_line: int) -> TextBlock:
    if any(b"\r" in part for part in parts):
        parts = (_LONE_RETURN.sub(b"\n", b"".join(parts)),)
    data = b"".join((_MARGIN, *parts, _MARGIN))
    ends = np.flatnonzero(np.frombuffer(data, np.uint8) == ord("\n"))
    starts = np.empty_like(ends)
    starts[0] = len(_MARGIN)
    starts[1:] = ends[:-1] + 1
    return TextBlock(data, starts, ends, first_line)
