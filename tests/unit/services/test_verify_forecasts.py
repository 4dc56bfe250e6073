"""Scoring forecasts once their truth is there."""

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geoclimate.contracts.verification import VerifyRequest
from geoclimate.domain.errors import IntegrityError
from geoclimate.domain.verification import Forecaster, SkillSums, added, scores_of
from geoclimate.services.verification_ports import IssuedForecast, SeriesKey, SkillKey
from geoclimate.services.verify_forecasts import GIVE_UP_AFTER, Verified, skill_key
from tests.api_fakes import EMBASSY, LAST, hourly
from tests.verification_fakes import HOUR, LEVELS, SERIES, World, issued

ENDPOINT = Forecaster("endpoint", LEVELS)
ASKED = VerifyRequest()
AGAIN = VerifyRequest(look_again=True)
DECEMBER = SkillKey(SERIES, dt.date(2014, 12, 1))


@pytest.fixture
def world() -> World:
    return World()


def hours_scored(world: World, key: SkillKey = DECEMBER) -> dict[int, int]:
    """Scored hours by lead time."""
    found = world.store.sums.get(key)
    sums = {} if found is None else found.value.get(ENDPOINT, {})
    return {lead: one.named("count") for lead, one in sums.items()}


def somebody_comes_in_between(world: World) -> None:
    """Another run does all there is to do, between what the next run reads and what it writes."""

    def somebody() -> None:
        world.store.before_settling = lambda: None
        world.verifier.verify(AGAIN, world.until)

    world.store.before_settling = somebody


def test_a_forecast_whose_truth_is_there_is_scored_in_whole(world: World) -> None:
    made = issued()
    world.issue(made)
    world.observe(0, 24)
    assert world.verifier.verify(ASKED, world.until) == Verified(1, 24)
    truth = {lead: 40.0 + (24 - lead) / 4 for lead in range(1, 25)}
    assert world.store.sums[DECEMBER].value == scores_of(made, truth)


def test_the_first_lead_time_is_the_hour_that_begins_at_the_issue_time(world: World) -> None:
    world.issue(issued())
    world.observe(0, 1)
    world.verifier.verify(ASKED, world.until)
    assert hours_scored(world) == {1: 1}


def test_a_forecast_whose_hours_are_not_over_is_left_alone(world: World) -> None:
    world.issue(issued())
    world.observe(0, 24)
    world.now = LAST + 27 * HOUR
    assert world.verifier.verify(ASKED, world.until) == Verified()
    world.now += dt.timedelta(seconds=1)
    assert world.verifier.verify(ASKED, world.until) == Verified(1, 24)


def test_scoring_again_changes_nothing(world: World) -> None:
    world.issue(issued(), issued(1))
    world.observe(-1, 25)
    world.verifier.verify(ASKED, world.until)
    before = (dict(world.store.sums), dict(world.store.states), dict(world.store.awaited))
    assert world.verifier.verify(ASKED, world.until) == Verified()
    assert (world.store.sums, world.store.states, world.store.awaited) == before


def test_the_mean_over_instruments_is_the_truth(world: World) -> None:
    world.issue(issued())
    world.observe(0, 24)
    world.observations.merge(replace(one, instrument="2", value=one.value + 10) for one in hourly(1, end=LAST + HOUR))
    world.observations.merge(
        replace(one, instrument="3", value=900.0, flag="spike") for one in hourly(1, end=LAST + HOUR)
    )
    world.verifier.verify(ASKED, world.until)
    truth = (45.75 + 50.0) / 2
    expected = scores_of(issued(), {1: truth})[ENDPOINT][1].named("absolute")
    assert world.store.sums[DECEMBER].value[ENDPOINT][1].named("absolute") == expected


