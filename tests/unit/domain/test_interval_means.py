"""Means over time, and what they leave open."""

import cmath
import datetime as dt
import math
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from geoclimate.domain.calendar_steps import Interval, Step, steps_between
from geoclimate.domain.interval_means import IntervalMean, interval_means
from geoclimate.domain.null_reasons import LATE_FOR, NullReason
from geoclimate.domain.observations import Observation
from geoclimate.domain.quality import COUNTED_FLAGS
from geoclimate.domain.stations import Series

_START = dt.datetime(2014, 3, 1, tzinfo=dt.UTC)
_MINUTE = dt.timedelta(minutes=1)
_HOUR = dt.timedelta(hours=1)
_DAY = dt.timedelta(days=1)
_SERIES = Series("pm25", _START, _START + 60 * _DAY)
_NOW = _SERIES.last + _HOUR


def _seen(
    start: dt.datetime, value: float, length: dt.timedelta = _HOUR, instrument: str = "1", flag: str = "valid"
) -> Observation:
    return Observation(
        station="openaq-1",
        parameter="pm25",
        start=start,
        end=start + length,
        value=value,
        delivered_value=value,
        delivered_unit="µg/m³",
        instrument=instrument,
        flag=flag,
        source="openaq",
        file_digest="0" * 64,
        line=2,
        ingested_at=_NOW,
    )


def _means(
    observations: list[Observation],
    start: dt.datetime = _START,
    end: dt.datetime = _START + _DAY,
    step: Step = "daily",
    zone: dt.tzinfo = dt.UTC,
) -> list[IntervalMean]:
    steps = list(steps_between(start, end, step, zone))
    return interval_means(observations, steps, step, COUNTED_FLAGS, _SERIES, _NOW)


_VALUES = st.floats(-10, 1e4, allow_nan=False)


@st.composite
def _month_with_holes(draw: st.DrawFn) -> list[Observation]:
    """Some observations of up to two instruments; those of one never overlap."""
    found = []
    for instrument in ("1", "2"):
        at = _START - _HOUR
        for _ in range(draw(st.integers(0, 40))):
            at += draw(st.integers(0, 3000)) * _MINUTE
            length = draw(st.sampled_from([15, 20, 60, 90, 1440])) * _MINUTE
            flag = draw(st.sampled_from(["valid", "below-detection", "spike"]))
            found.append(_seen(at, draw(_VALUES), length, instrument, flag))
            at += length
    return sorted(found, key=lambda one: (one.start, one.instrument))


@settings(deadline=None)
@given(_month_with_holes(), st.sampled_from(["UTC", "America/New_York", "Asia/Kolkata"]))
def test_the_means_of_the_days_weighted_by_coverage_give_that_of_the_month(
    observations: list[Observation], name: str
) -> None:
    zone = ZoneInfo(name)
    (month,) = _means(observations, _START + 10 * _DAY, _START + 11 * _DAY, "monthly", zone)
    days = [one for one in _means(observations, month.start, month.end, "daily", zone) if one.mean is not None]

    weights = [one.coverage * (one.end - one.start).total_seconds() for one in days]
    length = (month.end - month.start).total_seconds()
    assert math.isclose(sum(weights), month.coverage * length, abs_tol=1e-6)
    if month.mean is None:
        assert days == []
    else:
        total = math.fsum(weight * (one.mean or 0.0) for weight, one in zip(weights, days, strict=True))
        assert math.isclose(total / sum(weights), month.mean, rel_tol=1e-9, abs_tol=1e-9)
        assert min(one.minimum or 0.0 for one in days) == month.minimum
        assert max(one.maximum or 0.0 for one in days) == month.maximum


@settings(deadline=None)
@given(_month_with_holes(), st.sampled_from(["hourly", "daily", "monthly"]))
def test_coverage_is_a_share_and_a_mean_lies_within_what_was_measured(
    observations: list[Observation], step: Step
) -> None:
    for one in _means(observations, _START, _START + 5 * _DAY, step):
        assert 0.0 <= one.coverage <= 1.0
        assert (one.mean is None) == (one.coverage == 0.0) == (one.null_reason is not None) == (one.count == 0)
        if one.mean is not None and one.minimum is not None and one.maximum is not None and one.quantiles is not None:
            assert one.minimum <= one.mean <= one.maximum
            assert [one.minimum, *one.quantiles, one.maximum] == sorted([one.minimum, *one.quantiles, one.maximum])


