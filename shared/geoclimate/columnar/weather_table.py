"""Rows of weather forecasts as Arrow tables with the lake's columns."""

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from geoclimate.columnar.columns import microseconds_of
from geoclimate.columnar.lake_table import schema_of
from geoclimate.columnar.weather_columns import Records, WeatherVocabulary, first_hours
from geoclimate.contracts.lake import WEATHER_FORECASTS
from geoclimate.domain.delivery import Delivery
from geoclimate.domain.parameters import canonical_unit
from geoclimate.domain.weather_forecasts import WEATHER_PARAMETERS

_TIME = pa.timestamp("us", "UTC")
_HOUR = 3_600_000_000


def weather_tables(
    records: Records, vocabulary: WeatherVocabulary, delivery: Delivery
) -> Iterator[tuple[tuple[int, int], pa.Table]]:
    """The rows by year and month of the issue time, in their order.

    Args:
        records: Rows, as `WeatherPart` has them.
        vocabulary: What their numbers mean.
        delivery: The file that they come from.
    """
    months = records["issue"].astype("datetime64[us]").astype("datetime64[M]").astype(np.int64)
    for month in np.unique(months).tolist():
        yield (1970 + month // 12, 1 + month % 12), _table(records[months == month], vocabulary, delivery)


def _table(records: Records, vocabulary: WeatherVocabulary, delivery: Delivery) -> pa.Table:
    size = len(records)
    numbers, places = np.unique(records["place"], return_inverse=True)
    named = [vocabulary.places[number] for number in numbers.tolist()]
    points = [each.point for each in named]
    latitudes = [None if point is None else point.latitude for point in points]
    longitudes = [None if point is None else point.longitude for point in points]
    units = [canonical_unit(code) for code in WEATHER_PARAMETERS]
    valid = first_hours(records) + records["hour"].astype(np.int64) * _HOUR
    arrays = {
        "station": _coded(places, [each.station for each in named]),
        "latitude": pa.array(latitudes, pa.float64()).take(pa.array(places)),
        "longitude": pa.array(longitudes, pa.float64()).take(pa.array(places)),
        "issue_time": _times(records["issue"]),
        "valid_time": _times(valid),
        "known_at": _times(records["known"]),
        "parameter": _coded(records["parameter"], WEATHER_PARAMETERS),
        "value": pa.array(np.ascontiguousarray(records["value"])),
        "unit": _coded(records["parameter"], units),
        "delivered_value": pa.array(np.ascontiguousarray(records["delivered"])),
        "delivered_unit": _coded(records["unit"], vocabulary.units),
        "file_digest": _coded(np.zeros(size, np.int32), [delivery.digest]),
        "line": pa.array(np.ascontiguousarray(records["line"])),
        "ingested_at": _times(np.full(size, microseconds_of(delivery.uploaded_at))),
    }
    schema = schema_of(WEATHER_FORECASTS)
    return pa.Table.from_arrays([arrays[name] for name in schema.names], schema=schema)


def _times(values: npt.NDArray[np.int64]) -> pa.Array:
    return pa.array(np.ascontiguousarray(values)).view(_TIME)


def _coded(numbers: npt.NDArray[np.integer], names: Sequence[str | None]) -> pa.DictionaryArray:
    """Each number's name, with a dictionary of those only that occur: the same rows give the same bytes."""
    codes = pa.array(np.ascontiguousarray(numbers).astype(np.int32))
    return pa.array(names, pa.string()).take(codes).dictionary_encode()
