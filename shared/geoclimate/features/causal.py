"""Series of hours seen from each hour backwards: no row of a result depends on a later row of its input.

Every function takes float [hours, ...] with NaN where a value is missing and gives an array of the same shape.
"""

import numpy as np
import numpy.typing as npt

Rows = npt.NDArray[np.float64]


def hold(values: Rows, hours: int) -> Rows:
    """Each missing value replaced by the newest one before it, where that is at most some hours old."""
    row = np.arange(len(values)).reshape(-1, *([1] * (values.ndim - 1)))
    newest = np.maximum.accumulate(np.where(np.isnan(values), -1, row), axis=0)
    held = np.take_along_axis(values, np.maximum(newest, 0), axis=0)
    return np.where((newest >= 0) & (row - newest <= hours), held, np.nan)


def lagged(values: Rows, hours: int) -> Rows:
    """What stood some hours before; NaN where the series had not begun."""
    result = np.full_like(values, np.nan)
    if hours < len(values):
        result[hours:] = values[: len(values) - hours]
    return result


def rolling_mean(values: Rows, hours: int) -> Rows:
    """Mean over the newest hours, this one included; NaN where fewer than half of them are known."""
    total, count = _rolling_sums(values, hours)
    enough = count >= max(1.0, 0.5 * hours)
    return np.where(enough, total / np.maximum(count, 1.0), np.nan)


def rolling_deviation(values: Rows, hours: int) -> Rows:
    """Standard deviation over the newest hours; NaN where fewer than half of them are known."""
    # About the first known value: sums of squares of values far from zero would lose their digits, and a middle of the
    # whole series would let the future into the last digits of the past.
    first = np.argmax(~np.isnan(values), axis=0)[None]
    centred = values - np.nan_to_num(np.take_along_axis(values, first, axis=0))
    mean, square = rolling_mean(centred, hours), rolling_mean(centred**2, hours)
    return np.sqrt(np.maximum(square - mean**2, 0.0))


def rolling_extreme(values: Rows, hours: int, *, largest: bool) -> Rows:
    """Largest or smallest known value of the newest hours; NaN where none is known."""
    nothing = -np.inf if largest else np.inf
    padded = np.concatenate(
        [np.full((hours - 1, *values.shape[1:]), nothing), np.where(np.isnan(values), nothing, values)]
    )
    windows = np.lib.stride_tricks.sliding_window_view(padded, hours, axis=0)
    extreme = windows.max(axis=-1) if largest else windows.min(axis=-1)
    return np.where(np.isinf(extreme), np.nan, extreme)


def _rolling_sums(values: Rows, hours: int) -> tuple[Rows, Rows]:
    known = ~np.isnan(values)
    sums = np.cumsum(np.stack([np.where(known, values, 0.0), known.astype(np.float64)]), axis=1)
    before = sums[:, : len(values) - hours].copy() if hours < len(values) else sums[:, :0]
    sums[:, hours:] -= before
    return sums[0], sums[1]