def test_late_truth_is_scored_when_it_comes(world: World) -> None:
    world.issue(issued())
    world.observe(0, 20)
    assert world.verifier.verify(ASKED, world.until) == Verified(1, 20)
    world.observe(20, 3)
    world.now += 24 * HOUR
    assert world.verifier.verify(ASKED, world.until) == Verified(0, 3, 3)
    assert hours_scored(world) == dict.fromkeys(range(1, 24), 1)
    assert world.store.awaited[SERIES].value.hours[LAST].leads == {24}


def test_late_truth_is_looked_for_once_a_day_or_when_asked(world: World) -> None:
    world.issue(issued())
    world.verifier.verify(ASKED, world.until)
    world.observe(0, 24)
    world.now += 22 * HOUR
    assert world.verifier.verify(ASKED, world.until) == Verified()
    assert world.verifier.verify(AGAIN, world.until) == Verified(0, 24, 24)


def test_truth_that_does_not_come_is_given_up(world: World) -> None:
    world.issue(issued())
    world.verifier.verify(ASKED, world.until)
    world.now += GIVE_UP_AFTER
    world.verifier.verify(ASKED, world.until)
    assert world.store.awaited[SERIES].value.hours.keys() == {LAST}
    world.now += 24 * HOUR
    world.verifier.verify(ASKED, world.until)
    assert world.store.awaited[SERIES].value.hours == {}


def test_a_late_month_is_scored_in_bounded_parts(world: World) -> None:
    world.issue(*(issued(age) for age in range(100)))
    world.now += HOUR
    world.verifier.verify(ASKED, world.until)
    before = world.store.settlements
    world.observe(-100, 124)
    assert world.verifier.verify(AGAIN, world.until).late_hours == 2_400
    assert world.store.settlements == before + 4
    assert world.store.awaited[SERIES].value.hours == {}


def test_a_correction_after_the_score_does_not_change_it(world: World) -> None:
    world.issue(issued())
    world.observe(0, 24)
    world.verifier.verify(ASKED, world.until)
    before = dict(world.store.sums)
    late = [replace(one, value=500.0, ingested_at=one.ingested_at + HOUR) for one in hourly(24, end=LAST + 24 * HOUR)]
    world.observations.merge(late)
    world.verifier.verify(AGAIN, world.until)
    assert world.store.sums == before


def test_scores_are_kept_by_month_of_issue_and_by_engine(world: World) -> None:
    january = issued(-9, engine="onnx")
    world.issue(issued(), january)
    world.now += 20 * HOUR
    world.observe(0, 34)
    world.verifier.verify(ASKED, world.until)
    assert world.store.sums.keys() == {DECEMBER, SkillKey(SERIES, dt.date(2015, 1, 1))}
    assert skill_key(january).month == dt.date(2015, 1, 1)
    assert world.store.sums[skill_key(january)].value.keys() == {Forecaster("onnx", LEVELS)}


def test_a_forecast_that_is_not_in_the_archive_waits_no_longer(world: World) -> None:
    world.issue(issued())
    world.archive.forecasts.clear()
    assert world.verifier.verify(ASKED, world.until) == Verified(1, 0)
    assert not world.store.queue


def test_what_does_not_fit_into_the_time_is_left_to_the_next_run(world: World) -> None:
    world.issue(*(issued(age) for age in range(40)))
    world.observe(-40, 64)
    assert world.verifier.verify(ASKED, world.now) == Verified(finished=False)
    world.store.before_settling = lambda: setattr(world, "now", world.now + HOUR)
    assert world.verifier.verify(ASKED, world.now + HOUR) == Verified(30, 720, finished=False)
    assert world.verifier.verify(ASKED, world.now + 9 * HOUR) == Verified(10, 240)


def test_many_stations_are_settled_in_transactions_that_fit(world: World) -> None:
    for number in range(70):
        # A model a station: nothing that these forecasts change is shared.
        world.issue(replace(issued(), station=f"openaq-{number}", model_version=f"v{number}"))
        world.observe(0, 23, station=f"openaq-{number}")
    assert world.verifier.verify(ASKED, world.until) == Verified(70, 70 * 23)
    assert len(world.store.sums) == len(world.store.awaited) == len(world.store.states) == 70


