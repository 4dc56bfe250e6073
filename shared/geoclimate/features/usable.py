"""From which issue times a forecast can be made.

The newest known target must be at most `max_gap_hours` old, and the target must have been observed in at least half of
the history's hours. Training and serving ask the same two questions.
"""

import numpy as np
import numpy.typing as npt

from geoclimate.features.input_spec import InputSpec
from geoclimate.features.inputs import MIN_OBSERVED_SHARE


def usable_origins(target: npt.NDArray[np.float32], first_hour: int, spec: InputSpec) -> npt.NDArray[np.int64]:
    """Every origin from which a forecast can be made, int64 ascending; the last possible one is the series' end.

    Args:
        target: [hours], as observed, never filled; `StationSeries.target` or a row of `Region.target`.
        first_hour: The first row's hour, in hours since the epoch.
        spec: What a model is shown.
    """
    origins = first_hour + 1 + np.arange(len(target), dtype=np.int64)
    age, count = _age_and_count(target, spec)
    return origins[(age <= spec.max_gap_hours) & (count >= _least(spec))]


def shortfall(target: npt.NDArray[np.float32], first_hour: int, origin: int, spec: InputSpec) -> str | None:
    """Why no forecast can be made from an origin inside a series or at its end, in a sentence; None where one can.

    Args:
        target: As for `usable_origins`.
        first_hour: As for `usable_origins`.
        origin: The issue time, in hours since the epoch.
        spec: What a model is shown.
    """
    age, count = _age_and_count(target, spec)
    row = origin - first_hour - 1
    if not 0 <= row < len(age):
        return f"no hour of {spec.target} before the issue time is known"
    if count[row] < _least(spec):
        return (
            f"{spec.target} was observed in {count[row]} of the last {spec.history_hours} hours; "
            f"at least {_least(spec)} are needed"
        )
    if age[row] > spec.max_gap_hours:
        return f"the newest {spec.target} is {age[row]} hours old; at most {spec.max_gap_hours} are allowed"
    return None


def _least(spec: InputSpec) -> int:
    return max(1, round(MIN_OBSERVED_SHARE * spec.history_hours))


def _age_and_count(
    target: npt.NDArray[np.float32], spec: InputSpec
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """A row: the hours since the newest known target, and the observed hours of the history that ends with it."""
    observed = ~np.isnan(target)
    rows = np.arange(len(observed), dtype=np.int64)
    newest = np.maximum.accumulate(np.where(observed, rows, -spec.history_hours))
    total = np.concatenate([[0], np.cumsum(observed, dtype=np.int64)])
    return rows - newest, total[rows + 1] - total[np.maximum(rows + 1 - spec.history_hours, 0)]
