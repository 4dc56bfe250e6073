"""From an upload's bytes to what its rows say: CSV by its header, wide CSV by the mapping beside it, or Parquet."""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from geoclimate.columnar.blocks import Block
from geoclimate.columnar.canonical_parquet import MAGIC, read_parquet_blocks
from geoclimate.columnar.columns import Vocabulary
from geoclimate.columnar.read_file import read_blocks
from geoclimate.contracts.report import FOLDER_MAPPING, MAPPING_SUFFIX
from geoclimate.domain import formats
from geoclimate.domain.csv_format import CsvFormat, Header
from geoclimate.domain.delivery import Delivery
from geoclimate.domain.errors import UnreadableFile
from geoclimate.domain.mapping import parse_mapping
from geoclimate.services.spool_upload import SpooledUpload, checked_content

_HEADER_RULE: Final = "header"
_PARQUET: Final = "canonical Parquet"


@dataclass(frozen=True, slots=True)
class FoundMapping:
    """The mapping that belongs to an upload.

    Attributes:
        key: Its key.
        content: Its bytes.
    """

    key: str
    content: bytes

    @property
    def digest(self) -> str:
        """SHA-256, hexadecimal."""
        return hashlib.sha256(self.content).hexdigest()


def find_mapping(key: str, read: Callable[[str], bytes | None]) -> FoundMapping | None:
    """The mapping of an upload: that of the file itself, else that of its folder.

    Args:
        key: Key of the upload.
        read: Gives the bytes of a mapping by its key, or None.
    """
    folder = key.rpartition("/")[0]
    for candidate in (key + MAPPING_SUFFIX, f"{folder}/{FOLDER_MAPPING}" if folder else FOLDER_MAPPING):
        content = read(candidate)
        if content is not None:
            return FoundMapping(candidate, content)
    return None


class Recognition:
    """Tells the format of one upload, and remembers what it told.

    The mapping is looked for only where the header is no known format's, so that the archive's thousands of files cost
    no request more.

    Attributes:
        format: Name of the format, or None while it is not known.
        value_column: The one column of values that the format has, or None.
        mapping: The mapping by which the file is read, or None.
    """

    def __init__(self, mapping_beside: Callable[[], FoundMapping | None]) -> None:
        self.format: str | None = None
        self.value_column: str | None = None
        self.mapping: FoundMapping | None = None
        self._mapping_beside = mapping_beside

    def __call__(self, number: int, line: str) -> tuple[CsvFormat, Header]:
        """The format and header of a first line.

        Raises:
            UnreadableFile: `header`: it is no known format's, and no mapping describes it; `mapping`: that is broken.
        """
        try:
            found = formats.recognise(number, line)
        except UnreadableFile as error:
            if error.rule != _HEADER_RULE:
                raise
            self.mapping = self._mapping_beside()
            if self.mapping is None:
                raise
            found = formats.recognise(number, line, parse_mapping(self.mapping.content))
        self.format, self.value_column = found[0].name, found[0].value_column
        return found


@contextmanager
def opened_rows(
    spooled: SpooledUpload, delivery: Delivery, vocabulary: Vocabulary, recognition: Recognition
) -> Iterator[Iterator[Block]]:
    """What an upload says, block by block.

    Raises:
        UnreadableFile: The file as a whole cannot be read; before any block is given.
    """
    magic = spooled.content.read(len(MAGIC))
    spooled.content.seek(0)
    if magic == MAGIC:
        recognition.format, recognition.value_column = _PARQUET, "value"
        yield read_parquet_blocks(spooled.content, delivery, vocabulary)
    else:
        with checked_content(spooled) as content:
            yield read_blocks(content, delivery, vocabulary, recognition)
