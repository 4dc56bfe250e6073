"""Order of time, and leaks that are planted and found."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pytest

from geoclimate.domain.errors import ModelRejected
from geoclimate_ml.rolling_origin import Fold, check_causal, check_fold
from tests.synthetic_forecasts import floats

FIRST_HOUR = 1000
LEADS = 24
Array = npt.NDArray[np.float32]


def _values() -> Array:
    return np.random.default_rng(0).uniform(1, 100, (200, 2)).astype(np.float32)


def _honest(values: Array, origin: int) -> Mapping[str, Array]:
    row = origin - FIRST_HOUR
    past = values[max(0, row - 24) : row]
    return {"history": past, "context": floats([past.mean(), past[-1, 0]])}


def _sees_the_targets_hour(values: Array, origin: int) -> Mapping[str, Array]:
    row = origin - FIRST_HOUR
    return {**_honest(values, origin), "context": values[row]}


def _fills_backwards(values: Array, origin: int) -> Mapping[str, Array]:
    """A gap in the past that is filled from what came after it."""
    row = origin - FIRST_HOUR
    filled = values.copy()
    filled[row - 1] = np.nanmean(values[row - 2 : row + 1], axis=0) if row + 1 < len(values) else values[row - 2]
    return {"history": filled[row - 24 : row]}


def _scales_by_the_whole_series(values: Array, origin: int) -> Mapping[str, Array]:
    row = origin - FIRST_HOUR
    return {"history": values[row - 24 : row] / np.float32(np.nanmean(values))}


def _knows_which_hours_will_be_measured(values: Array, origin: int) -> Mapping[str, Array]:
    return {"mask": np.isnan(values[origin - FIRST_HOUR]).astype(np.float32)}


def test_inputs_of_the_past_pass() -> None:
    check_causal(_honest, _values(), FIRST_HOUR, [1050, 1100, 1199])


@pytest.mark.parametrize(
    ("leak", "name"),
    [
        (_sees_the_targets_hour, "context"),
        (_fills_backwards, "history"),
        (_scales_by_the_whole_series, "history"),
        (_knows_which_hours_will_be_measured, "mask"),
    ],
)
def test_a_planted_leak_is_caught_and_named(leak, name: str) -> None:  # type: ignore[no-untyped-def] # any of the above
    with pytest.raises(ModelRejected, match=f"input '{name}' at issue hour 1050 .* seen the future"):
        check_causal(leak, _values(), FIRST_HOUR, [1050])


def test_a_check_that_would_check_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="would say nothing"):
        check_causal(_honest, _values(), FIRST_HOUR, [FIRST_HOUR, 1200, 5000])


def _hours(first: int, end: int) -> npt.NDArray[np.int64]:
    return np.arange(first, end, dtype=np.int64)


def test_a_training_part_may_reach_up_to_its_test_part() -> None:
    fold, hours = Fold(1000, 1000, 1100), _hours(0, 2000)
    test = hours[fold.test(hours)]
    assert (test.min(), test.max()) == (1000, 1099)
    check_fold(fold, _hours(0, 1000 - LEADS + 1), test, LEADS)


def test_a_training_window_that_overlaps_the_test_is_caught() -> None:
    fold = Fold(1000, 1000, 1100)
    with pytest.raises(ModelRejected, match="reaches to hour 1023, past the end of training at 1000"):
        check_fold(fold, _hours(0, 1000), _hours(1000, 1100), LEADS)


def test_a_test_part_that_begins_inside_training_is_caught() -> None:
    with pytest.raises(ModelRejected, match="after the test part begins"):
        check_fold(Fold(1010, 1000, 1100), _hours(0, 900), _hours(1000, 1100), LEADS)


def test_a_scored_forecast_from_before_the_test_part_is_caught() -> None:
    with pytest.raises(ModelRejected, match="outside the test part"):
        check_fold(Fold(1000, 1000, 1100), _hours(0, 900), _hours(990, 1100), LEADS)