@settings(deadline=None)
@given(_VALUES, st.integers(1, 24))
def test_the_mean_of_equal_values_is_that_value_to_the_last_bit(value: float, hours: int) -> None:
    (day,) = _means([_seen(_START + hour * _HOUR, value, instrument=str(hour % 3)) for hour in range(hours)])

    assert (day.mean, day.minimum, day.maximum, day.quantiles) == (value, value, value, (value,) * 5)


def test_a_long_observation_weighs_more_than_a_short_one() -> None:
    hour, *_ = _means(
        [_seen(_START, 10.0, 45 * _MINUTE), _seen(_START + 45 * _MINUTE, 50.0, 15 * _MINUTE)], step="hourly"
    )

    assert (hour.mean, hour.coverage, hour.count) == (20.0, 1.0, 2)


def test_what_was_not_measured_does_not_count_in_the_mean_but_in_the_coverage() -> None:
    (day,) = _means([_seen(_START + hour * _HOUR, 30.0 + hour) for hour in range(6)])

    assert (day.mean, day.coverage, day.count) == (32.5, 0.25, 6)


def test_an_observation_that_lies_in_two_steps_counts_in_each_by_its_part() -> None:
    halves = _means([_seen(_START + 30 * _MINUTE, 8.0)], _START, _START + 2 * _HOUR, "hourly")

    assert [(one.mean, one.coverage, one.count) for one in halves] == [(8.0, 0.5, 1), (8.0, 0.5, 1)]


def test_two_instruments_count_alike_at_every_moment_that_both_show() -> None:
    (day,) = _means(
        [_seen(_START, 10.0), _seen(_START, 30.0, instrument="2"), _seen(_START + _HOUR, 50.0, instrument="2")]
    )

    assert (day.mean, day.coverage, day.count) == (35.0, 2 / 24, 3)
    assert (day.minimum, day.maximum) == (10.0, 50.0)


def test_a_quantile_is_a_value_that_was_not_exceeded_in_that_share_of_the_time() -> None:
    (day,) = _means([_seen(_START + hour * _HOUR, float(hour)) for hour in range(20)])

    assert day.quantiles == (1.0, 4.0, 9.0, 14.0, 17.0)


def test_a_day_of_25_hours_is_covered_by_25_hours() -> None:
    zone = ZoneInfo("America/New_York")
    start = dt.datetime(2014, 11, 2, 4, tzinfo=dt.UTC)
    (day,) = _means([_seen(start + hour * _HOUR, 1.0) for hour in range(25)], start, start + _HOUR, "daily", zone)

    assert (day.coverage, day.count, day.end - day.start) == (1.0, 25, 25 * _HOUR)


@pytest.mark.parametrize(
    ("zone", "date", "hours"),
    [("America/New_York", dt.date(2014, 11, 2), 25), ("Antarctica/Troll", dt.date(2014, 10, 26), 26)],
)
@pytest.mark.parametrize("step", ["daily", "monthly"])
def test_the_mean_of_a_local_day_that_is_longer_than_24_hours_counts(
    zone: str, date: dt.date, hours: int, step: Step
) -> None:
    midnight = dt.datetime.combine(date, dt.time(), ZoneInfo(zone)).astimezone(dt.UTC)
    (found,) = _means([_seen(midnight, 7.5, hours * _HOUR)], midnight, midnight + _HOUR, step, ZoneInfo(zone))

    assert (found.mean, found.count, found.null_reason) == (7.5, 1, None)
    assert found.coverage * (found.end - found.start) == hours * _HOUR


def test_the_mean_of_several_days_is_none_of_a_day() -> None:
    (day,) = _means([_seen(_START, 7.5, 2 * _DAY)])

    assert (day.mean, day.null_reason) == (None, NullReason.NOT_MEASURED)


def _direction(*degrees: float, hours: int = 1, apart: bool = True) -> IntervalMean:
    """The mean of a day in which these directions were seen one after the other, or by an instrument each."""
    seen = [
        _seen(_START + place * hours * _HOUR if apart else _START, value, hours * _HOUR, str(0 if apart else place))
        for place, value in enumerate(degrees)
    ]
    (day,) = interval_means(
        seen,
        [Interval(_START, _START + _DAY)],
        "daily",
        COUNTED_FLAGS,
        replace(_SERIES, parameter="wind_direction"),
        _NOW,
    )
    return day


