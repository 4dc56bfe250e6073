"""The OpenAQ archive's CSV: one header, one measurement a line.

Source: OpenAQ's documentation of its archive on S3. Its text also calls two columns `sensor_id` and `unit`, so both
spellings are taken. `datetime` stamps the end of the averaging interval, which is an hour.
"""

import datetime as dt
from types import MappingProxyType
from typing import Final

from geoclimate.domain.csv_format import CsvFormat, Header
from geoclimate.domain.delivery import Delivery, Row
from geoclimate.domain.quality import parse_coordinates, parse_identifier, parse_measure, parse_stamp
from geoclimate.domain.readings import Reading, ReadingCheck

SOURCE: Final = "openaq"
INTERVAL: Final = dt.timedelta(hours=1)
COLUMNS: Final = ("location_id", "sensors_id", "location", "datetime", "lat", "lon", "parameter", "units", "value")


class _RowReader:
    """Reads the rows of one archive file."""

    def __init__(self, header: Header, delivery: Delivery) -> None:
        self._fields = header.picker(*COLUMNS)
        self._sensor_column = header.spelling("sensors_id")
        self._unit_column = header.spelling("units")
        self._check = ReadingCheck(SOURCE, "datetime", "value", delivery)

    def read(self, number: int, line: str) -> tuple[Row]:
        location, sensor, name, stamp, lat, lon, parameter, unit, text = self._fields(line)
        station = f"{SOURCE}-{parse_identifier(location, 'location_id')}"
        instrument = parse_identifier(sensor, self._sensor_column)
        latitude, longitude = parse_coordinates(lat, lon)
        end = parse_stamp(stamp, "datetime")
        measure = parse_measure(parameter, unit, self._unit_column)
        reading = Reading(station, name, latitude, longitude, instrument, end - INTERVAL, end, stamp, measure, text)
        return (self._check.accept(number, reading),)


FORMAT: Final = CsvFormat(
    name="OpenAQ archive",
    columns=COLUMNS,
    open=_RowReader,
    aliases=MappingProxyType({"sensor_id": "sensors_id", "unit": "units"}),
    value_column="value",
)
"""The archive's layout."""
