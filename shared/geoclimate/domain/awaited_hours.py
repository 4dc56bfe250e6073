"""Which hours of which forecasts of a series still wait for their truth."""

import datetime as dt
import json
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Any, Final

from geoclimate.domain.errors import IntegrityError

FORMAT: Final = 1
"""Raised when the layout changes, so that old items stay readable."""

_EPOCH: Final = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_SECOND: Final = dt.timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Awaited:
    """What one forecast waits for.

    Attributes:
        leads: Lead times without truth, one at least.
        since: When their truth was first looked for and not found, UTC, in whole seconds.
    """

    leads: frozenset[int]
    since: dt.datetime


AwaitedHours = Mapping[dt.datetime, Awaited]
"""What the forecasts of a series wait for, by issue time; one that waits for nothing is not in it."""


def without_leads(awaited: AwaitedHours, issue_time: dt.datetime, leads: Iterable[int]) -> AwaitedHours:
    """What is left after some lead times of a forecast were scored."""
    left = awaited[issue_time].leads - frozenset(leads)
    if left:
        return {**awaited, issue_time: Awaited(left, awaited[issue_time].since)}
    return {issue: hours for issue, hours in awaited.items() if issue != issue_time}


def awaited_since(awaited: AwaitedHours, earliest: dt.datetime) -> AwaitedHours:
    """Without the forecasts whose truth was first looked for before this instant."""
    return {issue: hours for issue, hours in awaited.items() if hours.since >= earliest}


def pack_awaited(awaited: AwaitedHours) -> bytes:
    """As bytes; lead times are bits of a number, times are steps."""
    issues = sorted(awaited)
    content = {
        "format": FORMAT,
        "issue_times": _steps(issues),
        "since": _steps([awaited[issue].since for issue in issues]),
        "leads": [f"{sum(1 << lead for lead in awaited[issue].leads):x}" for issue in issues],
    }
    return zlib.compress(json.dumps(content, separators=(",", ":")).encode(), 9)


def unpack_awaited(packed: bytes) -> AwaitedHours:
    """What `pack_awaited` wrote.

    Raises:
        IntegrityError: The bytes are none that this version of the platform can read.
    """
    try:
        content: dict[str, Any] = json.loads(zlib.decompress(packed))
        if content["format"] != FORMAT:
            raise IntegrityError(f"packed awaited hours have the unknown format {content['format']}")
        hours = map(Awaited, map(_leads, content["leads"]), _times(content["since"]))
        return dict(zip(_times(content["issue_times"]), hours, strict=True))
    except (zlib.error, ValueError, LookupError, TypeError) as error:
        raise IntegrityError(f"packed awaited hours cannot be read: {error}") from error


def _steps(times: list[dt.datetime]) -> list[int]:
    seconds = [(time - _EPOCH) // _SECOND for time in times]
    return [*seconds[:1], *(later - earlier for earlier, later in pairwise(seconds))]


def _times(steps: list[int]) -> list[dt.datetime]:
    return [_EPOCH + seconds * _SECOND for seconds in accumulate(steps)]


def _leads(bits: str) -> frozenset[int]:
    number = int(bits, 16)
    return frozenset(lead for lead in range(number.bit_length()) if number >> lead & 1)
