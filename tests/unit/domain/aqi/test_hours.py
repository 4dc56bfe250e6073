"""Observations as hours counted back from an instant."""

import pytest

from geoclimate.domain.aqi.hours import hours_before
from tests.aqi_rows import AT, observed


def test_the_newest_hour_comes_first() -> None:
    rows = [observed(10.0, ended=2), observed(30.0), observed(20.0, ended=1)]

    assert hours_before(rows, AT, 4) == {"1": [30.0, 20.0, 10.0, None]}


def test_an_hour_that_ends_later_does_not_count() -> None:
    rows = [observed(99.0, ended=-0.5), observed(20.0, ended=0.5)]

    assert hours_before(rows, AT, 2) == {"1": [20.0, None]}


def test_half_hour_time_zones_keep_their_hours() -> None:
    rows = [observed(float(hour), ended=hour + 0.5) for hour in range(3)]

    assert hours_before(rows, AT, 3) == {"1": [0.0, 1.0, 2.0]}


def test_instruments_stay_apart() -> None:
    rows = [observed(1.0, instrument="b"), observed(2.0, instrument="a"), observed(3.0, instrument="b", ended=1)]

    assert hours_before(rows, AT, 2) == {"a": [2.0, None], "b": [1.0, 3.0]}


def test_shorter_intervals_are_averaged_by_their_length() -> None:
    rows = [observed(10.0, minutes=30), observed(40.0, ended=0.5, minutes=15)]

    assert hours_before(rows, AT, 1)["1"] == pytest.approx([20.0])


@pytest.mark.parametrize(("quarters", "counts"), [(3, True), (2, False)])
def test_shorter_intervals_must_cover_three_quarters_of_the_hour(quarters: int, counts: bool) -> None:
    rows = [observed(5.0, ended=place / 4, minutes=15) for place in range(quarters)]

    assert hours_before(rows, AT, 1) == ({"1": [5.0]} if counts else {})


def test_a_longer_mean_says_nothing_about_an_hour() -> None:
    assert hours_before([observed(5.0, minutes=24 * 60)], AT, 24) == {}


def test_what_lies_further_back_is_left_out() -> None:
    assert hours_before([observed(5.0, ended=3)], AT, 3) == {}
    assert hours_before([], AT, 3) == {}


def test_a_lone_value_comes_out_as_it_went_in() -> None:
    assert hours_before([observed(0.1, minutes=55)], AT, 1) == {"1": [0.1]}
