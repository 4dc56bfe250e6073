"""Rows of a weather forecast as records: numbers only, with a vocabulary for places and units."""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from geoclimate.columnar.columns import microseconds_of
from geoclimate.columnar.read_file import Beginning, no_rows
from geoclimate.domain.csv_format import read_refusing
from geoclimate.domain.delivery import Delivery
from geoclimate.domain.errors import UnreadableFile
from geoclimate.domain.quality import Refusal
from geoclimate.domain.weather_forecasts import WEATHER_PARAMETERS, ForecastPlace
from geoclimate.domain.weather_rows import WeatherReader, WeatherRow

MOST_PLACES: Final = 100_000
"""Stations or grid points of one file: some 50 MB. A grid of a quarter of a degree over Europe has about 30,000."""

RECORD: Final = np.dtype(
    [
        ("place", np.int32),
        ("issue", np.int64),
        ("known", np.int64),
        ("parameter", np.int8),
        ("unit", np.int16),
        ("hour", np.int16),
        ("line", np.int32),
        ("value", np.float64),
        ("delivered", np.float64),
    ]
)
"""One value. Place and unit are numbers in the vocabulary, the parameter one in `WEATHER_PARAMETERS`; issue and known
are microseconds since 1970 UTC; the hour is as in `WeatherRow`; the value is canonical, and beside it as delivered."""

Records = npt.NDArray[Any]

_PARAMETER_NUMBERS: Final = {code: number for number, code in enumerate(WEATHER_PARAMETERS)}


@dataclass(frozen=True, slots=True, eq=False)
class WeatherBlock:
    """Consecutive rows of a file, each in one of the two.

    Attributes:
        records: Rows that pass every rule that looks at a row alone, ordered by line; `RECORD`.
        refusals: Rows that broke a rule, ordered by line.
    """

    records: Records
    refusals: Sequence[Refusal] = ()


class WeatherVocabulary:
    """What the numbers in one file's records mean.

    Attributes:
        places: Stations or grid points, by number.
        units: Delivered units, by number.
    """

    def __init__(self) -> None:
        self.places: list[ForecastPlace] = []
        self.units: list[str] = []
        self._place_numbers: dict[ForecastPlace, int] = {}
        self._unit_numbers: dict[str, int] = {}

    def place(self, place: ForecastPlace, line: int) -> int:
        """A place's number.

        Raises:
            UnreadableFile: `too-many-series`: the file has more than `MOST_PLACES`.
        """
        number = self._place_numbers.setdefault(place, len(self.places))
        if number == len(self.places):
            if number == MOST_PLACES:
                message = f"the file has more than {MOST_PLACES:,} stations or grid points: split it by region"
                raise UnreadableFile("too-many-series", message, line)
            self.places.append(place)
        return number

    def unit(self, unit: str) -> int:
        """A unit's number."""
        number = self._unit_numbers.setdefault(unit, len(self.units))
        if number == len(self.units):
            self.units.append(unit)
        return number


def read_weather_lines(
    beginning: Beginning, delivery: Delivery, vocabulary: WeatherVocabulary
) -> Iterator[WeatherBlock]:
    """What a CSV file of a weather forecast says, in its order.

    Args:
        beginning: The file.
        delivery: What the rows have in common.
        vocabulary: Takes the file's places and units.

    Raises:
        UnreadableFile: `no-rows`, before any block is given; `too-many-series`.
    """
    reader = WeatherReader(beginning.header, delivery)
    some = False
    for text in beginning.blocks:
        lines = text.filled(text.not_empty())
        block = weather_block((read_refusing(reader.read, number, line) for number, line in lines), vocabulary)
        if len(block.records) or block.refusals:
            some = True
            yield block
    if not some:
        raise no_rows(beginning.number)


def weather_block(rows: Iterable[WeatherRow | Refusal], vocabulary: WeatherVocabulary) -> WeatherBlock:
    """Rows as a block.

    Raises:
        UnreadableFile: `too-many-series`.
    """
    refusals: list[Refusal] = []
    records: list[tuple[float, ...]] = []
    for row in rows:
        if isinstance(row, Refusal):
            refusals.append(row)
        else:
            records.append(_record(row, vocabulary))
    return WeatherBlock(np.array(records, RECORD), refusals)


def _record(row: WeatherRow, vocabulary: WeatherVocabulary) -> tuple[float, ...]:
    return (
        vocabulary.place(row.place, row.line),
        microseconds_of(row.issue_time),
        microseconds_of(row.known_at),
        _PARAMETER_NUMBERS[row.measure.parameter.code],
        vocabulary.unit(row.measure.unit),
        row.hour,
        row.line,
        row.value,
        row.delivered_value,
    )


def first_hours(records: Records) -> npt.NDArray[np.int64]:
    """Microseconds since 1970 of hour 0 of each record's run."""
    hour = dt.timedelta(hours=1) // dt.timedelta(microseconds=1)
    return np.asarray(records["issue"] // hour * hour)
