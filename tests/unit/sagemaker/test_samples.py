from collections.abc import Callable
from functools import lru_cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geoclimate.features.inputs import inputs_at
from geoclimate_ml.samples import Samples
from tests.made_samples import FIRST_HOUR, Made, made, small_spec


@lru_cache(maxsize=1)
def here() -> Made:
    return made(small_spec(leads=30, history_hours=48), hours=400)


@settings(deadline=None)
@given(st.data())
def test_cuts_bit_for_bit_what_serving_cuts(data: st.DataObject) -> None:
    this = here()
    chosen = np.array(data.draw(st.lists(st.integers(0, len(this.samples) - 1), min_size=1, max_size=9)))
    training = this.samples.inputs(chosen)
    for row, index in enumerate(chosen):
        station = int(this.samples.station[index])
        origin = this.samples.issue_hours[index : index + 1]
        serving = inputs_at(this.series[station], this.weather[station], origin, this.spec)
        for name in ("history", "context", "future"):
            assert getattr(training, name)[row].tobytes() == getattr(serving, name)[0].tobytes(), name


def test_the_truth_is_what_was_observed_and_never_filled_nor_another_station_s() -> None:
    this = here()
    observed = this.samples.observed(np.arange(len(this.samples)))
    assert np.isnan(observed).any()
    for row in range(0, len(this.samples), 37):
        series = this.series[int(this.samples.station[row])]
        begin = int(this.samples.issue_hours[row]) - series.first_hour
        expected = np.full(30, np.nan, dtype=np.float32)
        came = series.target[begin : begin + 30]
        expected[: len(came)] = came
        np.testing.assert_array_equal(observed[row], expected)


def test_one_station_never_sees_into_another() -> None:
    this = here()
    first = np.array([np.flatnonzero(this.samples.station == 1)[0]])
    history = this.samples.history(first)
    assert history.shape == (1, 48, len(this.series[0].history[0]))
    assert np.array_equal(history[0], this.series[1].history[:48], equal_nan=True)


def test_the_newest_known_value_is_what_persistence_says() -> None:
    this = here()
    index = np.flatnonzero(~np.isnan(this.samples.newest()))[5]
    station = int(this.samples.station[index])
    rows = this.series[station].target[: this.samples.issue_hours[index] - this.series[station].first_hour]
    assert this.samples.newest()[index] == rows[np.isfinite(rows)][-1]


@pytest.mark.parametrize(
    ("choose", "holds"),
    [
        (
            lambda s: s.between(FIRST_HOUR + 100, FIRST_HOUR + 110),
            lambda s: set(s.issue_hours - FIRST_HOUR) <= set(range(100, 110)),
        ),
        (lambda s: s.thinned(6), lambda s: not (s.issue_hours % 6).any()),
        (lambda s: s.of(["openaq-2", "unheard-of"]), lambda s: set(s.station) == {2}),
    ],
    ids=["between", "thinned", "of"],
)
def test_chooses_some_issue_times(choose: Callable[[Samples], Samples], holds: Callable[[Samples], bool]) -> None:
    chosen = choose(here().samples)
    assert 0 < len(chosen) < len(here().samples)
    assert holds(chosen)