def test_where_somebody_else_was_faster_nothing_is_counted_twice(world: World) -> None:
    world.issue(*(issued(age) for age in range(40)))
    world.observe(-40, 64)

    somebody_comes_in_between(world)
    assert world.verifier.verify(ASKED, world.until) == Verified()
    assert sum(hours_scored(world).values()) == 40 * 24


def test_a_run_leaves_the_rest_to_others_who_are_always_faster(world: World) -> None:
    world.issue(*(issued(age) for age in range(9)))
    world.observe(-40, 64)

    def first_of_the_queue() -> None:
        world.store.queue.remove(min(world.store.queue, key=lambda one: one.ends))

    world.store.before_settling = first_of_the_queue
    assert world.verifier.verify(ASKED, world.until) == Verified(finished=False)


def test_forecasts_that_cannot_be_read_keep_no_others_from_being_scored(world: World) -> None:
    made = [issued(age) for age in range(40)]
    world.issue(*made)
    world.observe(-40, 64)
    world.archive.damaged = {IssuedForecast(SERIES, made[age].issue_time) for age in (7, 38, 39)}
    with pytest.raises(IntegrityError, match=r"of 3 .* the first: the forecast of 2014-12-\d\d .* cannot be read"):
        world.verifier.verify(ASKED, world.until)
    assert sum(hours_scored(world).values()) == 37 * 24
    assert {one.forecast for one in world.store.queue} == world.archive.damaged

    world.archive.damaged.clear()
    assert world.verifier.verify(ASKED, world.until) == Verified(3, 72)


def test_a_forecast_that_cannot_be_read_does_not_keep_late_truth_away(world: World) -> None:
    other = SeriesKey("openaq-2", "pm25")
    world.issue(issued(), replace(issued(), station=other.station))
    world.verifier.verify(ASKED, world.until)
    world.observe(0, 24)
    world.observe(0, 24, station=other.station)
    world.archive.damaged = {IssuedForecast(min(SERIES, other), LAST)}
    with pytest.raises(IntegrityError, match="of 1 "):
        world.verifier.verify(AGAIN, world.until)
    assert hours_scored(world, SkillKey(max(SERIES, other), DECEMBER.month)) == dict.fromkeys(range(1, 25), 1)
    assert world.store.awaited[min(SERIES, other)].value.hours.keys() == {LAST}


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.integers(0, 30), min_size=1, max_size=6, unique=True),
    st.lists(st.tuples(st.integers(-30, 24), st.integers(1, 20), st.booleans()), min_size=1, max_size=6),
)
def test_however_truth_comes_and_runs_repeat_each_hour_is_scored_once(
    ages: list[int], deliveries: list[tuple[int, int, bool]]
) -> None:
    world = World()
    world.issue(*(issued(age) for age in ages))
    for first, hours, interrupted in deliveries:
        taken = {one.end for day in world.observations.days.values() for one in day.current}
        new = [one for one in hourly(hours, end=LAST + (first + hours) * HOUR) if one.end not in taken]
        world.observations.merge(new)
        if interrupted:
            somebody_comes_in_between(world)
        world.verifier.verify(AGAIN, world.until)
        world.verifier.verify(AGAIN, world.until)
    truth = {one.end: one.value for one in world.observations.read(EMBASSY.id, "pm25", LAST - 90 * HOUR, world.now)}
    expected: SkillSums = {}
    for age in ages:
        ends = {lead: LAST + (lead - age) * HOUR for lead in range(1, 25)}
        known = {lead: truth[end] for lead, end in ends.items() if end in truth}
        expected = added(expected, scores_of(issued(age), known))
    found = world.store.sums.get(SkillKey(SeriesKey(EMBASSY.id, "pm25"), dt.date(2014, 12, 1)))
    assert (found.value if found else {}) == expected
