"""Read a whole file of any format as columns, in memory that its size does not change."""

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import BinaryIO, Final, NamedTuple, TypeAlias

from geoclimate.columnar import epa_hourly as fast_epa_hourly
from geoclimate.columnar import openaq as fast_openaq
from geoclimate.columnar.blocks import Block
from geoclimate.columnar.columns import ObservationColumns, Vocabulary
from geoclimate.columnar.fast_format import FastFormat
from geoclimate.columnar.read_by_rows import read_by_rows
from geoclimate.columnar.read_fast import FastReader
from geoclimate.columnar.text_blocks import TextBlock, text_blocks
from geoclimate.domain import epa_hourly, formats, openaq
from geoclimate.domain.csv_format import CsvFormat, Header
from geoclimate.domain.delivery import Delivery
from geoclimate.domain.errors import UnreadableFile
from geoclimate.domain.weather_rows import WeatherFormat

ROWS_AT_ONCE: Final = 2**16
"""Rows in a block, about: 3 MB."""
REFUSED_AT_ONCE: Final = 2**12
"""Refused or skipped rows in a block, about; each is an object with the whole line: 8 MB at most."""

_FAST: Final[Mapping[str, FastFormat]] = MappingProxyType(
    {epa_hourly.FORMAT.name: fast_epa_hourly.FAST, openaq.FORMAT.name: fast_openaq.FAST}
)

Recognise: TypeAlias = Callable[[int, str], tuple[CsvFormat | WeatherFormat, Header]]
"""Gives the format and header of a first line, or raises `UnreadableFile`."""


class Beginning(NamedTuple):
    """A file of which the first line was read.

    Attributes:
        number: 1-based number of the first line that is not blank.
        header: Its columns.
        blocks: The lines after it.
    """

    number: int
    header: Header
    blocks: Iterator[TextBlock]


def begin_file(
    content: BinaryIO, recognise: Recognise = formats.recognise
) -> tuple[CsvFormat | WeatherFormat, Beginning]:
    """The format of a file, and the file after its header.

    Args:
        content: The text, unpacked, in UTF-8, as `checked_content` gives it.
        recognise: Tells the format by the first line that is not blank, given its number and text.

    Raises:
        UnreadableFile: `empty` or `header`.
    """
    blocks = text_blocks(content)
    number, line, rest = _first_line(blocks)
    found, header = recognise(number, line)
    return found, Beginning(number, header, _chain(rest, blocks))


def no_rows(number: int) -> UnreadableFile:
    """The refusal of a file that ends with its header, which is line `number`."""
    return UnreadableFile("no-rows", "the file has a header and no rows: upload it again", number)


def _no_values(number: int) -> UnreadableFile:
    """The refusal of a wide file that has lines and not one value; its header is line `number`."""
    message = "the file has no value: every cell is empty or a text that the mapping calls missing; check `missing`"
    return UnreadableFile("no-rows", message, number)


def read_blocks(found: CsvFormat, beginning: Beginning, delivery: Delivery, vocabulary: Vocabulary) -> Iterator[Block]:
    """What a file of observations says: every line but blank ones, in their order, each refusal with its line.

    Args:
        found: The file's format.
        beginning: The file.
        delivery: What the rows have in common.
        vocabulary: Takes the file's monitors and flags.

    Raises:
        UnreadableFile: `no-rows`; before any block is given.
    """
    number, header, blocks = beginning
    reader = found.open(header, delivery)
    fast = _FAST.get(found.name)
    if fast is None:

        def read(block: TextBlock) -> Block:
            return read_by_rows(block.filled(block.not_empty()), reader, vocabulary)
    else:
        read = FastReader(fast, header, reader, delivery, vocabulary).read

    gathered = _Gathered(vocabulary)
    some = has_lines = False
    for text in blocks:
        gathered.add(read(text))
        has_lines = has_lines or len(text.not_empty()) > 0
        some = some or gathered.rows + gathered.others > 0
        if gathered.rows >= ROWS_AT_ONCE or gathered.others >= REFUSED_AT_ONCE:
            yield gathered.taken()
    if not some:
        raise _no_values(number) if has_lines and found.value_column is None else no_rows(number)
    if gathered.rows or gathered.others:
        yield gathered.taken()


def _first_line(blocks: Iterator[TextBlock]) -> tuple[int, str, TextBlock]:
    """Number and text of the first line that is not blank, and the lines of its block after it."""
    for block in blocks:
        for number, line in block.filled(block.not_empty()):
            return number, line, block.after(number - block.first_line)
    raise UnreadableFile("empty", "the file has no content: upload it again")


def _chain(first: TextBlock, rest: Iterator[TextBlock]) -> Iterator[TextBlock]:
    yield first
    yield from rest


class _Gathered:
    """What was read since the last block was given."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._parts: list[Block] = []
        self.rows = 0
        self.others = 0

    def add(self, block: Block) -> None:
        self._parts.append(block)
        self.rows += len(block.columns)
        self.others += len(block.refusals) + len(block.skipped)

    def taken(self) -> Block:
        parts, self._parts, self.rows, self.others = self._parts, [], 0, 0
        return Block(
            ObservationColumns.concatenate(self._vocabulary, [part.columns for part in parts]),
            [refusal for part in parts for refusal in part.refusals],
            [skipped for part in parts for skipped in part.skipped],
        )
