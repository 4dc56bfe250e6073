"""The ports of ingest in memory, and a run that can be cut off at any step."""

import datetime as dt
import io
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import BinaryIO

from geoclimate.columnar.blocks import Batch
from geoclimate.columnar.weather_columns import WeatherVocabulary
from geoclimate.columnar.weather_runs import WeatherPart, runs_of
from geoclimate.contracts.report import REPORT_SUFFIX, IngestReport
from geoclimate.domain.delivery import Delivery
from geoclimate.domain.errors import NotFound, Unavailable
from geoclimate.domain.geohash import CellRange, geohash, geohash_text
from geoclimate.domain.observations import Observation, SeriesWindow
from geoclimate.domain.places import Point
from geoclimate.domain.quality import Refusal
from geoclimate.domain.revisions import DayMerge, DayRevisions, day_as_of, merge_day
from geoclimate.domain.stations import Station, widen
from geoclimate.domain.weather_forecasts import ForecastPlace, RunMerge, WeatherRun, merge_run
from geoclimate.services.ingest_file import IngestPorts
from geoclimate.services.merge_outcome import Comparison, DifferingObservation, MergeCounts
from geoclimate.services.ports import TakenFile
from tests.openaq_archive import NOW


@dataclass
class Trouble:
    """Cuts the run off at the steps whose numbers are given; a step is anything that reads or changes the world."""

    at: frozenset[int] = frozenset()
    steps: int = 0

    def step(self) -> None:
        self.steps += 1
        if self.steps in self.at:
            raise Unavailable(f"cut off at step {self.steps}")


@dataclass
class UploadsInMemory:
    trouble: Trouble
    objects: dict[str, bytes] = field(default_factory=dict)
    writes: list[str] = field(default_factory=list)

    def open(self, key: str, version: str | None) -> BinaryIO:
        self.trouble.step()
        if key not in self.objects or version == "gone":
            raise NotFound(f"the object '{key}' does not exist")
        return io.BytesIO(self.objects[key])

    def write_beside(self, key: str, suffix: str, body: BinaryIO, content_type: str) -> None:
        assert content_type in {"application/json", "application/x-ndjson"}
        self.trouble.step()
        body.seek(0)
        self.objects[key + suffix] = body.read()
        self.writes.append(key + suffix)
        self.trouble.step()

    def read_beside(self, key: str, suffix: str) -> bytes | None:
        self.trouble.step()
        return self.objects.get(key + suffix)

    def read_mapping(self, key: str) -> bytes | None:
        self.trouble.step()
        return self.objects.get(key)

    def report(self, key: str) -> IngestReport:
        return IngestReport.model_validate_json(self.objects[key + REPORT_SUFFIX])


@dataclass
class DaysInMemory:
    """The observations, merged by day as the real store does, one day a step."""

    trouble: Trouble
    days: dict[tuple[str, str, dt.date], DayRevisions] = field(default_factory=dict)
    merged: list[int] = field(default_factory=list)

    def merge(self, observations: Iterable[Observation]) -> MergeCounts:
        batch = list(observations)
        self.merged.append(len(batch))
        counts = MergeCounts()
        for day, merge in self._merges(batch):
            self.days[day] = merge.day
            counts += MergeCounts(merge.added, merge.unchanged, len(merge.revised), len(merge.superseded))
        self.trouble.step()
        return counts

    def compare(self, observations: Iterable[Observation], most: int) -> Comparison:
        counts = MergeCounts()
        differences = []
        for _, merge in self._merges(observations):
            counts += MergeCounts(merge.added, merge.unchanged, len(merge.revised), len(merge.superseded))
            differences += [DifferingObservation(*pair, would_replace=True) for pair in merge.revised]
            differences += [DifferingObservation(*pair, would_replace=False) for pair in merge.superseded]
        return Comparison(counts, tuple(differences[:most]))

    def _merges(self, observations: Iterable[Observation]) -> Iterator[tuple[tuple[str, str, dt.date], DayMerge]]:
        incoming = defaultdict(list)
        for observation in observations:
            incoming[observation.station, observation.parameter, observation.start.date()].append(observation)
        for day, rows in incoming.items():
            self.trouble.step()
            yield day, merge_day(self.days.get(day, DayRevisions()), rows)

    def read(
        self, station: str, parameter: str, start: dt.datetime, end: dt.datetime, as_of: dt.datetime | None = None
    ) -> list[Observation]:
        days = [self.days[day] for day in sorted(self.days) if day[:2] == (station, parameter)]
        found = [row for day in days for row in (day.current if as_of is None else day_as_of(day, as_of))]
        return [row for row in found if start <= row.start < end]

    def read_together(self, windows: Sequence[SeriesWindow]) -> list[list[Observation]]:
        raise NotImplementedError

    @property
    def all(self) -> list[Observation]:
        return [observation for day in sorted(self.days) for observation in self.days[day].current]