@pytest.mark.parametrize(
    ("degrees", "mean"),
    [
        ((350.0, 10.0), 0.0),
        ((360.0, 0.0, 10.0, 350.0), 0.0),
        ((80.0, 100.0), 90.0),
        ((315.0, 225.0), 270.0),
        ((0.0, 0.0, 90.0, 90.0), 45.0),
        ((360.0, 360.0), 360.0),
        ((123.4,), 123.4),
    ],
)
@pytest.mark.parametrize("apart", [True, False])
def test_the_mean_of_directions_is_that_of_their_vectors(
    degrees: tuple[float, ...], mean: float, *, apart: bool
) -> None:
    day = _direction(*degrees, apart=apart)

    assert day.mean == pytest.approx(mean, abs=1e-9)
    assert (day.count, day.null_reason) == (len(degrees), None)


def test_directions_have_no_least_nor_greatest_and_no_quantiles() -> None:
    day = _direction(350.0, 10.0)

    assert (day.minimum, day.maximum, day.quantiles) == (None, None, None)


def test_directions_that_cancel_each_other_out_have_no_mean_but_a_coverage() -> None:
    day = _direction(45.0, 225.0, hours=6)

    assert (day.mean, day.coverage, day.count, day.null_reason) == (None, 0.5, 2, NullReason.NOT_MEASURED)


@settings(deadline=None)
@given(st.lists(st.floats(0, 360), min_size=1, max_size=24), st.integers(0, 359))
def test_turned_directions_have_a_mean_that_is_turned_as_far(degrees: list[float], turn: int) -> None:
    one, other = _direction(*degrees), _direction(*[(value + turn) % 360.0 for value in degrees])

    resultant = abs(sum(cmath.rect(1.0, math.radians(value)) for value in degrees)) / len(degrees)
    assume(resultant > 1e-3)
    assert one.mean is not None
    assert other.mean is not None
    assert 0.0 <= one.mean <= 360.0
    assert abs((other.mean - one.mean - turn + 180.0) % 360.0 - 180.0) < 1e-5


def test_only_the_flags_asked_for_count() -> None:
    flagged = [_seen(_START, 1.0), _seen(_START + _HOUR, 9.0, flag="spike")]
    steps = [Interval(_START, _START + _DAY)]

    (usual,) = interval_means(flagged, steps, "daily", COUNTED_FLAGS, _SERIES, _NOW)
    (spikes,) = interval_means(flagged, steps, "daily", {"spike"}, _SERIES, _NOW)

    assert (usual.mean, spikes.mean) == (1.0, 9.0)


@pytest.mark.parametrize(
    ("observations", "start", "step", "reason"),
    [
        ([], _START + _DAY, "daily", NullReason.UPSTREAM_LATE),
        ([_seen(_START, 5.0, flag="flat-line")], _START, "daily", NullReason.QC_REJECTED),
        ([_seen(_START, 5.0, _DAY)], _START, "hourly", NullReason.NOT_MEASURED),
        ([], _START - _DAY, "daily", NullReason.OUTSIDE_PERIOD),
        ([], _NOW + _DAY, "daily", NullReason.OUTSIDE_PERIOD),
        ([], _SERIES.last, "hourly", NullReason.UPSTREAM_LATE),
    ],
)
def test_says_why_there_is_no_mean(
    observations: list[Observation], start: dt.datetime, step: Step, reason: NullReason
) -> None:
    first, *_ = _means(observations, start, start + _HOUR, step)

    assert (first.mean, first.quantiles, first.null_reason) == (None, None, reason)


def test_after_its_end_a_series_is_late_for_a_week_and_has_ended_then() -> None:
    steps = [Interval(_SERIES.last, _SERIES.last + _HOUR)]
    reasons = [
        interval_means([], steps, "hourly", COUNTED_FLAGS, _SERIES, _SERIES.last + late)[0].null_reason
        for late in (LATE_FOR, LATE_FOR + _HOUR)
    ]

    assert reasons == [NullReason.UPSTREAM_LATE, NullReason.OUTSIDE_PERIOD]
