"""Read what stations measured as the model wants it: whole grids for training, newest windows for serving."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from geoclimate.domain.stations import Series, Station
from geoclimate.features.grid import HourlyGrid, hour_of, time_of, to_grid
from geoclimate.features.input_spec import InputSpec
from geoclimate.features.spec import FeatureSpec
from geoclimate.features.windows import shortfall, windows_at
from geoclimate.services.ports import ObservationStore, StationStore

_ALMOST_AN_HOUR = dt.timedelta(hours=1, microseconds=-1)


@dataclass(frozen=True, slots=True, eq=False)
class NewestWindow:
    """What a model is shown of a station to forecast its next hours.

    Attributes:
        station: Station id.
        issue_time: End of the newest hour of the target that was observed, UTC.
        values: float32 [history_hours, features], NaN where missing.
    """

    station: str
    issue_time: dt.datetime
    values: npt.NDArray[np.float32]


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

    def whole_grid(self, station: Station, spec: FeatureSpec | InputSpec) -> HourlyGrid:
        """All hours between a station's first and last observation of the target, which it measures."""
        span = series_of(station, spec.target)
        if span is None:
            return HourlyGrid(0, np.empty((0, len(spec.parameters)), dtype=np.float32))
        return self.grid(station, spec.parameters, hour_of(span.first), _end_hour(span))

    def newest_window(self, station: Station, spec: FeatureSpec) -> NewestWindow | str:
        """A station's newest window, or the reason in a sentence why there is none."""
        span = series_of(station, spec.target)
        if span is None:
            return f"the station does not measure {spec.target}"
        end = _end_hour(span)
        grid = self.grid(station, spec.parameters, end - spec.history_hours - spec.max_gap_hours, end)
        observed = np.flatnonzero(~np.isnan(grid.values[:, 0]))
        origin = grid.first_hour + int(observed[-1]) + 1 if len(observed) else end
        reason = shortfall(grid, origin, spec)
        if reason is not None:
            return reason
        values = windows_at(grid, np.array([origin], dtype=np.int64), spec)[0]
        return NewestWindow(station.id, time_of(origin), values)

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
    """The hour after a station's newest observation of a parameter that it measures, in hours since the epoch."""
    span = series_of(station, parameter)
    if span is None:
        message = f"{station.id} does not measure {parameter}"
        raise ValueError(message)
    return _end_hour(span)


def _end_hour(span: Series) -> int:
    return hour_of(span.last + _ALMOST_AN_HOUR)