@dataclass
class WeatherInMemory:
    """Runs of weather forecasts, merged as the real store does, one run a step."""

    trouble: Trouble
    merged: dict[tuple[ForecastPlace, dt.datetime], WeatherRun] = field(default_factory=dict)

    def merge(self, runs: Iterable[WeatherRun]) -> MergeCounts:
        counts = MergeCounts()
        for run, merge in self._merges(runs):
            self.merged[run.place, run.issue_time] = WeatherRun(run.place, run.issue_time, merge.editions)
            counts += MergeCounts(merge.added, merge.unchanged, merge.revised, merge.superseded)
        self.trouble.step()
        return counts

    def compare(self, runs: Iterable[WeatherRun]) -> MergeCounts:
        merges = [merge for _, merge in self._merges(runs)]
        counts = [MergeCounts(each.added, each.unchanged, each.revised, each.superseded) for each in merges]
        return sum(counts, MergeCounts())

    def _merges(self, runs: Iterable[WeatherRun]) -> Iterator[tuple[WeatherRun, RunMerge]]:
        for run in runs:
            self.trouble.step()
            stored = self.merged.get((run.place, run.issue_time))
            yield run, merge_run(() if stored is None else stored.editions, run.editions)

    def runs(self, place: ForecastPlace, first: dt.datetime, last: dt.datetime) -> list[WeatherRun]:
        found = [run for run in self.merged.values() if run.place == place and first <= run.issue_time <= last]
        return sorted(found, key=lambda run: run.issue_time)

    def has_runs(self, place: ForecastPlace) -> bool:
        return any(run.place == place for run in self.merged.values())

    def points_in(self, cells: CellRange) -> list[Point]:
        low, high = geohash_text(cells.first), geohash_text(cells.last)
        points = {run.place.point for run in self.merged.values() if run.place.point is not None}
        return [point for point in points if low <= geohash(point) <= high]


@dataclass
class CatalogueInMemory:
    trouble: Trouble
    stations: dict[str, Station] = field(default_factory=dict)

    def get(self, station: str) -> Station | None:
        return self.stations.get(station)

    def get_together(self, stations: Iterable[str]) -> Mapping[str, Station]:
        raise NotImplementedError

    def list_all(self) -> list[Station]:
        return [self.stations[station] for station in sorted(self.stations)]

    def list_after(self, station: str | None, most: int) -> list[Station]:
        raise NotImplementedError

    def list_of(self, country: str, station: str | None, most: int) -> list[Station]:
        raise NotImplementedError

    def list_in(self, cells: CellRange, place: str | None, most: int) -> list[Station]:
        raise NotImplementedError

    def extend(self, stations: Iterable[Station]) -> None:
        for station in stations:
            self.trouble.step()
            self.stations[station.id] = widen(self.stations.get(station.id), station)
        self.trouble.step()


@dataclass
class LedgerInMemory:
    trouble: Trouble
    taken: dict[str, TakenFile] = field(default_factory=dict)

    def find(self, digest: str) -> TakenFile | None:
        self.trouble.step()
        return self.taken.get(digest)

    def record(self, taken: TakenFile) -> None:
        self.trouble.step()
        known = self.taken.get(taken.digest)
        if known is None or known.mapping_digest != taken.mapping_digest:
            self.taken[taken.digest] = taken
        self.trouble.step()


@dataclass
class LakeInMemory:
    """Batches and lists of refused rows, by the file's digest and their number."""

    trouble: Trouble
    batches: dict[tuple[str, int], tuple[Observation, ...]] = field(default_factory=dict)
    refused: dict[tuple[str, int], tuple[Refusal, ...]] = field(default_factory=dict)
    weather: dict[tuple[str, int], tuple[WeatherRun, ...]] = field(default_factory=dict)

    def write(self, batch: Batch, delivery: Delivery) -> None:
        self.trouble.step()
        self.batches[delivery.digest, batch.number] = tuple(batch.columns.observations(delivery))
        self.trouble.step()

    def write_weather(self, part: WeatherPart, vocabulary: WeatherVocabulary, delivery: Delivery) -> None:
        self.trouble.step()
        self.weather[delivery.digest, part.number] = tuple(runs_of(part, vocabulary, delivery))
        self.trouble.step()

    def write_refused(self, refusals: Sequence[Refusal], delivery: Delivery, number: int) -> None:
        self.trouble.step()
        self.refused[delivery.digest, number] = tuple(refusals)
        self.trouble.step()


@dataclass
class QuarantineInMemory:
    trouble: Trouble
    messages: list[tuple[str, Mapping[str, str]]] = field(default_factory=list)

    def send(self, message: str, attributes: Mapping[str, str]) -> None:
        self.trouble.step()
        self.messages.append((message, attributes))


@dataclass
class Globe:
    """A world in which all that is north of the equator is China, and the rest is the sea."""

    looked_up: list[Point] = field(default_factory=list)

    def __call__(self, point: Point) -> str | None:
        self.looked_up.append(point)
        return "CN" if point.latitude > 0 else None


class World:
    """All of it, with a clock that stands still."""

    def __init__(self, files: Mapping[str, bytes] | None = None) -> None:
        self.trouble = Trouble()
        self.now = NOW
        self.uploads = UploadsInMemory(self.trouble, dict(files or {}))
        self.observations = DaysInMemory(self.trouble)
        self.weather = WeatherInMemory(self.trouble)
        self.stations = CatalogueInMemory(self.trouble)
        self.files = LedgerInMemory(self.trouble)
        self.lake = LakeInMemory(self.trouble)
        self.quarantine = QuarantineInMemory(self.trouble)
        self.globe = Globe()

    @property
    def ports(self) -> IngestPorts:
        return IngestPorts(
            uploads=self.uploads,
            observations=self.observations,
            weather=self.weather,
            stations=self.stations,
            files=self.files,
            lake=self.lake,
            country_at=self.globe,
            clock=lambda: self.now,
        )
