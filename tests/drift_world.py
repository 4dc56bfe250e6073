"""A network of stations with made-up years behind it, as the watch for drift sees it: stores, a bucket and a bus."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from geoclimate.contracts.drift import REPORT_KEY, DriftDetected, DriftReport, DriftRequest, DriftResult
from geoclimate.domain.errors import Unavailable
from geoclimate.domain.observations import Observation, SeriesWindow
from geoclimate.domain.quality import FLAT_LINE, VALID
from geoclimate.domain.stations import Series, Station
from geoclimate.features.grid import time_of
from geoclimate.services.announce_drift import Announcer
from geoclimate.services.merge_outcome import Comparison, MergeCounts
from geoclimate.services.watch_drift import DriftWatcher
from tests.api_fakes import StationsInMemory
from tests.drift_years import FIRST_DAY, Days
from tests.workflow_fakes import ObjectsInMemory

UPLOADED = dt.datetime(2016, 1, 1, tzinfo=dt.UTC)
_HOUR = dt.timedelta(hours=1)
Key = tuple[str, str]


class YearsStore:
    """Observations of whole years, of which those up to an hour are there; counts what it is asked for."""

    def __init__(self, years: Mapping[Key, Days]) -> None:
        self.years = {key: values.copy() for key, values in years.items()}
        self.flat: set[Key] = set()
        """Series whose values are flagged because they stand still."""
        self.reads: list[tuple[Key, int]] = []

    def merge(self, observations: Iterable[Observation]) -> MergeCounts:
        raise AssertionError(f"the watch for drift writes no observations: {list(observations)}")

    def compare(self, observations: Iterable[Observation], most: int) -> Comparison:
        raise AssertionError(f"the watch for drift compares no files: {most} of {list(observations)}")

    def read(
        self, station: str, parameter: str, start: dt.datetime, end: dt.datetime, as_of: dt.datetime | None = None
    ) -> Sequence[Observation]:
        assert as_of is None
        key = (station, parameter)
        self.reads.append((key, (end - start) // _HOUR))
        begin = time_of(FIRST_DAY * 24)
        first, last = max(0, (start - begin) // _HOUR), (end - begin) // _HOUR
        flag = FLAT_LINE if key in self.flat else VALID
        return [
            _observation(key, begin + hour * _HOUR, float(value), flag)
            for hour, value in enumerate(self.years[key].flat[first:last].tolist(), start=first)
            if not np.isnan(value)
        ]

    def read_together(self, windows: Sequence[SeriesWindow]) -> Sequence[Sequence[Observation]]:
        raise AssertionError(f"the watch for drift reads one series at a time: {windows}")


class Bus:
    """Takes events, or is down."""

    def __init__(self) -> None:
        self.sent: list[DriftDetected] = []
        self.down = False

    def send(self, event: DriftDetected) -> None:
        if self.down:
            raise Unavailable("the bus does not answer")
        self.sent.append(event)


class Network:
    """Stations side by side, each with the same parameters, whose newest observation is moved on day by day."""

    def __init__(
        self, years: Mapping[str, Mapping[str, Days]], *, until: int, inputs: Sequence[str] = ("pm25",)
    ) -> None:
        """Begin with the first `until` days of `years`, by parameter and station."""
        self.stations = sorted(next(iter(years.values())))
        self.parameters = sorted(years)
        self.store = YearsStore({(station, code): years[code][station] for code in years for station in self.stations})
        self.objects, self.bus = ObjectsInMemory(), Bus()
        self.now = UPLOADED
        self.catalogue = StationsInMemory(())
        self.know(until)
        announcer = Announcer("pm25", tuple(inputs), self.objects, self.bus, self.clock)
        self.watcher = DriftWatcher("pm25", self.catalogue, self.store, self.objects, announcer, self.clock)

    def clock(self) -> dt.datetime:
        return self.now

    def know(self, until: int) -> None:
        """Let the newest observation be the first of day `until`."""
        first, last = time_of(FIRST_DAY * 24), time_of((FIRST_DAY + until) * 24) + _HOUR
        self.until = until
        self.catalogue.extend(
            Station(
                id=station,
                name=station,
                latitude=39.9 + 0.01 * number,
                longitude=116.4,
                source="openaq",
                series=tuple(Series(code, first, last) for code in self.parameters),
                described_at=UPLOADED,
            )
            for number, station in enumerate(self.stations)
        )

    def run(self, days: int = 0, *, accept: Sequence[str] = ()) -> DriftResult:
        """A run after further days of data and of time."""
        self.know(self.until + days)
        self.now += dt.timedelta(days=days)
        return self.watcher.watch(DriftRequest(accept=tuple(accept)))

    def change(self, station: str, parameter: str, factor: float) -> None:
        """Multiply what is measured from now on."""
        self.store.years[station, parameter][self.until :] *= factor

    @property
    def report(self) -> DriftReport:
        """The report of the newest run."""
        return DriftReport.model_validate_json(self.objects.bodies[REPORT_KEY])


def _observation(key: Key, start: dt.datetime, value: float, flag: str) -> Observation:
    return Observation(
        station=key[0],
        parameter=key[1],
        start=start,
        end=start + _HOUR,
        value=value,
        delivered_value=value,
        delivered_unit="µg/m³",
        instrument="1",
        flag=flag,
        source="openaq",
        file_digest="ab" * 32,
        line=2,
        ingested_at=UPLOADED,
    )
