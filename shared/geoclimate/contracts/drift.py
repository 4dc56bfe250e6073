"""The watch for drift: what starts it, what it leaves on S3, and the event that it sends.

| object | what it is |
|---|---|
| `drift/states/<cell>.json.gz` | what is kept of the series of one cell, see `geoclimate.features.drift.state_file` |
| `drift/report.json` | the `DriftReport` of the newest run |
| `drift/reports/<YYYY-MM-DD>.json` | that of each day's last run |
| `drift/announced.json` | the `Announcements`: which events were sent, and when |
"""

import datetime as dt
from typing import Annotated, Final, Literal, TypeAlias

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, RootModel

from geoclimate.contracts.events import ScheduledEvent

DRIFT_PREFIX: Final = "drift/"
REPORT_KEY: Final = f"{DRIFT_PREFIX}report.json"
ANNOUNCED_KEY: Final = f"{DRIFT_PREFIX}announced.json"

DRIFT_SOURCE: Final = "geoclimate.drift"
"""Source of the event."""
DRIFT_DETAIL_TYPE: Final = "Drift detected"
"""Its detail type; the detail is a `DriftDetected`."""

MOST_LISTED: Final = 1_000
"""Drifts that a report lists; it counts all."""

DriftReason: TypeAlias = Literal["stuck", "level", "neighbours", "spread", "population"]

_FROZEN = ConfigDict(frozen=True, extra="forbid")


def state_key(cell: str) -> str:
    """Key of the states of a cell's series."""
    return f"{DRIFT_PREFIX}states/{cell}.json.gz"


def day_report_key(day: dt.date) -> str:
    """Key of the report of a day's last run."""
    return f"{DRIFT_PREFIX}reports/{day.isoformat()}.json"


class DriftRequest(BaseModel):
    """What a run is asked for.

    Attributes:
        accept: Stations whose newest 30 days are taken for normal, as after an instrument was replaced.
    """

    model_config = _FROZEN

    accept: tuple[Annotated[str, Field(min_length=1)], ...] = ()


class DriftTrigger(RootModel[ScheduledEvent | DriftRequest]):
    """What starts the `drift` function: a schedule's event, or a request on demand."""

    def request(self) -> DriftRequest:
        """The request itself; a schedule accepts nothing."""
        return self.root if isinstance(self.root, DriftRequest) else DriftRequest()


class DriftDetected(BaseModel):
    """Detail of the event: the strongest of the drifts of which it tells.

    Attributes:
        target: Parameter whose model reads the series.
        reason: Which statistic.
        station: Station id.
        parameter: Parameter code of the series.
        statistic: Value of the statistic.
        threshold: At which it is called drift.
        since: Day on which the drift began, as far as can be told.
        stations: How many stations have a drifting series that the model reads.
    """

    model_config = _FROZEN

    target: str
    reason: DriftReason
    station: str
    parameter: str
    statistic: float
    threshold: float
    since: dt.date
    stations: int


class Drift(BaseModel):
    """One statistic of a series beside its threshold.

    Attributes:
        station: Station id.
        parameter: Parameter code.
        reason: Which statistic.
        direction: `up`, `down`, or empty where it has none.
        statistic: Its value.
        threshold: At which it is called drift.
        since: Day on which the change began, as far as can be told.
        noticed: Day after the one whose values made it a drift; None where it is none.
        population_stability: PSI of the newest 90 days; None where too few of them have values.
    """

    model_config = _FROZEN

    station: str
    parameter: str
    reason: DriftReason
    direction: Literal["up", "down", ""]
    statistic: float
    threshold: float
    since: dt.date
    noticed: dt.date | None
    population_stability: float | None


class SeriesCounts(BaseModel):
    """What became of every series.

    Attributes:
        watched: They have a reference.
        drifting: At least one of their statistics is beyond its threshold, or was and has not come back.
        waiting: They have none, by reason.
    """

    model_config = _FROZEN

    watched: int
    drifting: int
    waiting: dict[str, int]


class DriftReport(BaseModel):
    """The result of a run, for people.

    Attributes:
        made_at: When, UTC.
        target: Parameter that is forecast.
        series: What became of every series.
        new: Drifts that this run noticed, the strongest first.
        drifting: All that last, the strongest first.
        over: Station, parameter and reason of drifts that ended.
        closest: The ten statistics that are nearest to their thresholds and below.
        announced: The event that was sent, or None.
    """

    model_config = _FROZEN

    made_at: AwareDatetime
    target: str
    series: SeriesCounts
    new: tuple[Drift, ...]
    drifting: tuple[Drift, ...]
    over: tuple[tuple[str, str, DriftReason], ...]
    closest: tuple[Drift, ...]
    announced: DriftDetected | None


class DriftResult(BaseModel):
    """What the `drift` function answers.

    Attributes:
        report: Address of the report.
        watched: Series with a reference.
        waiting: Series without one.
        drifting: Series that drift.
        new: Drifts that this run noticed.
        announced: Whether an event was sent.
    """

    model_config = _FROZEN

    report: str
    watched: int
    waiting: int
    drifting: int
    new: int
    announced: bool


class Announcements(BaseModel):
    """Which events were sent.

    Attributes:
        targets: When the last one was, by target.
        causes: When the last one was that told of a cause, by `<target>#<station>#<parameter>#<reason>`.
    """

    model_config = _FROZEN

    targets: dict[str, AwareDatetime] = Field(default_factory=dict)
    causes: dict[str, AwareDatetime] = Field(default_factory=dict)
