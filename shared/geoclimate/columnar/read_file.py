"""Read a whole file of any format as columns, block by block, in memory that its size does not change."""

from collections.abc import Callable, Iterator
from typing import BinaryIO, Final, TypeAlias

from geoclimate.columnar.blocks import Block
from geoclimate.columnar.columns import Vocabulary
from geoclimate.columnar.read_by_rows import read_by_rows
from geoclimate.domain import formats
from geoclimate.domain.csv_format import CsvFormat, Header
from geoclimate.domain.delivery import Delivery
from geoclimate.domain.errors import UnreadableFile

_BLOCK_BYTES: Final = 2**20
_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"

Recognise: TypeAlias = Callable[[int, str], tuple[CsvFormat, Header]]
"""Gives the format and header of a first line, or raises `UnreadableFile`."""


def read_blocks(
    content: BinaryIO, delivery: Delivery, vocabulary: Vocabulary, recognise: Recognise = formats.recognise
) -> Iterator[Block]:
    """What a file says: every line but blank ones, in their order, each refusal with the line as delivered.

    Args:
        content: The text, unpacked, in UTF-8, as `checked_content` gives it.
        delivery: What the rows have in common.
        vocabulary: Takes the file's monitors and flags.
        recognise: Tells the format by the first line that is not blank, given its number and text.

    Raises:
        UnreadableFile: `empty`, `header`, or `no-rows`; before any block is given.
    """
    lines = _numbered(content)
    first = next(lines, None)
    if first is None:
        raise UnreadableFile("empty", "the file has no content: upload it again")
    found, header = recognise(*first)
    reader = found.open(header, delivery)
    batch: list[tuple[int, str]] = []
    some = False
    for line in lines:
        some = True
        batch.append(line)
        if len(batch) == 4096:
            yield read_by_rows(batch, reader, vocabulary)
            batch = []
    if not some:
        raise UnreadableFile("no-rows", "the file has a header and no rows: upload it again", first[0])
    if batch:
        yield read_by_rows(batch, reader, vocabulary)


def _numbered(content: BinaryIO) -> Iterator[tuple[int, str]]:
    number = 0
    for block in _blocks(content):
        for each in block.splitlines():
            number += 1
            line = each.decode()
            if line and not line.isspace():
                yield number, line


def _blocks(content: BinaryIO) -> Iterator[bytes]:
    """The text in pieces of whole lines."""
    left = content.read(len(_BYTE_ORDER_MARK))
    if left == _BYTE_ORDER_MARK:
        left = b""
    while chunk := content.read(_BLOCK_BYTES):
        text = left + chunk
        # A carriage return at the very end may be the first half of a line's end.
        end = max(text.rfind(b"\n"), text.rfind(b"\r", 0, -1)) + 1
        left = text[end:]
        if end:
            yield text[:end]
    if left:
        yield left
