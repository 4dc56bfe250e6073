"""The OpenAQ archive's CSV: one header, one measurement a line.

Source: OpenAQ's documentation of its archive on S3. Its text also calls two columns `sensor_id` and `unit`, so both
spellings are taken. `datetime` stamps the end of the averaging interval, which is an hour.

A record is one line: a quoted field may hold a comma, but no line break, so that a quote left open spoils its own line
only and every line number in a report is the one that an editor shows.
"""

import csv
import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from geoclimate.domain.errors import RefusedValue, UnreadableFile
from geoclimate.domain.observations import Observation
from geoclimate.domain.quality import (
    Refusal,
    RowRule,
    parse_coordinates,
    parse_identifier,
    parse_measure,
    parse_number,
    parse_stamp,
    quality_flag,
    refuse_future,
    refuse_sentinel,
    require,
    shortened,
)
from geoclimate.domain.seen_intervals import SeenIntervals

SOURCE: Final = "openaq"
INTERVAL: Final = dt.timedelta(hours=1)
COLUMNS: Final = ("location_id", "sensors_id", "location", "datetime", "lat", "lon", "parameter", "units", "value")
ALIASES: Final = {"sensor_id": "sensors_id", "unit": "units"}
LONGEST_LINE: Final = 4096
"""Characters; an archive's line has about 100."""
LONGEST_NAME: Final = 200


@dataclass(frozen=True, slots=True)
class Delivery:
    """What every observation of one file has in common.

    Attributes:
        digest: SHA-256 of the file, hexadecimal.
        uploaded_at: When it was uploaded, UTC.
        now: The time against which stamps in the future are measured, UTC.
    """

    digest: str
    uploaded_at: dt.datetime
    now: dt.datetime


@dataclass(frozen=True, slots=True)
class AcceptedRow:
    """A row that was taken.

    Attributes:
        observation: What it says.
        name: Station's name as delivered, or its id where there is none.
        latitude: Degrees north, WGS84.
        longitude: Degrees east, WGS84.
    """

    observation: Observation
    name: str
    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class RepeatedRow:
    """A row that says again what an earlier line of the file said; it is counted and changes nothing.

    Attributes:
        line: Its 1-based line.
        first_line: The earlier line.
    """

    line: int
    first_line: int


Row = AcceptedRow | RepeatedRow | Refusal
"""What one line of a file can be."""


def read_rows(lines: Iterable[str], delivery: Delivery) -> Iterator[Row]:
    """Read an archive's text line by line; the first row whose interval and instrument are the same decides.

    A later row with the same value is a `RepeatedRow`, one with another value is refused, because the file contradicts
    itself there and nothing says which is right. Blank lines are passed over.

    Args:
        lines: The text, one line each, without a byte order mark.
        delivery: What the rows have in common.

    Raises:
        UnreadableFile: `empty`, `header`, or `no-rows`; before any row is given.
    """
    numbered = ((number, line.rstrip("\r\n")) for number, line in enumerate(lines, start=1))
    rows = ((number, line) for number, line in numbered if line and not line.isspace())
    header = next(rows, None)
    if header is None:
        raise UnreadableFile("empty", "the file has no content: upload it again")
    reader = _RowReader(_read_header(*header), delivery)
    first = next(rows, None)
    if first is None:
        raise UnreadableFile("no-rows", "the file has a header and no rows: upload it again", header[0])
    return _read_all(reader, first, rows)


def _read_all(reader: "_RowReader", first: tuple[int, str], rest: Iterator[tuple[int, str]]) -> Iterator[Row]:
    yield reader.read(*first)
    for number, line in rest:
        yield reader.read(number, line)


