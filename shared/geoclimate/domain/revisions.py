"""The revisions of a day of one series: what is served, what was served before, what new observations change.

An interval of an instrument has one value. Of several observations of it the one of the greatest rank is served: by the
precedence of its source, then by the instant of its upload, then by the digest of its file, so that the outcome does
not depend on which of them was read first. As of an instant, only uploads up to that instant count.

An observation is worth keeping while there is an instant as of which it is served, that is, unless another one of
greater rank was uploaded no later. What remains of an interval, ordered by upload, is ordered by rank too: its
succession. The last of it is served; another value or flag than the one before makes a revision. Observations that only
confirm the one before stay as well, because an upload that is read late may belong between them.
"""

import datetime as dt
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from geoclimate.domain.errors import InvalidQuery
from geoclimate.domain.observations import Observation
from geoclimate.domain.sources import precedence

Rank = tuple[int, dt.datetime, str, int]
"""Precedence of the source, instant of the upload, digest of the file, and the line negated: the first line decides."""

_Interval = tuple[str, dt.datetime, dt.datetime]


@dataclass(frozen=True, slots=True)
class DayRevisions:
    """All that is kept of one series and UTC day.

    Attributes:
        current: What is served, ordered by start, then instrument, then end.
        superseded: What was served before, ordered by upload.
        complete_since: As of earlier instants nothing can be said, because superseded observations were dropped; None
            where all are there.
        thinned_until: Observations uploaded before this instant that only confirmed another were dropped; None where
            none was.
    """

    current: tuple[Observation, ...] = ()
    superseded: tuple[Observation, ...] = ()
    complete_since: dt.datetime | None = None
    thinned_until: dt.datetime | None = None


class Disagreement(NamedTuple):
    """An observation that says otherwise than what is served of its interval.

    Attributes:
        served: What is served when it comes.
        incoming: What comes.
    """

    served: Observation
    incoming: Observation


@dataclass(frozen=True, slots=True)
class DayMerge:
    """A day after more observations came; each of them is counted once.

    Attributes:
        day: The day with them.
        changed: Whether the day differs from what it was.
        added: Intervals of an instrument that were not known before.
        unchanged: Known, with the same value and flag.
        revised: Known with another value or flag, and served from now on.
        superseded: Known with another value or flag, from a newer upload or a source of higher precedence.
    """

    day: DayRevisions
    changed: bool
    added: int
    unchanged: int
    revised: Sequence[Disagreement]
    superseded: Sequence[Disagreement]


def rank(observation: Observation) -> Rank:
    """What decides between observations of the same interval."""
    return precedence(observation.source), observation.ingested_at, observation.file_digest, -observation.line


def merge_day(day: DayRevisions, incoming: Iterable[Observation]) -> DayMerge:
    """Merge observations into the day they belong to; merging the same ones again changes nothing.

    Whatever the order and the grouping in which observations are merged, the outcome is the same.

    Args:
        day: The day; `DayRevisions()` where nothing is stored.
        incoming: Observations of this series and day, as they are read from files.
    """
    successions = _successions(day)
    complete_since = day.complete_since
    added = unchanged = 0
    revised: list[Disagreement] = []
    superseded: list[Disagreement] = []
    first_revisions: dict[_Interval, int] = {}
    for observation in incoming:
        interval = _interval(observation)
        succession = successions.get(interval)
        if succession is None:
            successions[interval] = [observation]
            added += 1
            continue
        served = succession[-1]
        if _agree(served, observation):
            unchanged += 1
        elif rank(observation) > rank(served):
            revised.append(Disagreement(served, observation))
        else:
            superseded.append(Disagreement(served, observation))
        place = _place(succession, observation)
        if place is None or _is_thinned(succession, place, observation, day.thinned_until):
            continue
        if _is_uncertain(succession, place, observation, day.thinned_until):
            complete_since = _latest(complete_since, day.thinned_until)
        first_revisions.setdefault(interval, succession[0].revision)
        succession[place] = [observation]
    if not added and not first_revisions:
        return DayMerge(day, changed=False, added=0, unchanged=unchanged, revised=revised, superseded=superseded)
    for interval, first in first_revisions.items():
        _forget(successions[interval], complete_since)
        _number(successions[interval], first)
    after = _day(successions.values(), complete_since, day.thinned_until)
    return DayMerge(after, after != day, added, unchanged, revised, superseded)


def day_as_of(day: DayRevisions, as_of: dt.datetime) -> Sequence[Observation]:
    """What was served of a day as of an instant, ordered as `current` is.

    Raises:
        InvalidQuery: `as_of`: superseded observations of that time were dropped.
    """
    if day.complete_since is not None and as_of < day.complete_since:
        raise InvalidQuery(
            "as_of",
            f"lies before {day.complete_since.isoformat()}: what was served of {day.current[0].start:%Y-%m-%d} until"
            " then was revised so often that it is no longer kept at hand; the lake has every revision",
        )
    found = []
    for succession in _successions(day).values():
        count = bisect_right(succession, as_of, key=_uploaded)
        if count:
            found.append(succession[count - 1])
    return sorted(found, key=_place_in_day)


