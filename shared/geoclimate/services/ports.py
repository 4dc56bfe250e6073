"""What the use cases need of the outside world, as Protocols; `adapters/` implements them on AWS.

Every method that asks a store or a service raises `Unavailable` where that does not answer, whether its text says so or
not.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO, Protocol

from geoclimate.domain.forecast_ids import ForecastName
from geoclimate.domain.forecasts import Forecast
from geoclimate.domain.geohash import CellRange
from geoclimate.domain.observations import Observation, SeriesWindow
from geoclimate.domain.places import Point
from geoclimate.domain.stations import Station
from geoclimate.domain.weather_forecasts import ForecastPlace, WeatherRun
from geoclimate.services.merge_outcome import Comparison, MergeCounts

if TYPE_CHECKING:
    # Only for types: half of the functions have no numpy in their layers, and a cold start pays for each shape.

    from geoclimate.columnar.blocks import Batch
    from geoclimate.columnar.weather_columns import WeatherVocabulary
    from geoclimate.columnar.weather_runs import WeatherPart
    from geoclimate.contracts.drift import DriftDetected
    from geoclimate.domain.delivery import Delivery
    from geoclimate.domain.quality import Refusal


class CountryFinder(Protocol):
    """Tells which country a place is in."""

    def __call__(self, point: Point) -> str | None:
        """Its ISO 3166-1 alpha-2 code, or None where there is none, such as on the high sea."""
        ...


class Clock(Protocol):
    """Tells the time."""

    def __call__(self) -> dt.datetime:
        """Now, UTC and aware."""
        ...


class ObservationStore(Protocol):
    """The hot store of observations, packed a station, parameter and UTC day an item."""

    def merge(self, observations: Iterable[Observation]) -> MergeCounts:
        """Store observations; merging the same ones again changes nothing.

        Safe against concurrent writers of a day (conditional writes). All days are written or an error is raised;
        a repeat after an error completes the work.

        Raises:
            Unavailable: The store does not answer or refuses for load.
        """
        ...

    def compare(self, observations: Iterable[Observation], most: int) -> Comparison:
        """What merging observations would change; nothing is written.

        Args:
            observations: As for `merge`.
            most: Differences to give.

        Raises:
            Unavailable: The store does not answer.
        """
        ...

    def read(
        self, station: str, parameter: str, start: dt.datetime, end: dt.datetime, as_of: dt.datetime | None = None
    ) -> Sequence[Observation]:
        """Observations whose interval starts in `[start, end)`, ordered by start, then instrument.

        Args:
            station: Station id.
            parameter: Parameter code.
            start: Beginning of the window.
            end: End of the window, not included.
            as_of: Only uploads up to this instant count; without it all do.

        Raises:
            InvalidQuery: `as_of`: what was served of a day then is not kept any more.
        """
        ...

    def read_together(self, windows: Sequence[SeriesWindow]) -> Sequence[Sequence[Observation]]:
        """For each window what `read` gives, with few requests; meant for windows of a few days."""
        ...


class Lake(Protocol):
    """The lake: every observation that was ever taken, every revision of it, and what was refused, as Parquet."""

    def write(self, batch: Batch, delivery: Delivery) -> None:
        """Write a batch's rows; the same batch of the same file again replaces what it wrote before.

        Raises:
            Unavailable: The lake does not answer.
        """
        ...

    def write_weather(self, part: WeatherPart, vocabulary: WeatherVocabulary, delivery: Delivery) -> None:
        """Write a part's rows of a weather forecast; the same part of the same file again replaces what it wrote.

        Raises:
            Unavailable: The lake does not answer.
        """
        ...

    def write_refused(self, refusals: Sequence[Refusal], delivery: Delivery, number: int) -> None:
        """Write refused rows with their raw text; `number` tells the file's lists apart, likewise replaced.

        Raises:
            Unavailable: The lake does not answer.
        """
        ...


class WeatherForecastStore(Protocol):
    """Runs of weather forecasts by place and issue time."""

    def merge(self, runs: Iterable[WeatherRun]) -> MergeCounts:
        """Store runs; merging the same ones again changes nothing.

        Safe against concurrent writers of a run (conditional writes). All runs are written or an error is raised; a
        repeat after an error completes the work.

        Raises:
            Unavailable: The store does not answer or refuses for load.
        """
        ...

    def compare(self, runs: Iterable[WeatherRun]) -> MergeCounts:
        """What merging runs would change; nothing is written.

        Raises:
            Unavailable: The store does not answer.
        """
        ...

    def runs(self, place: ForecastPlace, first: dt.datetime, last: dt.datetime) -> Sequence[WeatherRun]:
        """The runs for a place that were issued from `first` to `last`, both included, ordered by issue time."""
        ...

    def has_runs(self, place: ForecastPlace) -> bool:
        """Whether there is any run for a place, issued whenever."""
        ...

    def points_in(self, cells: CellRange) -> Sequence[Point]:
        """The grid points in these cells that have runs."""
        ...


class StationStore(Protocol):
    """The catalogue of stations."""

    def get(self, station: str) -> Station | None:
        """The station of this id, or None."""
        ...

    def get_together(self, stations: Iterable[str]) -> Mapping[str, Station]:
        """Those of these ids that exist, by id, with few requests."""
        ...

    def list_all(self) -> Sequence[Station]:
        """Every station, ordered by id."""
        ...

    def list_after(self, station: str | None, most: int) -> Sequence[Station]:
        """The stations whose ids follow this one, or the first ones; ordered by id, `most` at most."""
        ...

    def list_in(self, cells: CellRange, place: str | None, most: int) -> Sequence[Station]:
        """The stations in these cells whose place keys follow this one, or the first ones.

        Args:
            cells: Where to look.
            place: A `place_key`, or None.
            most: How many to give at most.

        Returns:
            Ordered by place key; a station that was written a moment ago may be missing.
        """
        ...

    def list_of(self, country: str, station: str | None, most: int) -> Sequence[Station]:
        """The stations of a country whose ids follow this one, or the first ones; ordered by id, `most` at most.

        Args:
            country: ISO 3166-1 alpha-2 code.
            station: An id, or None.
            most: How many to give at most.

        Returns:
            A station that was written a moment ago may be missing.
        """
        ...

    def extend(self, stations: Iterable[Station]) -> None:
        """Add stations, or widen what is known of them: names and coordinates are replaced, series' spans only grow."""
        ...