def _read_header(number: int, line: str) -> dict[str, tuple[int, str]]:
    """Where each column is and how the file calls it, by our name of it."""
    if len(line) > LONGEST_LINE:
        raise UnreadableFile("header", f"the first line is longer than {LONGEST_LINE} characters: {_EXPECTED}", number)
    try:
        names = [name.strip().lower() for name in _split(line)]
    except csv.Error as error:
        raise UnreadableFile("header", f"the header is not CSV ({error}): {_EXPECTED}", number) from None
    places = {ALIASES.get(name, name): (place, name) for place, name in enumerate(names)}
    missing = [name for name in COLUMNS if name not in places]
    unknown = [shortened(name) for name in places if name not in COLUMNS]
    if missing or unknown or len(names) != len(COLUMNS):
        said = [f"lacks {', '.join(missing)}"] if missing else []
        said += [f"has the unknown {', '.join(unknown[:9])}"] if unknown else []
        said = said or ["names a column twice"]
        raise UnreadableFile("header", f"the header {' and '.join(said)}: {_EXPECTED}", number)
    return places


_EXPECTED: Final = f"an OpenAQ archive begins with {','.join(COLUMNS)}"


def _split(line: str) -> Sequence[str]:
    """The fields of one line; only lines with a quote need the CSV rules, and most have none."""
    return next(csv.reader((line,), strict=True)) if '"' in line else line.split(",")


class _RowReader:
    """Reads the rows of one file, whose header is known."""

    def __init__(self, places: dict[str, tuple[int, str]], delivery: Delivery) -> None:
        self._places = tuple(places[column][0] for column in COLUMNS)
        self._in_order = self._places == tuple(range(len(COLUMNS)))
        self._sensor_column = places["sensors_id"][1]
        self._unit_column = places["units"][1]
        self._delivery = delivery
        self._seen = SeenIntervals()

    def read(self, number: int, line: str) -> Row:
        """What one line says."""
        try:
            return self._read(number, line)
        except RefusedValue as refused:
            return Refusal(number, refused.column, shortened(refused.value), refused.rule, str(refused))

    def _read(self, number: int, line: str) -> AcceptedRow | RepeatedRow:
        fields = self._fields(line)
        location, sensor, name, stamp, lat, lon, parameter, unit, text = fields
        station = f"{SOURCE}-{parse_identifier(location, 'location_id')}"
        instrument = parse_identifier(sensor, self._sensor_column)
        latitude, longitude = parse_coordinates(lat, lon)
        end = parse_stamp(stamp, "datetime")
        refuse_future(end, self._delivery.now, stamp, "datetime")
        measure = parse_measure(parameter, unit, self._unit_column)
        delivered = parse_number(require(text, "value"), "value")
        refuse_sentinel(delivered, text, "value")
        value = measure.convert(delivered)
        flag = quality_flag(value, measure.parameter, text, "value")
        code = measure.parameter.code
        earlier = self._seen.earlier(station, code, instrument, end, value, number)
        if earlier is not None:
            if earlier.value == value:
                return RepeatedRow(number, earlier.line)
            message = (
                f"line {earlier.line} gives another value ({earlier.value:g} {measure.parameter.unit}) for the same"
                " sensor and hour, and was taken: deliver one of them"
            )
            raise RefusedValue(RowRule.DUPLICATE, "value", text, message)
        observation = Observation(
            station=station,
            parameter=code,
            start=end - INTERVAL,
            end=end,
            value=value,
            delivered_value=delivered,
            delivered_unit=measure.unit,
            instrument=instrument,
            flag=flag,
            source=SOURCE,
            file_digest=self._delivery.digest,
            line=number,
            ingested_at=self._delivery.uploaded_at,
        )
        return AcceptedRow(observation, name.strip()[:LONGEST_NAME] or station, latitude, longitude)

    def _fields(self, line: str) -> Sequence[str]:
        """The fields in the order of `COLUMNS`."""
        if len(line) > LONGEST_LINE:
            message = f"the line has {len(line)} characters, more than {LONGEST_LINE}: a line break may be missing"
            raise RefusedValue(RowRule.LINE_LENGTH, None, line, message)
        try:
            fields = _split(line)
        except csv.Error as error:
            message = f"the quotes of this line do not match ({error}): close them, or double a quote inside a field"
            raise RefusedValue(RowRule.QUOTING, None, line, message) from None
        if len(fields) != len(COLUMNS):
            message = f"the line has {len(fields)} fields and the header {len(COLUMNS)}: quote a field that has a comma"
            raise RefusedValue(RowRule.COLUMNS, None, line, message)
        return fields if self._in_order else [fields[place] for place in self._places]
