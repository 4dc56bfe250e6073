"""Score forecasts once their truth is there, each hour once, and let the calibration learn from it.

A forecast is looked at when its last hour is over; what was observed by then is scored. Hours without truth are put
down as awaited, and looked for once a day until they are too old. A score stands: an observation that is corrected
afterwards does not change it, because the calibration has learned from it by then.
"""

import datetime as dt
import math
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from geoclimate.contracts.verification import VerifyRequest
from geoclimate.domain.awaited_hours import Awaited, awaited_since, without_leads
from geoclimate.domain.errors import IntegrityError
from geoclimate.domain.forecasts import Forecast
from geoclimate.domain.verification import SkillSums, added, scores_of
from geoclimate.features.grid import hour_of, time_of, to_grid
from geoclimate.services.calibrate_forecasts import Scored, learned
from geoclimate.services.ports import Clock, ObservationStore
from geoclimate.services.verification_ports import (
    MOST_CHANGES,
    UNSTORED,
    Awaiting,
    CalibrationStore,
    ForecastArchive,
    IssuedForecast,
    SeriesKey,
    Settlement,
    SkillKey,
    VerificationStore,
    Versioned,
    WaitingForecast,
)

FIRST_LOOK_AFTER: Final = dt.timedelta(hours=3)
"""From the end of a forecast's last hour: observations come an hour or two after they were made."""
LOOK_AGAIN_AFTER: Final = dt.timedelta(hours=23)
"""From one look for late truth to the next; an hour less than a day, so that it does not move around the clock."""
GIVE_UP_AFTER: Final = dt.timedelta(days=90)
"""From the first look; truth that comes later is not scored."""

_PAGE: Final = 500
_BATCH: Final = 30
"""Forecasts that are settled together: what they change mostly fits into one transaction."""
_ATTEMPTS: Final = 8
"""How often in a row others may be faster before the rest is left to them."""

_T = TypeVar("_T")

Scores = Mapping[IssuedForecast, Mapping[int, float]]
"""What was observed, by lead time, of the forecasts that are to be scored now."""

_Unreadable = dict[WaitingForecast | SeriesKey, str]
"""Why a forecast, or the awaited hours of a series, are left out of this run: something stored cannot be read."""


@dataclass(frozen=True, slots=True)
class Verified:
    """What verifying did.

    Attributes:
        forecasts: Forecasts that were looked at for the first time.
        hours: Hours that were scored.
        late_hours: Those of them whose truth was not there at the first look.
        finished: Whether nothing was left to do.
    """

    forecasts: int = 0
    hours: int = 0
    late_hours: int = 0
    finished: bool = True

    def __add__(self, other: "Verified") -> "Verified":
        return Verified(
            self.forecasts + other.forecasts,
            self.hours + other.hours,
            self.late_hours + other.late_hours,
            self.finished and other.finished,
        )


