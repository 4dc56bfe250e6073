"""Sums of scores as items of the verification table."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, Final

from geoclimate.adapters.dynamodb_transactions import item_key
from geoclimate.contracts.tables import SKILL_PREFIX, SORT_KEY, series_partition, skill_sort_key
from geoclimate.domain.skill_items import pack_skill, unpack_skill
from geoclimate.domain.verification import SkillSums
from geoclimate.services.verification_ports import SkillKey

_PACKED: Final = "packed"


def skill_item_key(key: SkillKey) -> tuple[str, str]:
    """Partition and sort key of the sums of a series and month."""
    return series_partition(key.series.station, key.series.parameter), skill_sort_key(key.month)


def skill_item(key: SkillKey, sums: SkillSums) -> dict[str, Any]:
    """The item of the sums of a series and month."""
    return {**item_key(*skill_item_key(key)), _PACKED: {"B": pack_skill(sums)}}


def skill_sums_of(item: Mapping[str, Any]) -> SkillSums:
    """The sums of an item.

    Raises:
        IntegrityError: They cannot be read.
    """
    return unpack_skill(bytes(item[_PACKED]["B"]))


def month_of(item: Mapping[str, Any]) -> dt.date:
    """First day of the month of an item."""
    return dt.date.fromisoformat(f"{item[SORT_KEY]['S'].removeprefix(SKILL_PREFIX)}-01")
