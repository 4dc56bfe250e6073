"""Read what stations measured as the model wants it: whole grids for training, the newest hours for serving."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from geoclimate.domain.stations import Series, Station
from geoclimate.features.grid import HourlyGrid, hour_of, time_of, to_grid
from geoclimate.features.input_spec import InputSpec
from geoclimate.services.ports import ObservationStore, StationStore

_ALMOST_AN_HOUR = dt.timedelta(hours=1, microseconds=-1)


@dataclass(frozen=True, slots=True)
class Measurements:
    """The stores of what was measured.

    Attributes:
        stations: The catalogue of stations.
        observations: The store of their observations.
    """

    stations: StationStore
    observations: ObservationStore

    def measuring(self, parameter: str) -> Sequence[Station]:
        """Every station that measures a parameter, ordered by id."""
        return [station for station in self.stations.list_all() if series_of(station, parameter) is not None]

    def whole_grid(self, station: Station, spec: InputSpec) -> HourlyGrid:
        """All hours between a station's first and last observation of the target, which it measures."""
        span = series_of(station, spec.target)
        if span is None:
            return HourlyGrid(0, np.empty((0, len(spec.parameters)), dtype=np.float32))
        return self.grid(station, spec.parameters, hour_of(span.first), _end_hour(span))

    def grid(self, station: Station, parameters: Sequence[str], first_hour: int, end_hour: int) -> HourlyGrid:
        """What a station measured in some hours, NaN where nothing was measured.

        Args:
            station: The station.
            parameters: Parameter codes of the columns, in order.
            first_hour: First row's hour, in hours since the epoch.
            end_hour: The hour after the last row.
        """
        # A parameter at a time: years of observations as objects are many times their grid's size.
        columns = [self._column(station, parameter, first_hour, end_hour) for parameter in parameters]
        return HourlyGrid(first_hour, np.concatenate(columns, axis=1))

    def _column(self, station: Station, parameter: str, first_hour: int, end_hour: int) -> npt.NDArray[np.float32]:
        # An interval counts for the hour in which it ends, so one that started in the hour before may count here.
        start, end = time_of(first_hour - 1), time_of(end_hour)
        span = series_of(station, parameter)
        measured = span is not None and span.first < end and span.last > start
        found = self.observations.read(station.id, parameter, start, end) if measured else ()
        return to_grid(found, (parameter,), first_hour, end_hour - first_hour).values


def series_of(station: Station, parameter: str) -> Series | None:
    """What is known of one parameter at a station, or None where it does not measure it."""
    return next((series for series in station.series if series.parameter == parameter), None)


def end_hour_of(station: Station, parameter: str) -> int:
    """The hour after a station's newest observation of a parameter that it measures, in hours since the epoch.

    Raises:
        ValueError: It does not measure the parameter.
    """
    span = series_of(station, parameter)
    if span is None:
        message = f"{station.id} does not measure {parameter}"
        raise ValueError(message)
    return _end_hour(span)


def _end_hour(span: Series) -> int:
    return hour_of(span.last + _ALMOST_AN_HOUR)
