"""Issue times with what a model is shown at each and what came after, made when they are asked for."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from geoclimate.features.future import future_at
from geoclimate.features.input_spec import InputSpec
from geoclimate.features.inputs import Inputs, StationSeries
from geoclimate.features.weather_runs import WeatherRuns
from geoclimate.features.weather_shown import ShownWeather, shown_weather
from geoclimate.features.windows import windows

Hours = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Archive:
    """The series of all stations, one after the other, with a gap in which nothing is known before each.

    Attributes:
        spec: What a model is shown.
        stations: Station ids.
        latitudes: float64 [stations].
        longitudes: float64 [stations].
        begins: int64 [stations]: the row of each station's first hour.
        first_hours: int64 [stations]: that hour.
        history: float32 [rows, columns].
        context: float32 [rows, columns].
        coming: float32 [days, rows, columns].
        target: float32 [rows].
        weather: Weather forecasts.
        weather_rows: int64 [rows]: where what was known of them begins, for an issue time at each row.
    """

    spec: InputSpec
    stations: tuple[str, ...]
    latitudes: npt.NDArray[np.float64]
    longitudes: npt.NDArray[np.float64]
    begins: Hours
    first_hours: Hours
    history: npt.NDArray[np.float32]
    context: npt.NDArray[np.float32]
    coming: npt.NDArray[np.float32]
    target: npt.NDArray[np.float32]
    weather: ShownWeather
    weather_rows: Hours


@dataclass(frozen=True, slots=True, eq=False)
class Samples:
    """Issue times of some stations.

    Attributes:
        archive: What their inputs and targets are cut from.
        station: int64 [n]: position of each one's station in the archive.
        issue_hours: int64 [n]: the issue times, in hours since the epoch.
    """

    archive: Archive
    station: npt.NDArray[np.int64]
    issue_hours: Hours

    def __len__(self) -> int:
        return len(self.issue_hours)

    @property
    def rows(self) -> Hours:
        """The row after each one's newest hour."""
        archive = self.archive
        return archive.begins[self.station] + self.issue_hours - archive.first_hours[self.station]

    def inputs(self, indices: npt.NDArray[np.int64]) -> Inputs:
        """What a model is shown of some of them; as `features.inputs.inputs_at` makes it."""
        return Inputs(self.history(indices), self.context(indices), self.future(indices))

    def history(self, indices: npt.NDArray[np.int64]) -> npt.NDArray[np.float32]:
        """The histories of some of them, float32 [n, history_hours, columns]."""
        hours, series = self.archive.spec.history_hours, self.archive.history
        return windows(series, hours)[self.only(indices).rows - hours].reshape(-1, hours, series.shape[1])

    def context(self, indices: npt.NDArray[np.int64]) -> npt.NDArray[np.float32]:
        """The context of some of them, float32 [n, columns]."""
        context: npt.NDArray[np.float32] = self.archive.context[self.only(indices).rows - 1]
        return context

    def future(self, indices: npt.NDArray[np.int64]) -> npt.NDArray[np.float32]:
        """The hours to come of some of them, float32 [n, lead times, columns]."""
        archive, rows = self.archive, self.only(indices).rows
        return future_at(archive.coming, rows, archive.weather, archive.weather_rows[rows], archive.spec)

    def observed(self, indices: npt.NDArray[np.int64]) -> npt.NDArray[np.float32]:
        """What came after some of them, float32 [n, lead times], NaN where nothing was observed."""
        chosen = self.only(indices)
        leads = np.asarray(self.archive.spec.lead_hours, dtype=np.int64)
        observed: npt.NDArray[np.float32] = self.archive.target[chosen.rows[:, None] + leads - 1]
        return observed

    def newest(self) -> npt.NDArray[np.float32]:
        """The newest known value of the target at each, float32 [n]: what persistence says."""
        newest: npt.NDArray[np.float32] = self.archive.context[self.rows - 1, 0]
        return newest

    def only(self, chosen: npt.NDArray[np.int64] | npt.NDArray[np.bool_]) -> "Samples":
        """Some of them, by position or by mask."""
        return replace(self, station=self.station[chosen], issue_hours=self.issue_hours[chosen])

    def between(self, first: int, end: int) -> "Samples":
        """Those with an issue time in `[first, end)`."""
        return self.only((self.issue_hours >= first) & (self.issue_hours < end))

    def thinned(self, every_hours: int) -> "Samples":
        """Those whose issue time is a multiple of some hours."""
        return self.only(self.issue_hours % every_hours == 0)

    def of(self, stations: Sequence[str]) -> "Samples":
        """Those of some stations."""
        wanted = [position for position, name in enumerate(self.archive.stations) if name in set(stations)]
        return self.only(np.isin(self.station, wanted))


def to_archive(series: Sequence[StationSeries], weather: Sequence[WeatherRuns], spec: InputSpec) -> Archive:
    """Lay the series of some stations one after the other."""
    leads = spec.lead_hours[-1]
    gap = max(spec.history_hours, leads)
    begins, row = [], 0
    for each in series:
        begins.append(row + gap)
        row += gap + len(each.target)
    rows = row + gap
    history = np.full((rows, series[0].history.shape[1]), np.nan, dtype=np.float32)
    context = np.full((rows, series[0].context.shape[1]), np.nan, dtype=np.float32)
    days, _, width = series[0].coming.shape
    coming = np.full((days, rows, width), np.nan, dtype=np.float32)
    target = np.full(rows, np.nan, dtype=np.float32)
    shown = shown_weather(weather, spec)
    weather_rows = np.zeros(rows, dtype=np.int64)
    for place, (begin, each) in enumerate(zip(begins, series, strict=True)):
        here = slice(begin, begin + len(each.target))
        history[here], context[here], target[here] = each.history, each.context, each.target
        coming[:, begin : here.stop + leads] = each.coming
        issue_hours = np.arange(each.first_hour, each.end_hour + 1, dtype=np.int64)
        weather_rows[begin : here.stop + 1] = shown.rows_at(place, issue_hours)
    return Archive(
        spec=spec,
        stations=tuple(each.station for each in series),
        latitudes=np.array([each.latitude for each in series]),
        longitudes=np.array([each.longitude for each in series]),
        begins=np.array(begins, dtype=np.int64),
        first_hours=np.array([each.first_hour for each in series], dtype=np.int64),
        history=history,
        context=context,
        coming=coming,
        target=target,
        weather=shown,
        weather_rows=weather_rows,
    )


def all_samples(archive: Archive, usable: Sequence[Hours]) -> Samples:
    """Every usable issue time with at least one observed target.

    Args:
        archive: The series.
        usable: int64: the usable issue times of each station.
    """
    station = np.concatenate([np.full(len(hours), place, dtype=np.int64) for place, hours in enumerate(usable)])
    everything = Samples(archive, station, np.concatenate(list(usable)))
    leads = np.asarray(archive.spec.lead_hours, dtype=np.int64)
    rows = everything.rows
    known = np.zeros(len(rows), dtype=np.bool_)
    for lead in leads:
        known |= np.isfinite(archive.target[rows + lead - 1])
    return everything.only(known)
