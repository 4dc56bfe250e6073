"""Ask for training where enough stations drift, and not again for the same cause before some time has gone by."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from geoclimate.contracts.drift import ANNOUNCED_KEY, Announcements, Drift, DriftDetected
from geoclimate.domain.errors import NotFound
from geoclimate.services.ports import Clock, DriftEvents, ObjectStore

LEAST_SHARE: Final = 0.05
"""Of the stations: one drifting instrument among a hundred is a matter for its owner, and not for the model of all."""
BETWEEN_EVENTS: Final = dt.timedelta(days=7)
"""Of one target: a training takes in what the week has brought, the newest fifth of it as its test."""
BETWEEN_SAME_CAUSE: Final = dt.timedelta(days=30)
"""Of one station, parameter and reason: as long as a drift lasts, a new model learns more of it every month."""
_LIMIT: Final = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Announcer:
    """Sends the event that starts training.

    Attributes:
        target: Parameter that is forecast.
        inputs: Parameters that its model reads.
        objects: Where it is kept which events were sent.
        events: Where they are sent.
        clock: Tells when.
    """

    target: str
    inputs: tuple[str, ...]
    objects: ObjectStore
    events: DriftEvents
    clock: Clock

    def announce(self, drifting: Sequence[Drift], stations: int) -> DriftDetected | None:
        """Send one event for all drifts that training can answer, if it is time, and give it.

        A sensor that stands still is none of them: a model cannot learn from it, and a person must look at it.

        Args:
            drifting: Every drift that lasts.
            stations: How many stations there are.

        Raises:
            Unavailable: The event could not be sent; the next run tries again.
        """
        causes = [each for each in drifting if each.parameter in self.inputs and each.reason != "stuck"]
        affected = len({each.station for each in causes})
        if not causes or affected < LEAST_SHARE * stations:
            return None
        sent, now = self._sent(), self.clock()
        last = sent.targets.get(self.target)
        if last is not None and now - last < BETWEEN_EVENTS:
            return None
        due = [each for each in causes if _is_due(sent.causes.get(self._cause(each)), now)]
        if not due:
            return None
        strongest = max(due, key=lambda each: each.statistic / each.threshold)
        event = DriftDetected(
            target=self.target,
            reason=strongest.reason,
            station=strongest.station,
            parameter=strongest.parameter,
            statistic=strongest.statistic,
            threshold=strongest.threshold,
            since=strongest.since,
            stations=affected,
        )
        self.events.send(event)
        self._record(sent, due, now)
        return event

    def _sent(self) -> Announcements:
        try:
            return Announcements.model_validate_json(self.objects.get(ANNOUNCED_KEY, _LIMIT))
        except NotFound:
            return Announcements()

    def _record(self, sent: Announcements, told: Sequence[Drift], now: dt.datetime) -> None:
        # A cause whose time has gone by says nothing any more.
        causes = {cause: when for cause, when in sent.causes.items() if not _is_due(when, now)}
        after = Announcements(
            targets={**sent.targets, self.target: now}, causes=causes | dict.fromkeys(map(self._cause, told), now)
        )
        self.objects.put(ANNOUNCED_KEY, after.model_dump_json(indent=2).encode(), "application/json")

    def _cause(self, drift: Drift) -> str:
        return f"{self.target}#{drift.station}#{drift.parameter}#{drift.reason}"


def _is_due(last: dt.datetime | None, now: dt.datetime) -> bool:
    return last is None or now - last >= BETWEEN_SAME_CAUSE
