"""The air quality index of a station at an instant, from what was measured in the hours before."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from geoclimate.domain.aqi.catalogue import standard_named
from geoclimate.domain.aqi.hours import HOUR
from geoclimate.domain.aqi.pollutant_index import PollutantIndex, pollutant_index, span_needed
from geoclimate.domain.aqi.standards import Category, Standard
from geoclimate.domain.errors import InvalidQuery
from geoclimate.domain.null_reasons import LATE_FOR, NullReason
from geoclimate.domain.observations import Observation
from geoclimate.domain.quality import COUNTED_FLAGS
from geoclimate.domain.stations import Series, Station
from geoclimate.services.ports import Clock, ObservationStore, StationStore
from geoclimate.services.read_stations import read_station

_LEAST_SPAN: Final = dt.timedelta(hours=48)
"""Holds a whole day whatever the hour, so that a series of daily means is seen to be one and not taken for late."""


@dataclass(frozen=True, slots=True)
class PollutantReading:
    """What is known of one pollutant.

    Attributes:
        parameter: Parameter code.
        found: Its index, or None.
        null_reason: Why there is none.
    """

    parameter: str
    found: PollutantIndex | None
    null_reason: NullReason | None


@dataclass(frozen=True, slots=True)
class StationIndex:
    """The air quality index of a station.

    Attributes:
        station: Station id.
        standard: Standard that it follows.
        at: The instant: nothing that ends later counts, UTC.
        age: From that instant to now.
        pollutants: One entry a parameter of the standard, in its order.
        driver: The reading with the greatest index, or None where no pollutant has one.
        null_reason: Why there is no index.
    """

    station: str
    standard: Standard
    at: dt.datetime
    age: dt.timedelta
    pollutants: tuple[PollutantReading, ...]
    driver: PollutantReading | None
    null_reason: NullReason | None

    @property
    def index(self) -> int | None:
        """The index of the station: that of its driver."""
        return None if self.driver is None or self.driver.found is None else self.driver.found.sub_index.index

    @property
    def category(self) -> Category | None:
        """The category of the index."""
        return None if self.index is None else self.standard.category(self.index)


def read_aqi(
    stations: StationStore,
    observations: ObservationStore,
    clock: Clock,
    station: str,
    standard: str,
    at: dt.datetime | None = None,
) -> StationIndex:
    """The index of a station: the greatest of its pollutants'; one query a pollutant that it measures.

    Args:
        stations: Catalogue of stations.
        observations: Hot store.
        clock: Tells the time.
        station: Station id.
        standard: Standard id.
        at: The instant; without it the end of the newest observation of a pollutant of the standard.

    Raises:
        UnknownStation: There is no such station.
        UnknownStandard: There is no such standard.
        InvalidQuery: `at` lies in the future.
    """
    asked = standard_named(standard)
    now = clock()
    if at is not None and at > now:
        raise InvalidQuery(
            "at", f"lies in the future: it is {now:%Y-%m-%dT%H:%M:%SZ}; see the forecast for what is to come"
        )
    place = read_station(stations, station)
    measured = {series.parameter: series for series in place.series}
    instant = _newest(asked, place, now) if at is None else at
    readings = tuple(
        _reading(observations, asked, place.id, parameter, measured.get(parameter), instant)
        for parameter in asked.parameters
    )
    driver = _driver(readings)
    reason = None if driver is not None else _strongest(reading.null_reason for reading in readings)
    return StationIndex(place.id, asked, instant, now - instant, readings, driver, reason)


def _newest(standard: Standard, station: Station, now: dt.datetime) -> dt.datetime:
    ends = (series.last for series in station.series if series.parameter in standard.parameters)
    return min(max(ends, default=now), now)


def _reading(
    observations: ObservationStore,
    standard: Standard,
    station: str,
    parameter: str,
    series: Series | None,
    at: dt.datetime,
) -> PollutantReading:
    if series is None:
        return PollutantReading(parameter, None, NullReason.NOT_MEASURED)
    if at <= series.first or at - series.last > LATE_FOR:
        return PollutantReading(parameter, None, NullReason.OUTSIDE_PERIOD)
    # An hour more: where hours end at half past, the oldest one begins before the last full hour that is counted.
    span = max((span_needed(standard, parameter) + 1) * HOUR, _LEAST_SPAN)
    found = observations.read(station, parameter, at - span, at)
    index = pollutant_index(standard, parameter, [one for one in found if one.flag in COUNTED_FLAGS], at)
    if index is not None:
        return PollutantReading(parameter, index, None)
    return PollutantReading(parameter, None, _why(standard, parameter, found, at))


def _why(standard: Standard, parameter: str, found: Iterable[Observation], at: dt.datetime) -> NullReason:
    everything = list(found)
    if everything and all(one.end - one.start > HOUR for one in everything):
        return NullReason.NOT_MEASURED
    if pollutant_index(standard, parameter, everything, at) is not None:
        return NullReason.QC_REJECTED
    return NullReason.UPSTREAM_LATE


def _driver(readings: Iterable[PollutantReading]) -> PollutantReading | None:
    indexed = [(reading.found.sub_index.index, reading) for reading in readings if reading.found is not None]
    return max(indexed, key=lambda pair: pair[0])[1] if indexed else None


def _strongest(reasons: Iterable[NullReason | None]) -> NullReason:
    order = list(NullReason)
    return max((reason for reason in reasons if reason is not None), key=order.index)
