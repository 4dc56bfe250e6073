"""Which hours of which forecasts of a series still wait for their truth."""

import datetime as dt
import json
import zlib
from collections.abc import Iterable, Mapping
from itertools import accumulate, pairwise
from typing import Any, Final

from geoclimate.domain.errors import IntegrityError

FORMAT: Final = 1
"""Raised when the layout changes, so that old items stay readable."""

_EPOCH: Final = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_SECOND: Final = dt.timedelta(seconds=1)

AwaitedHours = Mapping[dt.datetime, frozenset[int]]
"""Lead times without truth by issue time; a forecast that waits for nothing is not in it."""


def awaited_after(awaited: AwaitedHours, issue_time: dt.datetime, leads: Iterable[int]) -> AwaitedHours:
    """With what one forecast waits for now, in the place of what it waited for before."""
    left = frozenset(leads)
    others = {issue: hours for issue, hours in awaited.items() if issue != issue_time}
    return {**others, issue_time: left} if left else others


def pack_awaited(awaited: AwaitedHours) -> bytes:
    """As bytes; lead times are bits of a number."""
    issues = sorted(awaited)
    seconds = [(issue - _EPOCH) // _SECOND for issue in issues]
    content = {
        "format": FORMAT,
        "issue_times": [*seconds[:1], *(later - earlier for earlier, later in pairwise(seconds))],
        "leads": [f"{sum(1 << lead for lead in awaited[issue]):x}" for issue in issues],
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
        issues = (_EPOCH + seconds * _SECOND for seconds in accumulate(content["issue_times"]))
        return dict(zip(issues, map(_leads, content["leads"]), strict=True))
    except (zlib.error, ValueError, LookupError, TypeError) as error:
        raise IntegrityError(f"packed awaited hours cannot be read: {error}") from error


def _leads(bits: str) -> frozenset[int]:
    number = int(bits, 16)
    return frozenset(lead for lead in range(number.bit_length()) if number >> lead & 1)
