"""Read the newest hours of stations, and of those around them, as a model is shown them.

Stations are taken in parts, by when their measurements end and then by place: a part is laid on one time axis together
with every station within reach of it. A station is read once for a time axis, whoever's neighbour it is, and what is
kept of it are its hours, some 40 kB.
"""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Final

import numpy as np
import numpy.typing as npt

from geoclimate.contracts.model import MAX_ROWS
from geoclimate.domain.stations import Station, place_key
from geoclimate.features.context import LONGEST_LOOKBACK_HOURS
from geoclimate.features.grid import HourlyGrid, time_of
from geoclimate.features.input_spec import InputSpec
from geoclimate.features.inputs import Inputs, inputs_at, station_series
from geoclimate.features.region import REACH_KM, Region, to_region
from geoclimate.features.usable import shortfall
from geoclimate.features.weather_runs import WeatherRuns
from geoclimate.services.forecast_batch import RECENT_HOURS, ForecastBatch
from geoclimate.services.ports import WeatherForecastStore
from geoclimate.services.read_measurements import Measurements, end_hour_of
from geoclimate.services.read_weather_runs import read_weather_runs

READS_AT_ONCE: Final = 16
"""Stations that are read at once; a client's connection pool should be as large."""
_OTHERS_LOOKBACK_HOURS: Final = 96
"""How far back the context of an hour looks on other parameters than the target, with room to spare."""
_TOGETHER_HOURS: Final = 24
"""Stations whose measurements end so close together share a time axis."""
_KM_A_DEGREE: Final = 111.0
"""Of latitude, rounded down: a box may be too large, but not too small."""

WeatherAt = Callable[[Station, dt.datetime], WeatherRuns]
"""The weather forecasts for a station that were known at an issue time."""


def weather_from(store: WeatherForecastStore, spec: InputSpec) -> WeatherAt:
    """What stored weather forecasts say at an issue time, as a model is shown it."""

    def known_at(station: Station, issue_time: dt.datetime) -> WeatherRuns:
        return read_weather_runs(station, spec.weather, spec.lead_hours[-1], (issue_time, issue_time), store)

    return known_at


