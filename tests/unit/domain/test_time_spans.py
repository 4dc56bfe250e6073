"""Stretches of time with their ends included."""

import datetime as dt

import pytest

from geoclimate.domain.time_spans import TimeSpan

_NOON = dt.datetime(2014, 12, 31, 12, tzinfo=dt.UTC)
_HOUR = dt.timedelta(hours=1)


@pytest.mark.parametrize(
    ("span", "meets"),
    [
        (TimeSpan(None, None), True),
        (TimeSpan(_NOON, _NOON), True),
        # An interval ends before its end, and begins at its beginning.
        (TimeSpan(_NOON + _HOUR, None), False),
        (TimeSpan(None, _NOON), True),
        (TimeSpan(None, _NOON - dt.timedelta(microseconds=1)), False),
        (TimeSpan(_NOON + dt.timedelta(minutes=30), _NOON + 5 * _HOUR), True),
        (TimeSpan(_NOON - 5 * _HOUR, _NOON - _HOUR), False),
    ],
)
def test_a_span_meets_an_interval_that_has_an_instant_of_it(span: TimeSpan, meets: bool) -> None:
    assert span.meets(_NOON, _NOON + _HOUR) is meets
