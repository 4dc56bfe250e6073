"""What verification needs of the outside world: ports, beside those of `ports.py`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Generic, Protocol, TypeVar

from geoclimate.domain.awaited_hours import AwaitedHours
from geoclimate.domain.forecasts import Engine, Forecast
from geoclimate.domain.verification import SkillSums

if TYPE_CHECKING:
    # Only for types: the API's function has no numpy in its layers.
    from geoclimate.features.conformal import ConformalState

_T = TypeVar("_T")

UNSTORED: Final = 0
"""Version of what was never stored."""


@dataclass(frozen=True, slots=True, order=True)
class SeriesKey:
    """One parameter at one station."""

    station: str
    parameter: str


@dataclass(frozen=True, slots=True, order=True)
class IssuedForecast:
    """Names the first forecast of an issue time of a series; that is the one which is scored."""

    series: SeriesKey
    issue_time: dt.datetime


@dataclass(frozen=True, slots=True, order=True)
class WaitingForecast:
    """A forecast that waits to be scored for the first time.

    Attributes:
        forecast: Its name.
        ends: End of its last hour, UTC.
    """

    forecast: IssuedForecast
    ends: dt.datetime


@dataclass(frozen=True, slots=True, order=True)
class SkillKey:
    """Names the sums of the forecasts of a series that were issued in a month, UTC; `month` is its first day."""

    series: SeriesKey
    month: dt.date


@dataclass(frozen=True, slots=True)
class CalibrationKey:
    """Names the calibration of one engine of one version of a parameter's model."""

    parameter: str
    model_version: str
    engine: Engine


@dataclass(frozen=True, slots=True)
class Versioned(Generic[_T]):
    """A stored value and the version that was read, over which alone a new value is written."""

    value: _T
    version: int


@dataclass(frozen=True, slots=True)
class Awaiting:
    """What a series waits for.

    Attributes:
        hours: Hours whose truth was not there when it was looked for.
        looked_at: When it was last looked for, UTC.
    """

    hours: AwaitedHours
    looked_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Settlement:
    """What scoring some forecasts changes; it comes to pass as a whole or not at all.

    Attributes:
        looked_at: Forecasts that wait no longer for the first look at their truth.
        skills: New sums, over the versions that were read.
        awaiting: What series wait for now, over the versions that were read.
        calibrations: New states, over the versions that were read.
    """

    looked_at: Collection[WaitingForecast] = ()
    skills: Mapping[SkillKey, Versioned[SkillSums]] = field(default_factory=dict)
    awaiting: Mapping[SeriesKey, Versioned[Awaiting]] = field(default_factory=dict)
    calibrations: Mapping[CalibrationKey, Versioned[ConformalState]] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """How many items it writes and deletes."""
        return len(self.looked_at) + len(self.skills) + len(self.awaiting) + len(self.calibrations)


MOST_CHANGES: Final = 100
"""What one transaction of DynamoDB takes."""


class VerificationStore(Protocol):
    """Which forecasts wait to be scored, and the sums of those that were."""

    def waiting(self, before: dt.datetime, most: int) -> Sequence[WaitingForecast]:
        """Forecasts to be scored whose last hour ended before this instant, the oldest first.

        Raises:
            Unavailable: The store does not answer.
        """
        ...

    def awaiting(self, after: SeriesKey | None, most: int) -> Sequence[tuple[SeriesKey, Versioned[Awaiting]]]:
        """What the series that follow this one wait for, or the first ones; ordered by series.

        Raises:
            Unavailable: The store does not answer.
        """
        ...

    def awaited_by(self, series: Collection[SeriesKey]) -> Mapping[SeriesKey, Versioned[Awaiting]]:
        """What these series wait for; those that wait for nothing are missing.

        Raises:
            Unavailable: The store does not answer.
        """
        ...

    def skills(self, keys: Collection[SkillKey]) -> Mapping[SkillKey, Versioned[SkillSums]]:
        """The sums so far; those that do not exist are missing.

        Raises:
            Unavailable: The store does not answer.
        """
        ...

    def settle(self, settlement: Settlement) -> bool:
        """Write a settlement of `MOST_CHANGES` items at most; False where somebody else changed any of them first.

        Raises:
            Unavailable: The store does not answer.
        """
        ...


class SkillStore(Protocol):
    """The sums of scores, as the API reads them."""

    def newest(self, series: SeriesKey, months: int) -> Mapping[dt.date, SkillSums]:
        """The sums of the newest months that have any, by the month's first day; one query.

        Raises:
            Unavailable: The store does not answer.
        """
        ...

    def of_month(self, series: SeriesKey, month: dt.date) -> SkillSums:
        """The sums of one month, none where nothing was scored; one query.

        Raises:
            Unavailable: The store does not answer.
        """
        ...


class ForecastArchive(Protocol):
    """Forecasts as they were issued."""

    def first_issued(self, forecasts: Collection[IssuedForecast]) -> Mapping[IssuedForecast, Forecast]:
        """Those of the forecasts that are in the archive.

        Raises:
            Unavailable: The archive does not answer.
        """
        ...


class CalibrationStore(Protocol):
    """What the online calibration has learned from verified forecasts."""

    def read(self, key: CalibrationKey) -> Versioned[ConformalState] | None:
        """The state, or None where nothing was learned or stored yet.

        Raises:
            Unavailable: The store does not answer.
            IntegrityError: The stored state cannot be read.
        """
        ...


@dataclass(frozen=True, slots=True)
class LakeBatch:
    """Forecasts that go to the lake together; the same until it is finished, whoever takes it up.

    Attributes:
        name: Name of its files, without an ending.
        forecasts: As they were issued, in the order in which they were made.
        version: The version of the queue at which it was taken.
    """

    name: str
    forecasts: Sequence[Forecast]
    version: int


class LakeQueue(Protocol):
    """Forecasts on their way to the lake."""

    def take(self, most: int) -> LakeBatch | None:
        """The batch that was begun and not finished, or a new one; None where every forecast is in the lake.

        Raises:
            Unavailable: The queue does not answer, or others go on taking batches.
        """
        ...

    def finish(self, batch: LakeBatch) -> None:
        """The files of the batch are written; finishing it again changes nothing.

        Raises:
            Unavailable: The queue does not answer.
        """
        ...


class ForecastLake(Protocol):
    """The lake's table of forecasts."""

    def write(self, name: str, forecasts: Sequence[Forecast]) -> None:
        """Write forecasts as files of this name; the same again replaces what it wrote before.

        Raises:
            Unavailable: The lake does not answer.
        """
        ...