@dataclass(frozen=True, slots=True, eq=False)
class InputsRead:
    """What was read of a part of the stations.

    Attributes:
        batch: Those of which there is enough; None where there is none.
        skipped: Why there is not, in a sentence, by station id.
    """

    batch: ForecastBatch | None
    skipped: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class InputReader:
    """Reads what a model is shown.

    Attributes:
        spec: What that is.
        measurements: What stations measured.
        weather: What is forecast of the weather.
    """

    spec: InputSpec
    measurements: Measurements
    weather: WeatherAt

    def read(self, stations: Sequence[Station], everyone: Sequence[Station]) -> Iterator[InputsRead]:
        """The newest inputs of some stations, `MAX_ROWS` of them at most at a time.

        Args:
            stations: Whom to read; they measure the target.
            everyone: Every station that measures the target: they are the neighbours.

        Raises:
            Unavailable: A store does not answer.
        """
        neighbours = _Places(everyone)
        ends = {station: end_hour_of(station, self.spec.target) for station in stations}
        with ThreadPoolExecutor(max_workers=READS_AT_ONCE) as pool:
            while ends:
                earlier: dict[Station, int] = {}
                for group in _by_end(ends):
                    grids: dict[str, HourlyGrid] = {}
                    first, end = ends[group[0]] - self._depth, ends[group[-1]]
                    by_place = sorted(group, key=place_key)
                    for start in range(0, len(by_place), MAX_ROWS):
                        part = by_place[start : start + MAX_ROWS]
                        members = neighbours.around(part)
                        missing = [station for station in members if station.id not in grids]
                        found = pool.map(partial(self._grid, first_hour=first, end_hour=end), missing)
                        grids |= {station.id: grid for station, grid in zip(missing, found, strict=True)}
                        earlier |= self._earlier(part, grids)
                        if whole := [station for station in part if station not in earlier]:
                            yield self._inputs(whole, members, grids, pool)
                ends = earlier

    @property
    def _depth(self) -> int:
        # What ends later than the newest hour that counts, such as a flagged value, moves the axis by as much; where
        # there is no room for that, the station is read again from that hour back.
        return max(self.spec.history_hours, LONGEST_LOOKBACK_HOURS) + 2 * self.spec.max_gap_hours

    @property
    def _depth_of_others(self) -> int:
        return max(self.spec.history_hours, _OTHERS_LOOKBACK_HOURS) + 2 * self.spec.max_gap_hours

    def _earlier(self, part: Sequence[Station], grids: Mapping[str, HourlyGrid]) -> dict[Station, int]:
        """The end of the newest hour that counts, of stations where the axis does not hold all that is looked back on.

        A sensor that stood still for days has measured since, but nothing that counts.
        """
        origins = {one: _newest_origin(grids[one.id].values[:, 0], grids[one.id].first_hour) for one in part}
        return {
            one: origin
            for one, origin in origins.items()
            if origin - grids[one.id].first_hour < self._depth - self.spec.max_gap_hours
        }

    def _grid(self, station: Station, first_hour: int, end_hour: int) -> HourlyGrid:
        target, others = self.spec.parameters[:1], self.spec.parameters[1:]
        values = np.full((end_hour - first_hour, len(self.spec.parameters)), np.nan, dtype=np.float32)
        values[:, :1] = self.measurements.grid(station, target, first_hour, end_hour).values
        if others:
            # Only the target is looked back on so far; reading a month of everything takes three times as long.
            late = self._depth - self._depth_of_others
            values[late:, 1:] = self.measurements.grid(station, others, first_hour + late, end_hour).values
        return HourlyGrid(first_hour, values)

    def _inputs(
        self, part: Sequence[Station], members: Sequence[Station], grids: Mapping[str, HourlyGrid], pool: Executor
    ) -> InputsRead:
        ids = tuple(station.id for station in members)
        places = [(station.latitude, station.longitude) for station in members]
        region = to_region(ids, places, [grids[name] for name in ids], self.spec)
        position = {name: place for place, name in enumerate(ids)}
        origins: dict[Station, int] = {}
        skipped: dict[str, str] = {}
        for station in part:
            target = region.target[position[station.id]]
            origin = _newest_origin(target, region.first_hour)
            reason = shortfall(target, region.first_hour, origin, self.spec)
            if reason is None:
                origins[station] = origin
            else:
                skipped[station.id] = reason
        if not origins:
            return InputsRead(None, skipped)
        known = pool.map(lambda one: self.weather(one, time_of(origins[one])), origins)
        rows = [
            self._row(region, position[station.id], origin, weather)
            for (station, origin), weather in zip(origins.items(), known, strict=True)
        ]
        hours = np.array(list(origins.values()), dtype=np.int64)
        recent = [
            _recent(region.target[position[station.id]], origin - region.first_hour)
            for station, origin in origins.items()
        ]
        return InputsRead(ForecastBatch(tuple(origins), hours, _together(rows), np.stack(recent)), skipped)

    def _row(self, region: Region, position: int, origin: int, weather: WeatherRuns) -> Inputs:
        series = station_series(region, position, self.spec)
        return inputs_at(series, weather, np.array([origin], dtype=np.int64), self.spec)


class _Places:
    """Where stations stand."""

    def __init__(self, stations: Sequence[Station]) -> None:
        self._stations = stations
        self._latitude = np.array([station.latitude for station in stations])
        self._longitude = np.array([station.longitude for station in stations])

    def around(self, part: Sequence[Station]) -> list[Station]:
        """The stations of a part and all within reach of any of them, perhaps a few more."""
        height = REACH_KM / _KM_A_DEGREE
        near = np.zeros(len(self._stations), dtype=np.bool_)
        for station in part:
            edge = np.cos(np.radians(min(abs(station.latitude) + height, 89.0)))
            east = np.abs((self._longitude - station.longitude + 180.0) % 360.0 - 180.0)
            near |= (np.abs(self._latitude - station.latitude) <= height) & (east <= height / edge)
        members = [station for station, inside in zip(self._stations, near, strict=True) if inside]
        known = {station.id for station in members}
        return members + [station for station in part if station.id not in known]


def _by_end(ends: Mapping[Station, int]) -> Iterator[list[Station]]:
    """The stations in groups that fit on one time axis, each ordered by the end of its measurements."""
    group: list[Station] = []
    for station, end in sorted(ends.items(), key=lambda one: one[1]):
        if group and end - ends[group[0]] > _TOGETHER_HOURS:
            yield group
            group = []
        group.append(station)
    if group:
        yield group


def _newest_origin(target: npt.NDArray[np.float32], first_hour: int) -> int:
    observed = np.flatnonzero(~np.isnan(target))
    return first_hour + (int(observed[-1]) + 1 if len(observed) else len(target))


def _recent(target: npt.NDArray[np.float32], row: int) -> npt.NDArray[np.float32]:
    return target[row - RECENT_HOURS : row]


def _together(rows: Sequence[Inputs]) -> Inputs:
    return Inputs(
        history=np.concatenate([row.history for row in rows]),
        context=np.concatenate([row.context for row in rows]),
        future=np.concatenate([row.future for row in rows]),
    )
