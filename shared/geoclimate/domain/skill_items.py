"""The sums of a series and month as one small item.

As compressed JSON the sums of 24 lead times and seven levels take about three kilobytes, however many forecasts there
were.
"""

import json
import zlib
from typing import Any, Final, get_args

from geoclimate.domain.errors import IntegrityError
from geoclimate.domain.forecasts import Engine
from geoclimate.domain.verification import Forecaster, LeadSums, SkillSums, sums_width

FORMAT: Final = 1
"""Raised when the layout of the sums changes, so that old items stay readable."""


def pack_skill(sums: SkillSums) -> bytes:
    """The sums as bytes; the same sums give the same bytes."""
    forecasters = [
        {
            "engine": forecaster.engine,
            "levels": forecaster.levels,
            "lead_hours": sorted(leads),
            "sums": [leads[lead].numbers for lead in sorted(leads)],
        }
        for forecaster, leads in sorted(sums.items(), key=lambda entry: (entry[0].engine, entry[0].levels))
    ]
    return zlib.compress(json.dumps({"format": FORMAT, "forecasters": forecasters}, separators=(",", ":")).encode(), 9)


def unpack_skill(packed: bytes) -> SkillSums:
    """The sums that `pack_skill` wrote.

    Raises:
        IntegrityError: The bytes are none that this version of the platform can read.
    """
    try:
        content: dict[str, Any] = json.loads(zlib.decompress(packed))
        if content["format"] != FORMAT:
            raise IntegrityError(f"packed sums of scores have the unknown format {content['format']}")
        return dict(_forecaster(entry) for entry in content["forecasters"])
    except (zlib.error, ValueError, LookupError, TypeError) as error:
        raise IntegrityError(f"packed sums of scores cannot be read: {error}") from error


def _forecaster(entry: dict[str, Any]) -> tuple[Forecaster, dict[int, LeadSums]]:
    if entry["engine"] not in get_args(Engine):
        msg = f"there is no engine {entry['engine']!r}"
        raise ValueError(msg)
    forecaster = Forecaster(entry["engine"], tuple(entry["levels"]))
    leads = {lead: LeadSums(tuple(numbers)) for lead, numbers in zip(entry["lead_hours"], entry["sums"], strict=True)}
    width = sums_width(forecaster.levels)
    if any(len(sums.numbers) != width for sums in leads.values()):
        msg = f"the sums of {len(forecaster.levels)} levels must have {width} numbers"
        raise ValueError(msg)
    return forecaster, leads
