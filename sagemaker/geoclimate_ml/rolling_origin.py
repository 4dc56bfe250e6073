"""Evaluation in the order of time, and the checks that nothing of the future gets into it.

Rolling origin (Tashman, 2000, "Out-of-sample tests of forecasting accuracy"): a model is trained on what lies before a
test part, forecasts are issued one after the other through that part, and each is judged by what came after it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from geoclimate.domain.errors import ModelRejected
from geoclimate_ml.scoring.forecasts import Integers

Values = npt.NDArray[np.float32]
InputsAt = Callable[[Values, int], Mapping[str, npt.NDArray[np.generic]]]
"""Makes a model's inputs, by name, from hourly values of which the first axis is the hour, and an issue hour."""

_DISTURBANCES = 3
_LARGE = 1e4
_SEED = 0
"""Of the numbers that replace the future."""


@dataclass(frozen=True, slots=True)
class Fold:
    """One training part with the test part after it, in hours since 1970.

    Attributes:
        training_end: Training may use no hour from here on, as an input or as a target.
        test_start: First issue hour of the test part.
        test_end: The test part's issue hours lie before it.
    """

    training_end: int
    test_start: int
    test_end: int

    def test(self, issue_hours: Integers) -> npt.NDArray[np.bool_]:
        """Which issue hours lie in the test part."""
        return (issue_hours >= self.test_start) & (issue_hours < self.test_end)


def check_fold(fold: Fold, training_issue_hours: Integers, test_issue_hours: Integers, longest_lead: int) -> None:
    """Refuse a training part that reaches into its test part.

    Args:
        fold: What was meant.
        training_issue_hours: Issue hours of all forecasts that anything was fitted to, early stopping and
            calibration included.
        test_issue_hours: Issue hours of all forecasts that are scored.
        longest_lead: Longest lead time in hours.

    Raises:
        ModelRejected: A target of training lies at or after the end of training or the first test issue, or a test
            issue lies outside the test part.
    """
    if fold.training_end > fold.test_start:
        message = f"training ends at hour {fold.training_end}, after the test part begins at {fold.test_start}"
        raise ModelRejected(message)
    if len(training_issue_hours):
        newest = int(training_issue_hours.max()) + longest_lead
        if newest > fold.training_end:
            message = (
                f"a target of training reaches to hour {newest}, past the end of training at {fold.training_end}; "
                f"leave out issue hours after {fold.training_end - longest_lead}"
            )
            raise ModelRejected(message)
    if not fold.test(test_issue_hours).all():
        message = f"a scored forecast was issued outside the test part, hours {fold.test_start} to {fold.test_end}"
        raise ModelRejected(message)


def check_causal(inputs_at: InputsAt, values: Values, first_hour: int, origins: Sequence[int]) -> None:
    """Refuse inputs that know anything from their issue hour on.

    Everything from an issue hour on is replaced, by other numbers, by far larger ones, and by nothing at all, and the
    inputs must come out the same to the last bit.

    Args:
        inputs_at: What makes the inputs, as training and serving do.
        values: float32 [hours, ...]: row i is the hour `first_hour + i`.
        first_hour: First row's hour, in hours since 1970.
        origins: Issue hours to try.

    Raises:
        ModelRejected: An input changed; the message names it and the issue hour.
        ValueError: No issue hour has a future among the values, so nothing would be checked.
    """
    rng = np.random.default_rng(_SEED)
    tried = [origin for origin in origins if 0 < origin - first_hour < len(values)]
    if not tried:
        raise ValueError("none of the issue hours lies inside the values, so the check would say nothing")
    for origin in tried:
        expected = inputs_at(values, origin)
        row = origin - first_hour
        for disturbance in range(_DISTURBANCES):
            disturbed = values.copy()
            disturbed[row:] = _other_values(values[row:], disturbance, rng)
            found = inputs_at(disturbed, origin)
            for name, array in expected.items():
                if not _identical(array, found[name]):
                    message = (
                        f"the input {name!r} at issue hour {origin} changes with values from that hour on: "
                        "it has seen the future"
                    )
                    raise ModelRejected(message)


def _other_values(values: Values, disturbance: int, rng: np.random.Generator) -> Values:
    if disturbance == 0:
        return (np.nan_to_num(values) + rng.normal(0, 1, values.shape)).astype(np.float32)
    if disturbance == 1:
        return rng.uniform(_LARGE, 2 * _LARGE, values.shape).astype(np.float32)
    return np.full_like(values, np.nan)


def _identical(expected: npt.NDArray[np.generic], found: npt.NDArray[np.generic]) -> bool:
    return expected.dtype == found.dtype and expected.shape == found.shape and expected.tobytes() == found.tobytes()
