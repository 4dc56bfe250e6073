"""A day with its revisions stays within bounds, and says from when on it is complete."""

import datetime as dt
import math
import random

import pytest

from geoclimate.domain.bounded_days import (
    MOST_BYTES,
    PAST_TO_PRESENT,
    SMALLEST_PAST,
    pack_within_bounds,
    unpack_bounded,
)
from geoclimate.domain.errors import RefusedValue
from geoclimate.domain.observations import Observation
from geoclimate.domain.revisions import DayRevisions, day_as_of, merge_day
from tests.unit.domain.test_day_items import DAY, observation

STATION, PARAMETER = "openaq-501001", "pm25"
READ_UNIT = 4096


def of_upload(number: int, values: list[float], **changes: object) -> list[Observation]:
    return [
        observation(
            hour,
            value=value,
            file_digest=random.Random(number).randbytes(32).hex(),  # noqa: S311 - a digest, no secret
            ingested_at=DAY + dt.timedelta(days=3 + number),
            **changes,
        )
        for hour, value in enumerate(values)
    ]


def hours(number: int) -> list[float]:
    chance = random.Random(number)  # noqa: S311 - values, no secret
    return [round(chance.uniform(0, 300), 1) for _ in range(24)]


def stored_and_read(day: DayRevisions) -> DayRevisions:
    return unpack_bounded(STATION, PARAMETER, pack_within_bounds(day))


def test_a_day_with_revisions_comes_back_as_it_was() -> None:
    day = merge_day(DayRevisions(), [*of_upload(0, hours(0)), *of_upload(1, hours(1)[:5])]).day
    assert len(day.superseded) == 5
    assert stored_and_read(day) == day


def test_a_day_without_revisions_packs_no_past() -> None:
    packed = pack_within_bounds(merge_day(DayRevisions(), of_upload(0, hours(0))).day)
    assert (packed.superseded, packed.complete_since, packed.thinned_until) == (b"", None, None)


def test_a_day_of_hours_that_is_corrected_a_few_times_keeps_its_past_and_costs_one_read_unit() -> None:
    day = DayRevisions()
    for number in range(8):
        day = stored_and_read(merge_day(day, of_upload(number, hours(number))).day)
    packed = pack_within_bounds(day)
    assert (day.complete_since, day.thinned_until) == (None, None)
    assert len(packed.current) + len(packed.superseded) < READ_UNIT


def test_a_day_that_is_delivered_again_every_day_still_knows_its_one_correction() -> None:
    """As a provider's growing file does: what only confirms is dropped, and every answer stays."""
    day = DayRevisions()
    for number in range(120):
        day = stored_and_read(merge_day(day, of_upload(number, hours(0 if number < 50 else 1))).day)
    assert day.complete_since is None
    for number, expected in ((0, 0), (49, 0), (50, 1), (119, 1)):
        answer = day_as_of(day, DAY + dt.timedelta(days=3 + number))
        assert [one.value for one in answer] == hours(expected)
    packed = pack_within_bounds(day)
    assert len(packed.current) + len(packed.superseded) < READ_UNIT


def test_a_day_that_is_revised_without_end_loses_its_oldest_past_and_says_so() -> None:
    day = DayRevisions()
    for number in range(60):
        day = stored_and_read(merge_day(day, of_upload(number, hours(number))).day)
        assert len(pack_within_bounds(day).superseded) <= SMALLEST_PAST
        assert [one.value for one in day.current] == hours(number)
    assert day.complete_since is not None
    kept = (day.complete_since - DAY).days - 3
    assert 30 < kept < 59
    for number in range(kept, 60):
        answer = day_as_of(day, DAY + dt.timedelta(days=3 + number))
        assert ([one.value for one in answer], answer[0].revision) == (hours(number), number + 1)


def test_a_day_of_minutes_may_have_a_longer_past() -> None:
    chance = random.Random(5)  # noqa: S311 - values, no secret

    def minutes(number: int) -> list[Observation]:
        return [
            observation(
                value=chance.random(),
                start=DAY + dt.timedelta(minutes=minute),
                end=DAY + dt.timedelta(minutes=minute + 1),
                ingested_at=DAY + dt.timedelta(days=number),
            )
            for minute in range(1440)
        ]

    day = merge_day(DayRevisions(), [*minutes(3), *minutes(4)]).day
    packed = pack_within_bounds(day)
    assert SMALLEST_PAST < len(packed.superseded) <= PAST_TO_PRESENT * len(packed.current)
    assert unpack_bounded(STATION, PARAMETER, packed) == day


def test_refuses_a_day_of_more_than_an_item_holds() -> None:
    instruments = [
        observation(
            n % 24,
            value=math.sin(n) * 1e3,
            delivered_value=math.cos(n) * 1e3,
            instrument=str(n // 24),
        )
        for n in range(25_000)
    ]
    with pytest.raises(RefusedValue, match=r"25,000 values of pm25 on 2014-01-01, more than a day can hold") as caught:
        pack_within_bounds(merge_day(DayRevisions(), instruments).day)
    assert (caught.value.rule, caught.value.column) == ("full-day", None)


def test_what_is_served_leaves_less_room_for_the_past_near_the_limit() -> None:
    def instruments(number: int) -> list[Observation]:
        return [
            observation(
                n % 24,
                value=math.sin(n + number) * 1e3,
                instrument=str(n // 24),
                ingested_at=DAY + dt.timedelta(days=number),
            )
            for n in range(25_000)
        ]

    packed = pack_within_bounds(merge_day(DayRevisions(), [*instruments(3), *instruments(4)]).day)
    assert len(packed.current) > MOST_BYTES / 2
    assert len(packed.current) + len(packed.superseded) <= MOST_BYTES
    assert packed.complete_since == DAY + dt.timedelta(days=4)