@dataclass(frozen=True, slots=True)
class ForecastVerifier:
    """Scores forecasts of whatever was forecast.

    Attributes:
        store: What waits, and the sums.
        archive: Forecasts as they were issued.
        observations: The truth.
        calibrations: What the online calibration has learned.
        clock: Tells what is over.
    """

    store: VerificationStore
    archive: ForecastArchive
    observations: ObservationStore
    calibrations: CalibrationStore
    clock: Clock

    def verify(self, request: VerifyRequest, until: dt.datetime) -> Verified:
        """Score what can be scored, until a time; whatever is left stays where it is for the next run.

        Args:
            request: Whether to look for late truth again at once.
            until: When to stop; a batch that was begun is ended.

        Raises:
            Unavailable: A store does not answer; what was settled stays.
            IntegrityError: Something stored cannot be read; whatever does not need it was scored, and the rest stays
                where it is.
        """
        unreadable: _Unreadable = {}
        done = self._first_looks(until, unreadable)
        if done.finished:
            done += self._late_looks(request, until, unreadable)
        if unreadable:
            first = next(iter(unreadable.values()))
            msg = f"something stored of {len(unreadable)} forecasts or series cannot be read, the first: {first}"
            raise IntegrityError(msg)
        return done

    def _first_looks(self, until: dt.datetime, unreadable: _Unreadable) -> Verified:
        total, failures = Verified(), 0
        while self.clock() < until and failures < _ATTEMPTS:
            page = self.store.waiting(self.clock() - FIRST_LOOK_AFTER, _PAGE)
            waiting = [one for one in page if one not in unreadable]
            if not waiting:
                return total
            for batch in _chunks(waiting, _BATCH):
                if self.clock() >= until:
                    break
                hours = self._look_at(batch, unreadable)
                if hours is None:
                    # Somebody else works on the same forecasts: see what is left of them.
                    failures += 1
                    break
                looked_at = sum(one not in unreadable for one in batch)
                total, failures = total + Verified(looked_at, hours), 0
        return total + Verified(finished=False)

    def _late_looks(self, request: VerifyRequest, until: dt.datetime, unreadable: _Unreadable) -> Verified:
        total, after, now = Verified(), None, self.clock()
        while self.clock() < until:
            page = self.store.awaiting(after, _PAGE)
            if not page:
                return total
            after = page[-1][0]
            for series, stored in page:
                due = request.look_again or now - stored.value.looked_at > LOOK_AGAIN_AFTER
                if not due or not stored.value.hours:
                    continue
                if self.clock() >= until:
                    break
                try:
                    hours = self._look_again(series, stored)
                except IntegrityError as error:
                    unreadable[series] = str(error)
                    continue
                total += Verified(0, hours, hours)
        return total + Verified(finished=False)

    def _look_at(self, waiting: Sequence[WaitingForecast], unreadable: _Unreadable) -> int | None:
        """The first look at some forecasts: how many hours were scored, or None where somebody else was faster.

        Those of which something stored cannot be read are put down, and stay in the queue.
        """
        try:
            settlement, hours = self._first_look(waiting)
        except IntegrityError as error:
            if len(waiting) > 1:
                return self._in_halves(waiting, unreadable)
            unreadable[waiting[0]] = str(error)
            return 0
        if settlement.size > MOST_CHANGES:
            return self._in_halves(waiting, unreadable)
        return hours if self.store.settle(settlement) else None

    def _first_look(self, waiting: Sequence[WaitingForecast]) -> tuple[Settlement, int]:
        """What the first look at some forecasts changes, and how many hours it scores."""
        forecasts = self.archive.first_issued([one.forecast for one in waiting])
        observed = self._observed({name: frozenset(one.lead_hours) for name, one in forecasts.items()})
        now = self.clock().replace(microsecond=0)
        awaiting = dict(self.store.awaited_by({name.series for name in forecasts}))
        changed: set[SeriesKey] = set()
        for name, forecast in forecasts.items():
            if left := frozenset(forecast.lead_hours) - observed[name].keys():
                before = awaiting.get(name.series, Versioned(Awaiting({}, now), UNSTORED))
                hours = {**before.value.hours, name.issue_time: Awaited(left, now)}
                awaiting[name.series] = Versioned(Awaiting(hours, before.value.looked_at), before.version)
                changed.add(name.series)
        scored = [Scored(forecasts[name], observed[name]) for name in sorted(forecasts, key=_by_time)]
        settlement = Settlement(
            looked_at=waiting,
            skills=self._new_sums(scored),
            awaiting={series: awaiting[series] for series in changed},
            calibrations=learned(scored, self.calibrations),
        )
        return settlement, sum(len(one.observed) for one in scored)

    def _in_halves(self, waiting: Sequence[WaitingForecast], unreadable: _Unreadable) -> int | None:
        """Settle forecasts that cannot be settled all together."""
        middle = len(waiting) // 2
        first = self._look_at(waiting[:middle], unreadable)
        second = None if first is None else self._look_at(waiting[middle:], unreadable)
        return None if first is None or second is None else first + second

    def _look_again(self, series: SeriesKey, stored: Versioned[Awaiting]) -> int:
        """A later look for what a series waits for: how many hours were scored.

        Where somebody else is faster, the next look finds what is left.
        """
        now, hours, version, scored_hours = self.clock(), stored.value.hours, stored.version, 0
        asked = {IssuedForecast(series, issue): awaited.leads for issue, awaited in hours.items()}
        observed = {name: leads for name, leads in self._observed(asked).items() if leads}
        batches = list(_chunks(sorted(observed, key=_by_time), _BATCH)) or [()]
        for number, batch in enumerate(batches, start=1):
            forecasts = self.archive.first_issued(batch)
            scored = [Scored(forecasts[name], observed[name]) for name in batch if name in forecasts]
            for name in batch:
                hours = without_leads(hours, name.issue_time, observed[name])
            looked_at = stored.value.looked_at
            if number == len(batches):
                hours, looked_at = awaited_since(hours, now - GIVE_UP_AFTER), now
            settlement = Settlement(
                skills=self._new_sums(scored),
                awaiting={series: Versioned(Awaiting(hours, looked_at), version)},
                calibrations=learned(scored, self.calibrations),
            )
            if not self.store.settle(settlement):
                break
            version, scored_hours = version + 1, scored_hours + sum(len(one.observed) for one in scored)
        return scored_hours

    def _new_sums(self, scored: Collection[Scored]) -> Mapping[SkillKey, Versioned[SkillSums]]:
        new: defaultdict[SkillKey, SkillSums] = defaultdict(dict)
        for one in scored:
            if one.observed:
                key = skill_key(one.forecast)
                new[key] = added(new[key], scores_of(one.forecast, one.observed))
        stored = self.store.skills(new)
        nothing: Versioned[SkillSums] = Versioned({}, UNSTORED)
        return {
            key: Versioned(added(stored.get(key, nothing).value, sums), stored.get(key, nothing).version)
            for key, sums in new.items()
        }

    def _observed(self, asked: Mapping[IssuedForecast, frozenset[int]]) -> Scores:
        """The truth of the lead times asked for, of each forecast, as far as it is there."""
        by_series: defaultdict[SeriesKey, list[IssuedForecast]] = defaultdict(list)
        for name in asked:
            by_series[name.series].append(name)
        found: dict[IssuedForecast, Mapping[int, float]] = {}
        for series, names in by_series.items():
            hours = {hour_of(name.issue_time) + lead - 1 for name in names for lead in asked[name]}
            truth = self._truth(series, min(hours), max(hours) + 1)
            for name in names:
                first = hour_of(name.issue_time) - 1
                found[name] = {lead: truth[first + lead] for lead in sorted(asked[name]) if first + lead in truth}
        return found

    def _truth(self, series: SeriesKey, first_hour: int, end_hour: int) -> Mapping[int, float]:
        """Observed values by hour, averaged over instruments as the models see them."""
        # An interval counts for the hour in which it ends, so one that started in the hour before may count here.
        observations = self.observations.read(
            series.station, series.parameter, time_of(first_hour - 1), time_of(end_hour)
        )
        grid = to_grid(observations, (series.parameter,), first_hour, end_hour - first_hour)
        # Seven digits are what a float32 holds: 35.3 is 35.3 again and lies on a quantile of 35.3.
        return {
            first_hour + row: float(f"{value:.7g}")
            for row, value in enumerate(grid.values[:, 0].tolist())
            if not math.isnan(value)
        }


def skill_key(forecast: Forecast) -> SkillKey:
    """Where the scores of a forecast are added: to the month in which it was issued, UTC."""
    issued = forecast.issue_time.astimezone(dt.UTC).date()
    return SkillKey(SeriesKey(forecast.station, forecast.parameter), issued.replace(day=1))


def _by_time(name: IssuedForecast) -> tuple[dt.datetime, SeriesKey]:
    return name.issue_time, name.series


def _chunks(values: Sequence[_T], size: int) -> Iterator[Sequence[_T]]:
    return (values[start : start + size] for start in range(0, len(values), size))
