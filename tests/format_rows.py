"""What a format's row reader makes of each line by itself, without columns and without the rules of a series."""

from collections.abc import Iterable

from geoclimate.domain.csv_format import CsvFormat, read_line
from geoclimate.domain.delivery import Delivery, Row
from geoclimate.domain.formats import recognise
from geoclimate.domain.mapping import FileMapping


def read_rows(lines: Iterable[str], delivery: Delivery, mapping: FileMapping | None = None) -> list[Row]:
    """The rows of a text whose first line is its header; blank lines are passed over."""
    texts = [(number, line.rstrip("\r\n")) for number, line in enumerate(lines, start=1)]
    (number, header), *rest = [(number, line) for number, line in texts if line and not line.isspace()]
    found, names = recognise(number, header, mapping)
    assert isinstance(found, CsvFormat)
    reader = found.open(names, delivery)
    return [row for number, line in rest for row in read_line(reader, number, line)]
