"""Revisions: which value is served, which was served before, and that no order of uploads changes it."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geoclimate.domain.errors import InvalidQuery
from geoclimate.domain.observations import Observation
from geoclimate.domain.revisions import (
    DayRevisions,
    Disagreement,
    day_as_of,
    merge_day,
    rank,
    superseded_at,
    without_confirmations,
    without_past,
)
from tests.unit.domain.test_day_items import DAY, observation

UPLOADED = DAY + dt.timedelta(days=3)


def upload(number: int, value: float = 42.0, *, hour: int = 0, flag: str = "valid", source: str = "epa") -> Observation:
    """What the upload of one day says of an hour; its digest falls while the number of the day grows."""
    return observation(
        hour,
        value=value,
        flag=flag,
        source=source,
        file_digest=f"{100 - number:064x}",
        ingested_at=UPLOADED + dt.timedelta(days=number),
    )


def instant(number: int) -> dt.datetime:
    return UPLOADED + dt.timedelta(days=number)


def merged(observations: Iterable[Observation]) -> DayRevisions:
    return merge_day(DayRevisions(), observations).day


def values(observations: Iterable[Observation]) -> list[float]:
    return [one.value for one in observations]


def test_a_new_interval_is_added() -> None:
    merge = merge_day(merged([upload(0)]), [upload(0, hour=1)])
    assert merge.day == DayRevisions((upload(0), upload(0, hour=1)))
    assert (merge.added, merge.unchanged, merge.revised, merge.superseded, merge.changed) == (1, 0, [], [], True)


def test_the_same_observation_again_changes_nothing() -> None:
    merge = merge_day(merged([upload(0)]), [upload(0)])
    assert merge.day == merged([upload(0)])
    assert (merge.added, merge.unchanged, merge.changed) == (0, 1, False)


def test_a_newer_upload_revises_and_says_what_it_replaced() -> None:
    merge = merge_day(merged([upload(0)]), [upload(1, 43.0)])
    assert merge.revised == [Disagreement(upload(0), upload(1, 43.0))]
    assert merge.day.current == (replace(upload(1, 43.0), revision=2),)
    assert merge.day.superseded == (upload(0),)


def test_another_flag_is_a_revision_too() -> None:
    merge = merge_day(merged([upload(0)]), [upload(1, flag="qualified")])
    assert len(merge.revised) == 1
    assert (merge.day.current[0].flag, merge.day.current[0].revision) == ("qualified", 2)


def test_the_same_value_from_a_newer_upload_is_no_revision_and_moves_the_value_to_that_upload() -> None:
    merge = merge_day(merged([upload(0)]), [upload(1)])
    assert (merge.unchanged, merge.revised, merge.changed) == (1, [], True)
    assert merge.day.current == (upload(1),)


def test_an_upload_that_is_read_late_takes_the_place_that_its_instant_gives_it() -> None:
    """The value of the first day came again on the third; the correction of the second day is read last."""
    late = merge_day(merged([upload(1, 42.0), upload(3, 42.0)]), [upload(2, 50.0)])
    assert late.superseded == [Disagreement(upload(3, 42.0), upload(2, 50.0))]
    assert late.day.current == (replace(upload(3, 42.0), revision=3),)
    assert [values(day_as_of(late.day, instant(number))) for number in (1, 2, 3)] == [[42.0], [50.0], [42.0]]


def test_a_validated_value_is_served_whatever_comes_from_a_lesser_source_later() -> None:
    merge = merge_day(merged([upload(0, source="epa")]), [upload(1, 50.0, source="airnow")])
    assert merge.superseded == [Disagreement(upload(0), upload(1, 50.0, source="airnow"))]
    assert merge.day == merged([upload(0)])
    assert not merge.changed


def test_as_of_an_instant_before_the_validated_value_came_the_preliminary_one_is_served() -> None:
    day = merged([upload(1, 50.0, source="epa"), upload(0, 42.0, source="airnow")])
    assert values(day_as_of(day, instant(1) - dt.timedelta(microseconds=1))) == [42.0]
    assert values(day_as_of(day, instant(1))) == [50.0]


def test_of_two_uploads_of_the_same_instant_the_greater_digest_is_served_and_the_other_never_was() -> None:
    one = upload(0, 1.0)
    other = replace(upload(0, 2.0), file_digest="f" * 64)
    assert merged([one, other]) == merged([other, one]) == DayRevisions((other,))


def test_two_instruments_have_a_value_each() -> None:
    assert len(merged([upload(0), replace(upload(1, 9.0), instrument="2")]).current) == 2


def test_before_the_first_upload_nothing_was_served() -> None:
    assert day_as_of(merged([upload(1)]), instant(0)) == []


# The law. Few hours, uploads, values and sources, so that they meet; two uploads share each instant.
def _of_upload(hour: int, number: int, value: float, source: str) -> Observation:
    return observation(
        hour,
        value=value,
        source=source,
        file_digest=f"{number * 7 % 10:064x}",
        line=number + 1,
        ingested_at=UPLOADED + dt.timedelta(days=number // 2),
    )


@st.composite
def days(draw: st.DrawFn) -> list[Observation]:
    """Observations of two hours; an upload says one thing of an hour."""
    keys = draw(st.lists(st.tuples(st.integers(0, 1), st.integers(0, 9)), unique=True, max_size=14))
    word = st.tuples(st.sampled_from([1.0, 2.0, 3.0]), st.sampled_from(["epa", "epa", "airnow"]))
    return [_of_upload(hour, number, *draw(word)) for hour, number in keys]


INSTANTS = [UPLOADED + dt.timedelta(days=half / 2) for half in range(-1, 11)]


def by_definition(observations: Sequence[Observation], as_of: dt.datetime) -> list[Observation]:
    """What is served as of an instant, straight from the definition, with the number of its revision."""
    served = []
    for hour in sorted({one.start for one in observations}):
        timeline = []
        for moment in sorted({one.ingested_at for one in observations if one.ingested_at <= as_of}):
            known = [one for one in observations if one.start == hour and one.ingested_at <= moment]
            timeline += [max(known, key=rank)] if known else []
        if timeline:
            changes = sum(before.value != after.value for before, after in pairwise(timeline))
            served.append(replace(timeline[-1], revision=1 + changes))
    return served


def in_groups(data: st.DataObject, observations: Sequence[Observation]) -> DayRevisions:
    """Merged in some order, grouping and with some of them twice."""
    twice = data.draw(st.lists(st.sampled_from(observations), max_size=4)) if observations else []
    order = data.draw(st.permutations([*observations, *twice]))
    cuts = sorted(data.draw(st.sets(st.integers(0, len(order)), max_size=4)))
    day = DayRevisions()
    for start, end in pairwise([0, *cuts, len(order)]):
        day = merge_day(day, order[start:end]).day
    return day


@given(observations=days(), data=st.data())
def test_every_order_and_grouping_gives_the_same_day(observations: list[Observation], data: st.DataObject) -> None:
    assert in_groups(data, observations) == merged(observations)


@given(observations=days(), data=st.data())
def test_as_of_every_instant_the_answer_is_that_of_all_observations(
    observations: list[Observation], data: st.DataObject
) -> None:
    day = in_groups(data, observations)
    assert list(day.current) == by_definition(observations, INSTANTS[-1])
    for as_of in INSTANTS:
        assert day_as_of(day, as_of) == by_definition(observations, as_of)


@given(observations=days())
def test_nothing_is_kept_that_no_instant_serves(observations: list[Observation]) -> None:
    day = merged(observations)
    served = {one for as_of in INSTANTS for one in by_definition(observations, as_of)}
    assert {*day.current, *day.superseded} <= served


@given(observations=days(), more=days())
def test_merging_twice_is_merging_once(observations: list[Observation], more: list[Observation]) -> None:
    once = merge_day(merged(observations), more).day
    again = merge_day(once, more)
    assert (again.day, again.changed) == (once, False)


@given(observations=days(), more=days())
def test_every_observation_is_counted_once(observations: list[Observation], more: list[Observation]) -> None:
    merge = merge_day(merged(observations), more)
    assert merge.added + merge.unchanged + len(merge.revised) + len(merge.superseded) == len(more)
    assert len(merge.day.current) == len(merged(observations).current) + merge.added


@given(observations=days(), late=days(), data=st.data())
def test_a_shortened_day_answers_rightly_or_refuses(
    observations: list[Observation], late: list[Observation], data: st.DataObject
) -> None:
    """However it was shortened, and whatever was read afterwards: no wrong answer."""
    keys = {(one.start, one.line) for one in observations}
    late = [one for one in late if (one.start, one.line) not in keys]
    day = merged(observations)
    everything = list(observations)
    while late:
        if data.draw(st.booleans()):
            day = without_confirmations(day)
        instants = superseded_at(day)
        if data.draw(st.booleans()) and instants:
            day = without_past(day, data.draw(st.sampled_from(instants)))
        count = data.draw(st.integers(1, len(late)))
        day = merge_day(day, late[:count]).day
        everything += late[:count]
        late = late[count:]
    day = without_confirmations(day)
    assert [one.value for one in day.current] == values(by_definition(everything, INSTANTS[-1]))
    for as_of in INSTANTS:
        if day.complete_since is not None and as_of < day.complete_since:
            with pytest.raises(InvalidQuery, match="the lake has every revision"):
                day_as_of(day, as_of)
        else:
            assert values(day_as_of(day, as_of)) == values(by_definition(everything, as_of))


@given(observations=days())
def test_dropping_confirmations_changes_no_answer(observations: list[Observation]) -> None:
    day = without_confirmations(merged(observations))
    assert day.complete_since is None
    for as_of in INSTANTS:
        answers = [(one.value, one.revision) for one in day_as_of(day, as_of)]
        assert answers == [(one.value, one.revision) for one in by_definition(observations, as_of)]


@given(observations=days())
def test_reading_a_dropped_confirmation_again_changes_nothing(observations: list[Observation]) -> None:
    whole = merged(observations)
    day = without_confirmations(whole)
    again = merge_day(day, [replace(one, revision=1) for one in (*whole.superseded, *whole.current)])
    assert (without_confirmations(again.day), again.day.complete_since) == (day, None)


def test_a_value_that_was_confirmed_again_and_again_keeps_its_first_and_last_upload() -> None:
    day = without_confirmations(merged([upload(number) for number in range(9)]))
    assert (day.superseded, day.current) == ((upload(0),), (upload(8),))
    assert day.thinned_until == instant(8)


def test_what_is_read_late_among_dropped_confirmations_makes_the_past_unknown() -> None:
    day = without_confirmations(merged([upload(number) for number in range(9)]))
    late = merge_day(day, [upload(4, 50.0)]).day
    assert values(day_as_of(late, instant(8))) == [42.0]
    with pytest.raises(InvalidQuery, match="lies before 2014-01-12") as caught:
        day_as_of(late, instant(8) - dt.timedelta(seconds=1))
    assert caught.value.parameter == "as_of"


def test_numbers_of_revisions_go_on_where_older_ones_were_dropped() -> None:
    day = without_past(merged([upload(number, float(number)) for number in range(5)]), instant(3))
    later = merge_day(day, [upload(5, 9.0)]).day
    assert [one.revision for one in (*later.superseded, *later.current)] == [4, 5, 6]
