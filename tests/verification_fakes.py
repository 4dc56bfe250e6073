"""Verification's stores in memory, and a world of forecasts with their truth."""

import datetime as dt
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from geoclimate.domain.errors import IntegrityError
from geoclimate.domain.forecasts import Baselines, Forecast
from geoclimate.domain.observations import Observation
from geoclimate.domain.verification import SkillSums
from geoclimate.features.conformal import ConformalState
from geoclimate.services.verification_ports import (
    MOST_CHANGES,
    UNSTORED,
    Awaiting,
    CalibrationKey,
    IssuedForecast,
    SeriesKey,
    Settlement,
    SkillKey,
    Versioned,
    WaitingForecast,
)
from geoclimate.services.verify_forecasts import ForecastVerifier
from tests.api_fakes import EMBASSY, LAST, ObservationsInMemory, forecast, hourly

LEVELS = (0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95)
HOUR = dt.timedelta(hours=1)
SERIES = SeriesKey(EMBASSY.id, "pm25")


class ArchiveInMemory:
    """First forecasts by issue time; `damaged` are those that cannot be read."""

    def __init__(self) -> None:
        self.forecasts: dict[IssuedForecast, Forecast] = {}
        self.damaged: set[IssuedForecast] = set()

    def first_issued(self, forecasts: Collection[IssuedForecast]) -> Mapping[IssuedForecast, Forecast]:
        assert len(forecasts) <= MOST_CHANGES
        for damaged in sorted(self.damaged.intersection(forecasts)):
            raise IntegrityError(f"the forecast of {damaged.issue_time} cannot be read")
        return {name: self.forecasts[name] for name in forecasts if name in self.forecasts}


class VerificationInMemory:
    """Implements `VerificationStore`, `SkillStore` and `CalibrationStore`; a settlement is whole or nothing."""

    def __init__(self) -> None:
        self.queue: set[WaitingForecast] = set()
        self.awaited: dict[Any, Versioned[Awaiting]] = {}
        self.sums: dict[Any, Versioned[SkillSums]] = {}
        self.states: dict[Any, Versioned[ConformalState]] = {}
        self.settlements = 0
        self.before_settling: Callable[[], None] = lambda: None

    def waiting(self, before: dt.datetime, most: int) -> Sequence[WaitingForecast]:
        due = (one for one in self.queue if one.ends < before)
        return sorted(due, key=lambda one: (one.ends, one.forecast))[:most]

    def awaiting(self, after: SeriesKey | None, most: int) -> Sequence[tuple[SeriesKey, Versioned[Awaiting]]]:
        return [(key, self.awaited[key]) for key in sorted(self.awaited) if after is None or key > after][:most]

    def awaited_by(self, series: Collection[SeriesKey]) -> Mapping[SeriesKey, Versioned[Awaiting]]:
        return {key: self.awaited[key] for key in series if key in self.awaited}

    def skills(self, keys: Collection[SkillKey]) -> Mapping[SkillKey, Versioned[SkillSums]]:
        return {key: self.sums[key] for key in keys if key in self.sums}

    def settle(self, settlement: Settlement) -> bool:
        assert 0 < settlement.size <= MOST_CHANGES
        self.before_settling()
        tables = (
            (self.sums, settlement.skills),
            (self.awaited, settlement.awaiting),
            (self.states, settlement.calibrations),
        )
        stale = any(
            new.version != _version(table, key) for table, changes in tables for key, new in dict(changes).items()
        )
        if stale or not self.queue.issuperset(settlement.looked_at):
            return False
        self.queue -= set(settlement.looked_at)
        for table, changes in tables:
            _update(table, dict(changes))
        self.settlements += 1
        return True

    def read(self, key: CalibrationKey) -> Versioned[ConformalState] | None:
        return self.states.get(key)

    def newest(self, series: SeriesKey, months: int) -> Mapping[dt.date, SkillSums]:
        mine = sorted((key for key in self.sums if key.series == series), key=lambda key: key.month, reverse=True)
        return {key.month: self.sums[key].value for key in mine[:months]}

    def of_month(self, series: SeriesKey, month: dt.date) -> SkillSums:
        found = self.sums.get(SkillKey(series, month))
        return {} if found is None else found.value


def _version(table: Mapping[Any, Versioned[Any]], key: object) -> int:
    return table[key].version if key in table else UNSTORED


def _update(table: dict[Any, Versioned[Any]], changes: Mapping[Any, Versioned[Any]]) -> None:
    table.update({key: Versioned(new.value, new.version + 1) for key, new in changes.items()})


@dataclass
class World:
    """Forecasts, what was observed, and the time."""

    archive: ArchiveInMemory = field(default_factory=ArchiveInMemory)
    store: VerificationInMemory = field(default_factory=VerificationInMemory)
    observations: ObservationsInMemory = field(default_factory=ObservationsInMemory)
    now: dt.datetime = LAST + 40 * HOUR

    @property
    def verifier(self) -> ForecastVerifier:
        return ForecastVerifier(self.store, self.archive, self.observations, self.store, lambda: self.now)

    @property
    def until(self) -> dt.datetime:
        return self.now + HOUR

    def issue(self, *forecasts: Forecast) -> None:
        for one in forecasts:
            name = IssuedForecast(SeriesKey(one.station, one.parameter), one.issue_time)
            self.archive.forecasts[name] = one
            self.store.queue.add(WaitingForecast(name, one.issue_time + one.lead_hours[-1] * HOUR))

    def observe(self, first_hour: int, hours: int, *, station: str = EMBASSY.id) -> None:
        """Truth of so many hours, the first one so many hours after `LAST`."""
        found: list[Observation] = hourly(hours, end=LAST + (first_hour + hours) * HOUR)
        self.observations.merge(replace(one, station=station) for one in found)


def issued(age: int = 0, **changes: Any) -> Forecast:
    """A forecast issued so many hours before `LAST`, with everything that verification looks at."""
    made = forecast(LAST - age * HOUR, LEVELS)
    baselines = Baselines(44.0, (45.0,) * 24, ((30.0, 33.0, 38.0, 44.0, 51.0, 60.0, 70.0),) * 24)
    return replace(made, raw_quantiles=made.quantiles, baselines=baselines, station_group="north", **changes)
