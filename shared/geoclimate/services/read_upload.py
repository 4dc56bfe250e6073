"""From an upload's bytes to what its rows say: CSV by its header, wide CSV by the mapping beside it, or Parquet.

It holds observations or a weather forecast.
"""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO, Final

from geoclimate.columnar.blocks import Block
from geoclimate.columnar.canonical_parquet import read_parquet_blocks
from geoclimate.columnar.columns import Vocabulary
from geoclimate.columnar.parquet_batches import MAGIC, parquet_schema, refuse_encrypted
from geoclimate.columnar.read_file import begin_file, read_blocks
from geoclimate.columnar.weather_columns import WeatherBlock, WeatherVocabulary, read_weather_lines
from geoclimate.columnar.weather_parquet import is_weather_forecast, read_weather_parquet
from geoclimate.contracts.report import FOLDER_MAPPING, MAPPING_SUFFIX
from geoclimate.domain import formats
from geoclimate.domain.csv_format import CsvFormat, Header
from geoclimate.domain.delivery import Delivery
from geoclimate.domain.errors import UnreadableFile
from geoclimate.domain.mapping import parse_mapping
from geoclimate.domain.weather_rows import FORMAT_NAME, WeatherFormat
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

    def __call__(self, number: int, line: str) -> tuple[CsvFormat | WeatherFormat, Header]:
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
        self.format = found[0].name
        if isinstance(found[0], CsvFormat):
            self.value_column = found[0].value_column
        return found


@dataclass(frozen=True, slots=True, eq=False)
class ObservationRows:
    """A file of observations.

    Attributes:
        blocks: What it says, block by block.
        vocabulary: What the numbers in its columns mean; it grows as blocks are read.
    """

    blocks: Iterator[Block]
    vocabulary: Vocabulary


@dataclass(frozen=True, slots=True, eq=False)
class WeatherRows:
    """A file of a weather forecast.

    Attributes:
        blocks: What it says, block by block.
        vocabulary: What the numbers in its records mean; it grows as blocks are read.
    """

    blocks: Iterator[WeatherBlock]
    vocabulary: WeatherVocabulary


@contextmanager
def opened_upload(
    spooled: SpooledUpload, delivery: Delivery, recognition: Recognition
) -> Iterator[ObservationRows | WeatherRows]:
    """What an upload says, told by its first bytes and its header.

    Raises:
        UnreadableFile: The file as a whole cannot be read; before any block is given.
    """
    magic = spooled.content.read(len(MAGIC))
    spooled.content.seek(0)
    if magic == MAGIC:
        yield _parquet(spooled.content, delivery, recognition)
    else:
        refuse_encrypted(spooled.content)
        with checked_content(spooled) as content:
            yield _csv(content, delivery, recognition)


def _csv(content: BinaryIO, delivery: Delivery, recognition: Recognition) -> ObservationRows | WeatherRows:
    found, beginning = begin_file(content, recognition)
    if isinstance(found, WeatherFormat):
        places = WeatherVocabulary()
        return WeatherRows(read_weather_lines(beginning, delivery, places), places)
    vocabulary = Vocabulary()
    return ObservationRows(read_blocks(found, beginning, delivery, vocabulary), vocabulary)


def _parquet(content: BinaryIO, delivery: Delivery, recognition: Recognition) -> ObservationRows | WeatherRows:
    if is_weather_forecast(parquet_schema(content)):
        recognition.format = f"{FORMAT_NAME}, Parquet"
        places = WeatherVocabulary()
        return WeatherRows(read_weather_parquet(content, delivery, places), places)
    recognition.format, recognition.value_column = _PARQUET, "value"
    vocabulary = Vocabulary()
    return ObservationRows(read_parquet_blocks(content, delivery, vocabulary), vocabulary)