def without_confirmations(day: DayRevisions) -> DayRevisions:
    """The day without observations between the first and the last of those that say the same one after the other.

    As of every instant it says the same. Only where an upload of before `thinned_until` is read later, and contradicts
    what was thinned, is what came before that instant unknown.
    """
    until = day.thinned_until
    thinned = []
    for succession in _successions(day).values():
        kept = succession[:1]
        for before, observation, after in zip(succession, succession[1:], succession[2:], strict=False):
            if _agree(before, observation) and _agree(observation, after):
                until = _latest(until, after.ingested_at)
            else:
                kept.append(observation)
        thinned.append(kept + succession[1:][-1:])
    return _day(thinned, day.complete_since, until)


def without_past(day: DayRevisions, since: dt.datetime) -> DayRevisions:
    """The day with what is served as of `since` and later instants only."""
    return _day(_successions(day).values(), _latest(day.complete_since, since), day.thinned_until)


def superseded_at(day: DayRevisions) -> Sequence[dt.datetime]:
    """The instants at which an observation of this day was superseded, ascending."""
    return sorted(
        {after.ingested_at for succession in _successions(day).values() for after in succession[1:]},
    )


def _successions(day: DayRevisions) -> dict[_Interval, list[Observation]]:
    found: dict[_Interval, list[Observation]] = {}
    for observation in day.superseded:
        found.setdefault(_interval(observation), []).append(observation)
    for observation in day.current:
        found.setdefault(_interval(observation), []).append(observation)
    return found


def _day(
    successions: Iterable[list[Observation]], complete_since: dt.datetime | None, thinned_until: dt.datetime | None
) -> DayRevisions:
    current: list[Observation] = []
    superseded: list[Observation] = []
    for succession in successions:
        if len(succession) > 1:
            _forget(succession, complete_since)
            superseded += succession[:-1]
        current.append(succession[-1])
    current.sort(key=_place_in_day)
    superseded.sort(key=lambda one: (one.ingested_at, one.file_digest, *_place_in_day(one)))
    return DayRevisions(tuple(current), tuple(superseded), complete_since, thinned_until)


def _forget(succession: list[Observation], until: dt.datetime | None) -> None:
    """Drop what was superseded at this instant or before."""
    if until is not None:
        kept = bisect_right(succession, until, key=_uploaded)
        del succession[: max(kept - 1, 0)]


def _place(succession: Sequence[Observation], new: Observation) -> slice | None:
    """What an observation takes the place of in a succession, often nothing; None where it is superfluous itself."""
    start = end = bisect_right(succession, new.ingested_at, key=_uploaded)
    if start and rank(succession[start - 1]) >= rank(new):
        return None
    if start and succession[start - 1].ingested_at == new.ingested_at:
        start -= 1
    while end < len(succession) and rank(succession[end]) < rank(new):
        end += 1
    return slice(start, end)


def _is_thinned(
    succession: Sequence[Observation], place: slice, new: Observation, thinned_until: dt.datetime | None
) -> bool:
    """Whether an observation only confirms, where such ones were dropped."""
    if thinned_until is None or place.start != place.stop or not 0 < place.start < len(succession):
        return False
    before, after = succession[place.start - 1], succession[place.start]
    return after.ingested_at <= thinned_until and _agree(before, new) and _agree(new, after)


def _is_uncertain(
    succession: Sequence[Observation], place: slice, new: Observation, thinned_until: dt.datetime | None
) -> bool:
    """Whether an observation may contradict confirmations that were dropped: when it was served is then unknown."""
    if thinned_until is None or new.ingested_at >= thinned_until:
        return False
    if place.stop == len(succession):
        return False
    if place.start != place.stop:
        return True
    return place.start > 0 and not _agree(succession[place.start - 1], new)


def _number(succession: list[Observation], first: int) -> None:
    """Number the revisions from that of the oldest observation that is left."""
    revision = first
    for place, observation in enumerate(succession):
        revision += place > 0 and not _agree(succession[place - 1], observation)
        if observation.revision != revision:
            succession[place] = replace(observation, revision=revision)


def _agree(one: Observation, other: Observation) -> bool:
    return one.value == other.value and one.flag == other.flag


def _latest(one: dt.datetime | None, other: dt.datetime | None) -> dt.datetime | None:
    if one is None or other is None:
        return one or other
    return max(one, other)


def _interval(observation: Observation) -> _Interval:
    return observation.instrument, observation.start, observation.end


def _uploaded(observation: Observation) -> dt.datetime:
    return observation.ingested_at


def _place_in_day(observation: Observation) -> tuple[dt.datetime, str, dt.datetime]:
    return observation.start, observation.instrument, observation.end
