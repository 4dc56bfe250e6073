"""How a CSV format is told by its header, and how a line of it becomes fields.

A record is one line: a quoted field may hold a comma, but no line break, so that a quote left open spoils its own line
only and every line number in a report is the one that an editor shows.
"""

import csv
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from types import MappingProxyType
from typing import Final, Protocol, TypeVar

from geoclimate.domain.delivery import Delivery, Row
from geoclimate.domain.errors import RefusedValue, UnreadableFile
from geoclimate.domain.quality import LONGEST_RAW, Refusal, RowRule, shortened

LONGEST_LINE: Final = 4096
"""Characters; a line of the archive has about 100, one of the EPA's about 300."""

_DELIMITER_NAMES: Final = MappingProxyType({",": "comma", ";": "semicolon", "\t": "tab"})


def split_line(line: str, delimiter: str = ",") -> Sequence[str]:
    """The fields of one line by the rules of CSV.

    Raises:
        csv.Error: The quotes do not match.
    """
    return next(csv.reader((line,), delimiter=delimiter, strict=True))


def header_names(number: int, line: str, delimiter: str = ",") -> list[str]:
    """The column names of a first line, without blanks around them.

    Raises:
        UnreadableFile: `header`: it is too long, or its quotes do not match.
    """
    if len(line) > LONGEST_LINE:
        message = (
            f"the first line is longer than {LONGEST_LINE} characters, so it is no header: give each row a line of its"
            " own, and leave out columns that nobody needs"
        )
        raise UnreadableFile("header", message, number)
    try:
        # Programs that add a byte order mark without looking whether there is one leave two.
        return [name.strip() for name in split_line(line.lstrip("\ufeff"), delimiter)]
    except csv.Error as error:
        message = f"the header is not CSV ({error}): close its quotes, and let no name hold a line break"
        raise UnreadableFile("header", message, number) from None


class Header:
    """Where each column of one file is, how the file spells it, and what is between two fields."""

    def __init__(self, names: Sequence[str], aliases: Mapping[str, str], delimiter: str = ",") -> None:
        self.width: Final = len(names)
        self._delimiter = delimiter
        self._places = {aliases.get(name.lower(), name.lower()): place for place, name in enumerate(names)}
        self._names = tuple(names)

    @property
    def columns(self) -> frozenset[str]:
        """The columns in lower case, aliases resolved; fewer than `width` where one is named twice."""
        return frozenset(self._places)

    def spelling(self, column: str) -> str:
        """How the file spells a column that it has."""
        return self._names[self._places[column.lower()]]

    def place(self, column: str) -> int:
        """Which field of a line is a column's, counted from 0."""
        return self._places[column.lower()]

    def picker(self, *columns: str) -> Callable[[str], Sequence[str]]:
        """What gives the fields of a line, in the order of the columns named, of which there must be two or more.

        The picker raises `RefusedValue`: `line-length`, `quoting`, `columns`.
        """
        width, delimiter = self.width, self._delimiter
        places = tuple(self._places[column.lower()] for column in columns)
        name = _DELIMITER_NAMES[delimiter]
        pick = None if places == tuple(range(width)) else itemgetter(*places)

        def fields(line: str) -> Sequence[str]:
            if len(line) > LONGEST_LINE:
                message = f"the line has more than {LONGEST_LINE:,} characters: give each row a line of its own"
                raise RefusedValue(RowRule.LINE_LENGTH, None, line, message)
            try:
                # Only lines with a quote need the rules of CSV, and most of the archive's have none.
                found = split_line(line, delimiter) if '"' in line else line.split(delimiter)
            except csv.Error as error:
                message = (
                    f"the quotes of this line do not match ({error}): close them, double a quote inside a field, and"
                    " let no field hold a line break"
                )
                raise RefusedValue(RowRule.QUOTING, None, line, message) from None
            if len(found) != width:
                what_to_do = "fill in what is missing"
                if len(found) > width:
                    is_ended = len(found) == width + 1 and not found[-1].strip()
                    what_to_do = f"take the {name} at its end away" if is_ended else f"quote a field that has a {name}"
                message = f"the header has {width} fields and the line {len(found)}: {what_to_do}"
                raise RefusedValue(RowRule.COLUMNS, None, line, message)
            return found if pick is None else pick(found)

        return fields


class RowReader(Protocol):
    """Reads the rows of one file."""

    def read(self, number: int, line: str) -> Iterable[Row]:
        """What a line says: one row, or in a wide file one a cell that is filled in; a refused cell is a `Refusal`.

        Args:
            number: The line's 1-based number.
            line: The line, without its end.

        Raises:
            RefusedValue: The whole line breaks a rule.
        """
        ...


_Said = TypeVar("_Said")


def read_line(reader: RowReader, number: int, line: str) -> Iterable[Row]:
    """What a line says, a `Refusal` where the whole line breaks a rule.

    Args:
        reader: The file's reader.
        number: The line's 1-based number.
        line: The line, without its end.
    """
    said = read_refusing(reader.read, number, line)
    return (said,) if isinstance(said, Refusal) else said


def read_refusing(read: Callable[[int, str], _Said], number: int, line: str) -> _Said | Refusal:
    """What a line says, or its refusal where it breaks a rule.

    Args:
        read: Says it, given number and line, or raises `RefusedValue`.
        number: The line's 1-based number.
        line: The line, without its end.
    """
    try:
        return read(number, line)
    except RefusedValue as refused:
        value, raw = shortened(refused.value), line[:LONGEST_RAW]
        return Refusal(number, refused.column, value, refused.rule, str(refused), raw)


@dataclass(frozen=True, slots=True, kw_only=True)
class CsvLayout:
    """What tells a format by its header.

    Attributes:
        name: Name for people.
        columns: Every column, as the provider's documentation spells them; their case does not matter.
        optional: Those that a file may lack.
        aliases: Other spellings, in lower case, each with the column that it stands for, in lower case.
    """

    name: str
    columns: tuple[str, ...]
    optional: frozenset[str] = frozenset()
    aliases: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    def header(self, names: Sequence[str]) -> Header:
        """A file's column names, read as this format's."""
        return Header(names, self.aliases)

    def missing(self, header: Header) -> list[str]:
        """The columns that the header lacks."""
        return [
            column for column in self.columns if column.lower() not in header.columns and column not in self.optional
        ]

    def unknown(self, header: Header) -> list[str]:
        """The columns of the header that the format does not have."""
        known = {column.lower() for column in self.columns}
        return sorted(header.spelling(column) for column in header.columns - known)

    def matches(self, header: Header) -> bool:
        """Whether the header is this format's: nothing lacks, nothing is unknown, nothing is named twice."""
        return not self.missing(header) and not self.unknown(header) and len(header.columns) == header.width


@dataclass(frozen=True, slots=True, kw_only=True)
class CsvFormat(CsvLayout):
    """A layout in which providers deliver observations.

    Attributes:
        open: Gives the reader of one file's rows.
        value_column: The column of values; None where there are several, one a parameter.
    """

    open: Callable[[Header, Delivery], RowReader]
    value_column: str | None = None