@dataclass(frozen=True, slots=True)
class TakenFile:
    """A file that was taken in whole.

    Attributes:
        digest: SHA-256 of its bytes, hexadecimal.
        key: Object key under which it was first taken.
        taken_at: When, UTC.
        accepted: Rows accepted.
        refused: Rows refused.
        mapping_digest: SHA-256 of the mapping by which it was read, or None: by another mapping it is another file.
    """

    digest: str
    key: str
    taken_at: dt.datetime
    accepted: int
    refused: int
    mapping_digest: str | None = None


class FileLedger(Protocol):
    """Which files were already taken, by content."""

    def find(self, digest: str) -> TakenFile | None:
        """The record of this content, or None where it was never taken in whole."""
        ...

    def record(self, taken: TakenFile) -> None:
        """Remember a file; the first record of a digest and mapping stays, that of an older mapping is replaced."""
        ...


class UploadBucket(Protocol):
    """The bucket in which providers drop files, and where the reports lie beside them."""

    def open(self, key: str, version: str | None) -> BinaryIO:
        """The object's bytes as a stream.

        Raises:
            NotFound: There is no such object or version.
        """
        ...

    def write_beside(self, key: str, suffix: str, body: BinaryIO, content_type: str) -> None:
        """Write `<key><suffix>`, from the beginning of `body`, which can be sought."""
        ...

    def read_beside(self, key: str, suffix: str) -> bytes | None:
        """The bytes of `<key><suffix>`, or None."""
        ...

    def read_mapping(self, key: str) -> bytes | None:
        """The bytes of a mapping by its whole key, or None; of one that is too large, enough to see that it is."""
        ...


@dataclass(frozen=True, slots=True)
class StoredUpload:
    """An object in the bucket of uploads, as the bucket tells of it.

    Attributes:
        key: Its key.
        size: Its bytes.
        uploaded_at: When it was uploaded, UTC.
        version: Its version; None where the bucket keeps none, or does not tell it in a list.
    """

    key: str
    size: int
    uploaded_at: dt.datetime
    version: str | None = None


class UploadListing(Protocol):
    """What lies in the bucket of uploads."""

    def under(self, prefix: str) -> Iterable[StoredUpload]:
        """Every object whose key begins with a prefix, ordered by key."""
        ...

    def find(self, key: str) -> StoredUpload | None:
        """The newest version of an object, or None where there is none."""
        ...


class Quarantine(Protocol):
    """The dead-letter queue of uploads that cannot be read at all."""

    def send(self, message: str, attributes: Mapping[str, str]) -> None:
        """Put the original message there, with the reason as attributes."""
        ...


class ForecastStore(Protocol):
    """Forecasts made ahead."""

    def write(self, forecasts: Iterable[Forecast]) -> None:
        """Store forecasts; what was issued before stays.

        The same answer again changes nothing. Another one of the same series and issue time is kept beside the first
        and served in its place.
        """
        ...

    def latest(self, station: str, parameter: str) -> Forecast | None:
        """The forecast with the newest issue time, found with one query; None where there is none."""
        ...

    def issued_at(self, station: str, parameter: str, issue_time: dt.datetime) -> Forecast | None:
        """The forecast of an issue time, or None; of several, the one that was made last."""
        ...

    def made(self, name: ForecastName) -> Forecast | None:
        """The forecast of a series and issue time that was made at this moment, or None; one query."""
        ...


class ObjectStore(Protocol):
    """Bytes by key in one bucket: data sets, model artifacts, backups."""

    def put(self, key: str, body: bytes, content_type: str) -> str:
        """Write an object and give its `s3://` address."""
        ...

    def get(self, key: str, limit: int) -> bytes:
        """Read an object of at most `limit` bytes.

        Raises:
            NotFound: There is no such object.
            InvalidInput: It is larger than the limit.
        """
        ...

    def open(self, key: str, limit: int) -> BinaryIO:
        """An object of at most `limit` bytes as a stream.

        Raises:
            NotFound: There is no such object.
            InvalidInput: It is larger than the limit.
        """
        ...

    def uri(self, key: str) -> str:
        """The `s3://` address of a key or prefix."""
        ...

    def key_of(self, uri: str) -> str:
        """The key of an `s3://` address in this bucket.

        Raises:
            InvalidInput: The address is not one of this bucket's.
        """
        ...


class DriftEvents(Protocol):
    """Where it is told that stations drift, for whoever trains."""

    def send(self, event: DriftDetected) -> None:
        """Send one event.

        Raises:
            Unavailable: It was not taken.
        """
        ...
