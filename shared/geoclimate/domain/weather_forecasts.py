"""Weather forecasts as they were delivered: for whom, issued when, known from when, and what was corrected later.

A **run** is what a weather service computed at one issue time, for one place. It comes in one file or in several, and
may be delivered again with other values. Each delivery is an **edition** of the run, with the instant from which it was
known (see `known_from`). What was known of a run at an instant is told by the editions known by then alone, so a
correction is never seen before it came.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final, TypeAlias

from geoclimate.domain.geohash import geohash
from geoclimate.domain.parameters import MICROGRAMS, PARAMETERS
from geoclimate.domain.places import Point, east_of

WEATHER_PARAMETERS: Final = tuple(code for code, parameter in PARAMETERS.items() if parameter.unit != MICROGRAMS)
"""Codes of what can be forecast: everything but concentrations, which are what the platform forecasts itself."""
LONGEST_HORIZON: Final = dt.timedelta(hours=240)
"""From the issue time to the last valid time. Medium-range forecasts go this far."""
NEAREST_POINT_M: Final = 40_000.0
"""Greatest distance from a station to a grid point whose forecasts are taken for it, metres.

In a grid of half a degree no place lies farther from a point, so every usual grid is coarse at most in its values.
"""
MOST_EDITIONS: Final = 12
"""Of one run. With all parameters over the whole horizon they take about 190 kB, and an item holds 400."""
HOUR: Final = dt.timedelta(hours=1)
_STATION_KEY: Final = "station#"
_POINT_KEY: Final = "point#"

Cells: TypeAlias = Mapping[str, Mapping[int, float]]
"""Values in canonical units by parameter code and hour; hour 0 holds the issue time."""


@dataclass(frozen=True, slots=True)
class ForecastPlace:
    """For whom a forecast is: a station, or a point of a grid.

    Attributes:
        station: Station id, or None.
        point: The grid point, or None where it is for a station.
    """

    station: str | None
    point: Point | None

    @property
    def key(self) -> str:
        """A text that no other place has."""
        if self.point is None:
            return f"{_STATION_KEY}{self.station}"
        return f"{_POINT_KEY}{self.point.latitude:.4f},{self.point.longitude:.4f}"


def at_station(station: str) -> ForecastPlace:
    """The place of forecasts for a station."""
    return ForecastPlace(station, None)


def at_point(latitude: float, longitude: float) -> ForecastPlace:
    """The place of forecasts for a grid point, to 0.0001 degrees: however a file writes it, it is the same point."""
    # Adding nought makes -0.0 the number that is written 0.0000.
    return ForecastPlace(None, Point(round(latitude, 4) + 0.0, east_of(round(longitude, 4) + 0.0)))


def point_key(point: Point) -> str:
    """A text by which points that lie together sort together, and that no other grid point has."""
    return f"{geohash(point)}#{point.latitude:.4f},{point.longitude:.4f}"


def known_from(issue_time: dt.datetime, stated: dt.datetime | None, uploaded_at: dt.datetime) -> dt.datetime:
    """The instant from which a run counts as known.

    Args:
        issue_time: When the run was issued.
        stated: When the file says that the run was published, as archives of past runs do; None of live data.
        uploaded_at: When the file was uploaded: what the platform itself knows of its arrival.
    """
    return max(issue_time, uploaded_at if stated is None else stated)


@dataclass(frozen=True, slots=True)
class RunEdition:
    """What one file says of a run.

    Attributes:
        known_at: From when it was known, UTC.
        uploaded_at: When the file was uploaded, UTC.
        file_digest: SHA-256 of the file, hexadecimal.
        cells: Its values.
    """

    known_at: dt.datetime
    uploaded_at: dt.datetime
    file_digest: str
    cells: Cells

    @property
    def order(self) -> tuple[dt.datetime, dt.datetime, str]:
        """Where it stands among the editions of a run: a later upload replaces the values of an earlier one."""
        return self.uploaded_at, self.known_at, self.file_digest


@dataclass(frozen=True, slots=True)
class WeatherRun:
    """A run for one place.

    Attributes:
        place: For whom.
        issue_time: When it was issued, UTC.
        editions: What was delivered of it, ordered by `RunEdition.order`.
    """

    place: ForecastPlace
    issue_time: dt.datetime
    editions: tuple[RunEdition, ...]

    @property
    def first_hour(self) -> dt.datetime:
        """Beginning of hour 0 of the cells."""
        return hour_of(self.issue_time)


def hour_of(instant: dt.datetime) -> dt.datetime:
    """Beginning of the hour that holds an instant."""
    return instant.replace(minute=0, second=0, microsecond=0)


def cells_at(editions: Iterable[RunEdition], instant: dt.datetime | None = None) -> dict[str, dict[int, float]]:
    """What was known of a run at an instant, or is known now; where two editions differ the later upload counts."""
    found: dict[str, dict[int, float]] = {}
    for edition in sorted(editions, key=lambda each: each.order):
        if instant is None or edition.known_at <= instant:
            for parameter, values in edition.cells.items():
                found.setdefault(parameter, {}).update(values)
    return found


@dataclass(frozen=True, slots=True)
class RunMerge:
    """What merging a delivery into a run gives.

    Attributes:
        editions: The run's editions afterwards.
        added: Values of hours and parameters that had none.
        unchanged: Values that are served already.
        revised: Values that are served from now on, in place of others.
        superseded: Values that a later upload has replaced already.
    """

    editions: tuple[RunEdition, ...]
    added: int
    unchanged: int
    revised: int
    superseded: int


def merge_run(stored: Iterable[RunEdition], incoming: Iterable[RunEdition]) -> RunMerge:
    """Merge what came into what is stored; merging the same delivery again changes nothing."""
    before = {edition.order: edition for edition in stored}
    new = tuple(incoming)
    after = before | {edition.order: edition for edition in new}
    served_before, served_after = cells_at(before.values()), cells_at(after.values())
    counts = {"added": 0, "unchanged": 0, "revised": 0, "superseded": 0}
    for parameter, hour, value in _each(new):
        known = served_before.get(parameter, {}).get(hour)
        if known is None:
            counts["added"] += 1
        elif known == value:
            counts["unchanged"] += 1
        elif served_after[parameter][hour] == value:
            counts["revised"] += 1
        else:
            counts["superseded"] += 1
    return RunMerge(_bounded(sorted(after.values(), key=lambda each: each.order)), **counts)


def _each(editions: Iterable[RunEdition]) -> Iterator[tuple[str, int, float]]:
    for edition in editions:
        for parameter, values in edition.cells.items():
            for hour, value in values.items():
                yield parameter, hour, value


def _bounded(editions: list[RunEdition]) -> tuple[RunEdition, ...]:
    """At most `MOST_EDITIONS`: the oldest two become one, known only from when both were."""
    while len(editions) > MOST_EDITIONS:
        first, second, *rest = editions
        known_at = max(first.known_at, second.known_at)
        editions = [replace(second, known_at=known_at, cells=cells_at((first, second))), *rest]
    return tuple(editions)
