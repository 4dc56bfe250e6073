"""Runs of weather forecasts: what was known of them when, and what corrections change."""

import datetime as dt
from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from geoclimate.domain.weather_forecasts import (
    MOST_EDITIONS,
    RunEdition,
    at_point,
    at_station,
    cells_at,
    merge_run,
    point_key,
)

DAY = dt.datetime(2014, 1, 31, tzinfo=dt.UTC)


def edition(known: int, uploaded: int, digest: str = "a", **cells: dict[int, float]) -> RunEdition:
    """An edition by hours after midnight."""
    return RunEdition(DAY + dt.timedelta(hours=known), DAY + dt.timedelta(hours=uploaded), digest, cells)


def instant(hour: float) -> dt.datetime:
    return DAY + dt.timedelta(hours=hour)


EDITIONS = st.lists(
    st.builds(
        lambda known, uploaded, digest, values: edition(known, uploaded, digest, temperature=values),
        st.integers(0, 5),
        st.integers(0, 5),
        st.sampled_from("abc"),
        st.dictionaries(st.integers(0, 3), st.sampled_from([1.0, 2.0, 3.0]), min_size=1),
    ),
    max_size=6,
    unique_by=lambda each: each.order,
)


def test_a_correction_is_not_seen_before_it_came() -> None:
    first = edition(5, 5, temperature={6: 1.0, 7: 1.5})
    corrected = edition(9, 9, "b", temperature={6: 2.0})
    editions = merge_run([first], [corrected]).editions
    assert cells_at(editions, instant(4.9)) == {}
    assert cells_at(editions, instant(8.9)) == {"temperature": {6: 1.0, 7: 1.5}}
    assert cells_at(editions, instant(9)) == {"temperature": {6: 2.0, 7: 1.5}}


def test_the_later_upload_counts_though_it_states_an_earlier_publication() -> None:
    live = edition(5, 5, temperature={6: 1.0})
    archive = edition(4, 900, "b", temperature={6: 2.0})
    editions = merge_run([live], [archive]).editions
    assert cells_at(editions) == {"temperature": {6: 2.0}}
    assert cells_at(editions, instant(4)) == {"temperature": {6: 2.0}}


def test_a_run_that_comes_in_parts_is_put_together() -> None:
    merged = merge_run(
        [edition(5, 5, temperature={0: 1.0})], [edition(6, 6, "b", wind_speed={0: 3.0}, temperature={1: 2.0})]
    )
    assert cells_at(merged.editions) == {"temperature": {0: 1.0, 1: 2.0}, "wind_speed": {0: 3.0}}
    assert (merged.added, merged.unchanged, merged.revised, merged.superseded) == (2, 0, 0, 0)


def test_says_what_a_delivery_changes() -> None:
    stored = [edition(5, 5, temperature={0: 1.0, 1: 1.0})]
    later = merge_run(stored, [edition(6, 6, "b", temperature={0: 1.0, 1: 2.0, 2: 3.0})])
    assert (later.added, later.unchanged, later.revised, later.superseded) == (1, 1, 1, 0)
    earlier = merge_run(stored, [edition(4, 4, "b", temperature={0: 1.0, 1: 2.0, 2: 3.0})])
    assert (earlier.added, earlier.unchanged, earlier.revised, earlier.superseded) == (1, 1, 0, 1)


@given(EDITIONS, EDITIONS)
def test_merging_again_changes_nothing(stored: list[RunEdition], incoming: list[RunEdition]) -> None:
    once = merge_run(stored, incoming)
    again = merge_run(once.editions, incoming)
    assert again.editions == once.editions
    assert again.added == again.revised == 0


@given(EDITIONS)
def test_the_order_in_which_files_are_read_does_not_matter(editions: list[RunEdition]) -> None:
    results = set()
    for order in list(permutations(editions))[:24]:
        merged: tuple[RunEdition, ...] = ()
        for each in order:
            merged = merge_run(merged, [each]).editions
        results.add(repr(merged))
    assert len(results) == 1


@given(EDITIONS, st.integers(-1, 6))
def test_what_comes_later_changes_nothing_that_was_known(editions: list[RunEdition], hour: int) -> None:
    known = [each for each in editions if each.known_at <= instant(hour)]
    assert cells_at(editions, instant(hour)) == cells_at(known)


def test_beyond_the_bound_the_oldest_become_one_that_is_known_later_and_never_earlier() -> None:
    count = MOST_EDITIONS + 3
    editions: tuple[RunEdition, ...] = ()
    for hour in range(count):
        editions = merge_run(editions, [edition(hour, hour, f"{hour}", temperature={hour: 1.0})]).editions
    assert len(editions) == MOST_EDITIONS
    for hour in range(count):
        seen = cells_at(editions, instant(hour)).get("temperature", {})
        assert all(given_at <= hour for given_at in seen)
    assert cells_at(editions) == {"temperature": dict.fromkeys(range(count), 1.0)}


def test_places_have_keys_of_their_own() -> None:
    keys = {at_station("a-1").key, at_point(40.0, 116.5).key, at_point(40.0, 116.25).key, at_point(-40.0, 116.5).key}
    assert keys == {"station#a-1", "point#40.0000,116.5000", "point#40.0000,116.2500", "point#-40.0000,116.5000"}


def test_points_that_lie_together_sort_together() -> None:
    beijing, near, far = at_point(40.0, 116.5).point, at_point(40.01, 116.51).point, at_point(-33.9, 151.2).point
    assert beijing
    assert near
    assert far
    assert point_key(beijing)[:5] == point_key(near)[:5] != point_key(far)[:5]
