"""Stores in memory with one small world in them: what tests and benchmarks of the API read."""

import datetime as dt
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from geoclimate.domain.errors import Unavailable
from geoclimate.domain.forecast_ids import ForecastName
from geoclimate.domain.forecasts import Forecast
from geoclimate.domain.geohash import CellRange, geohash_text
from geoclimate.domain.observations import Observation, SeriesWindow
from geoclimate.domain.revisions import DayRevisions, day_as_of, merge_day
from geoclimate.domain.stations import Series, Station, place_key
from geoclimate.services.merge_outcome import Comparison, MergeCounts

LAST = dt.datetime(2014, 12, 31, 16, tzinfo=dt.UTC)
FIRST = LAST - dt.timedelta(days=60)
NOW = LAST + dt.timedelta(minutes=40)

EMBASSY = Station(
    id="openaq-900001",
    name="Beijing US Embassy",
    latitude=39.954,
    longitude=116.468,
    source="openaq",
    series=(Series("pm25", FIRST, LAST), Series("temperature", FIRST, LAST)),
    described_at=LAST,
    country="CN",
)
SILENT = Station("openaq-2", "Silent", 1.0, 2.0, "openaq", series=(), described_at=LAST)


class StationsInMemory:
    def __init__(self, stations: Iterable[Station] = (EMBASSY, SILENT)) -> None:
        self.by_id: dict[str, Station] = {}
        self.extend(stations)
        self.reads = 0
        self.queries = 0
        self.given = 0

    def get(self, station: str) -> Station | None:
        self.reads += 1
        return self.by_id.get(station)

    def get_together(self, stations: Iterable[str]) -> Mapping[str, Station]:
        self.reads += 1
        return {station: self.by_id[station] for station in stations if station in self.by_id}

    def list_all(self) -> Sequence[Station]:
        return [self.by_id[key] for key in sorted(self.by_id)]

    def list_after(self, station: str | None, most: int) -> Sequence[Station]:
        return [one for one in self.list_all() if station is None or one.id > station][:most]

    def list_of(self, country: str, station: str | None, most: int) -> Sequence[Station]:
        found = [one for one in self.list_all() if one.country == country and (station is None or one.id > station)]
        self.given += len(found[:most])
        return found[:most]

    def list_in(self, cells: CellRange, place: str | None, most: int) -> Sequence[Station]:
        self.queries += 1
        low, high = geohash_text(cells.first), geohash_text(cells.last) + "$"
        begin = bisect_left(self.placed, low) if place is None or place < low else bisect_right(self.placed, place)
        found = self.placed[begin : bisect_right(self.placed, high)][:most]
        self.given += len(found)
        return [self.by_id[key.partition("#")[2]] for key in found]

    def extend(self, stations: Iterable[Station]) -> None:
        self.by_id |= {station.id: station for station in stations}
        self.placed = sorted(map(place_key, self.by_id.values()))


class ObservationsInMemory:
    def __init__(self, observations: Iterable[Observation] = ()) -> None:
        self.days: dict[tuple[str, str, dt.date], DayRevisions] = {}
        self.merge(observations)

    def merge(self, observations: Iterable[Observation]) -> MergeCounts:
        incoming = defaultdict(list)
        for one in observations:
            incoming[one.station, one.parameter, one.start.date()].append(one)
        counts = MergeCounts()
        for day, rows in incoming.items():
            merge = merge_day(self.days.get(day, DayRevisions()), rows)
            self.days[day] = merge.day
            counts += MergeCounts(merge.added, merge.unchanged, len(merge.revised), len(merge.superseded))
        return counts

    def compare(self, observations: Iterable[Observation], most: int) -> Comparison:
        raise NotImplementedError

    def read(
        self, station: str, parameter: str, start: dt.datetime, end: dt.datetime, as_of: dt.datetime | None = None
    ) -> Sequence[Observation]:
        days = [self.days[day] for day in sorted(self.days) if day[:2] == (station, parameter)]
        found = [one for day in days for one in (day.current if as_of is None else day_as_of(day, as_of))]
        return [one for one in found if start <= one.start < end]

    def read_together(self, windows: Sequence[SeriesWindow]) -> Sequence[Sequence[Observation]]:
        return [self.read(one.station, one.parameter, one.start, one.end) for one in windows]


class ForecastsInMemory:
    def __init__(self, forecasts: Iterable[Forecast] = ()) -> None:
        self.forecasts = list(forecasts)

    def write(self, forecasts: Iterable[Forecast]) -> None:
        self.forecasts += forecasts

    def latest(self, station: str, parameter: str) -> Forecast | None:
        series = [one for one in self.forecasts if (one.station, one.parameter) == (station, parameter)]
        return max(series, key=lambda one: one.issue_time, default=None)

    def issued_at(self, station: str, parameter: str, issue_time: dt.datetime) -> Forecast | None:
        series = [one for one in self.forecasts if (one.station, one.parameter) == (station, parameter)]
        return max((one for one in series if one.issue_time == issue_time), key=lambda one: one.made_at, default=None)

    def made(self, name: ForecastName) -> Forecast | None:
        series = [one for one in self.forecasts if (one.station, one.parameter) == (name.station, name.parameter)]
        return next((one for one in series if (one.issue_time, one.made_at) == (name.issue_time, name.made_at)), None)


class SilentStore:
    """Every store at once, none of which answers."""

    def __getattr__(self, name: str) -> Any:
        def refuse(*_: object) -> object:
            message = f"{name}: secret-table-name timed out"
            raise Unavailable(message)

        return refuse


def hourly(hours: int, *, end: dt.datetime = LAST, parameter: str = "pm25") -> list[Observation]:
    """One observation an hour, ending at `end`; values differ."""
    return [
        Observation(
            station=EMBASSY.id,
            parameter=parameter,
            start=end - dt.timedelta(hours=hour + 1),
            end=end - dt.timedelta(hours=hour),
            value=40.0 + hour / 4,
            delivered_value=40.0 + hour / 4,
            delivered_unit="µg/m³",
            instrument="23735",
            flag="valid",
            source="openaq",
            file_digest="0" * 64,
            line=hour + 2,
            ingested_at=NOW,
        )
        for hour in range(hours)
    ]


def forecast(issue_time: dt.datetime = LAST, levels: tuple[float, ...] = (0.1, 0.5, 0.9)) -> Forecast:
    """A forecast of 24 lead times whose quantiles widen with the lead time."""
    leads = tuple(range(1, 25))
    return Forecast(
        station=EMBASSY.id,
        parameter="pm25",
        issue_time=issue_time,
        made_at=issue_time + dt.timedelta(minutes=12),
        model_version="20150101T000000Z",
        engine="endpoint",
        lead_hours=leads,
        levels=levels,
        quantiles=tuple(tuple(50.0 + lead * (level - 0.5) for level in levels) for lead in leads),
    )
