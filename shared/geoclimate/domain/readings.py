"""From what a row says in its format to an observation: the rules that hold for every format alike."""

import datetime as dt
from typing import Final, NamedTuple

from geoclimate.domain.delivery import AcceptedRow, Delivery
from geoclimate.domain.observations import Observation
from geoclimate.domain.quality import (
    CLOCK_TOLERANCE,
    SENTINELS,
    VALID,
    Measure,
    parse_number,
    quality_flag,
    refuse_future,
    refuse_sentinel,
    require,
)

LONGEST_NAME: Final = 200


class Reading(NamedTuple):
    """What a row says, before its value is looked at.

    A named tuple, because one is made for every row and a frozen dataclass takes five times as long.

    Attributes:
        station: Station id.
        name: Station's name as delivered; may be blank.
        latitude: Degrees north, WGS84.
        longitude: Degrees east, WGS84.
        instrument: Which instrument at the station.
        start: Beginning of the interval, UTC.
        end: End of the interval, UTC.
        stamp: The delivered text that says when.
        measure: What was measured, and in which unit.
        text: The delivered value.
        flag: What the row itself says against its value, or `valid`.
    """

    station: str
    name: str
    latitude: float
    longitude: float
    instrument: str
    start: dt.datetime
    end: dt.datetime
    stamp: str
    measure: Measure
    text: str
    flag: str = VALID


class ReadingCheck:
    """Checks the readings of one file, each by itself: whether two of them go together is for the rules of a series."""

    def __init__(self, source: str, stamp_column: str, value_column: str, delivery: Delivery) -> None:
        self._source = source
        self._stamp_column = stamp_column
        self._value_column = value_column
        self._digest = delivery.digest
        self._uploaded_at = delivery.uploaded_at
        self._now = delivery.now
        self._latest_end = delivery.now + CLOCK_TOLERANCE

    def accept(self, line: int, reading: Reading) -> AcceptedRow:
        """The reading as an observation.

        Raises:
            RefusedValue: `future`, `required`, `number`, `sentinel`, `range`.
        """
        station, name, latitude, longitude, instrument, start, end, stamp, measure, text, flag = reading
        column = self._value_column
        # The rules say why; looking first whether they are broken spares two calls a row.
        if end > self._latest_end:
            refuse_future(end, self._now, stamp, self._stamp_column)
        delivered = parse_number(require(text, column), column)
        if delivered in SENTINELS:
            refuse_sentinel(delivered, text, column)
        value = measure.convert(delivered)
        own_flag = quality_flag(value, measure.parameter, text, column)
        observation = Observation(
            station=station,
            parameter=measure.parameter.code,
            start=start,
            end=end,
            value=value,
            delivered_value=delivered,
            delivered_unit=measure.unit,
            instrument=instrument,
            flag=own_flag if flag == VALID else flag,
            source=self._source,
            file_digest=self._digest,
            line=line,
            ingested_at=self._uploaded_at,
        )
        return AcceptedRow(observation, listed_name(name, station), latitude, longitude)


def listed_name(name: str, station: str) -> str:
    """A station's name as it is listed: as delivered, but not too long, or its id where it is blank."""
    return name.strip()[:LONGEST_NAME] or station
