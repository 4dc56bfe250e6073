"""Windows of history and the targets that follow them: one code path for training and for serving.

An origin is an issue time in whole hours since the epoch. A window's last row is the hour before its origin; lead
time h is the hour `origin + h - 1`. A window is filled from its own rows alone, so it does not matter how much more of
the series the caller holds, and nothing from the origin on can reach it.

The calendar columns are in UTC. Stations far apart in longitude have their daily cycle at different UTC hours; the
three days of history in the window show the network where in its cycle a station is.
"""

import numpy as np
import numpy.typing as npt

from geoclimate.features.grid import HourlyGrid
from geoclimate.features.spec import FeatureSpec

# Of the target's hours in a window, this share must have been observed.
MIN_OBSERVED_SHARE = 0.5
_WEEK_HOURS = 168


def windows_at(grid: HourlyGrid, origins: npt.NDArray[np.int64], spec: FeatureSpec) -> npt.NDArray[np.float32]:
    """The windows before some origins.

    Gaps of up to `max_gap_hours` between two known values are filled on a straight line; after the last known value
    it is held for up to `max_gap_hours`; what is missing then, hours outside the grid included, stays NaN. The mask
    columns tell observed values (1) from filled and missing ones (0). All windows are in memory at once: ask for a
    long series in parts.

    Args:
        grid: Values of one station, its columns in the order of `spec.parameters`.
        origins: int64 [n], hours since the epoch.
        spec: What a window holds.

    Returns:
        float32 [n, history_hours, features], columns as `feature_names` lists them, in canonical units, unscaled.

    Raises:
        ValueError: The grid has another number of columns than the specification.
    """
    hours = origins[:, None] + np.arange(-spec.history_hours, 0, dtype=np.int64)
    known = _gather(grid, hours, spec)
    observed = ~np.isnan(known)
    calendar = _CALENDAR[hours % _WEEK_HOURS]
    return np.concatenate([_fill(known, observed, spec.max_gap_hours), observed, calendar], axis=2, dtype=np.float32)


def targets_at(grid: HourlyGrid, origins: npt.NDArray[np.int64], spec: FeatureSpec) -> npt.NDArray[np.float32]:
    """What was observed after some origins; never filled.

    Returns:
        float32 [n, lead times] of the target in its canonical unit, NaN where nothing was observed.
    """
    leads = np.asarray(spec.lead_hours, dtype=np.int64)
    return _gather(grid, origins[:, None] + leads - 1, spec)[:, :, 0]


def usable_origins(grid: HourlyGrid, spec: FeatureSpec) -> npt.NDArray[np.int64]:
    """Every origin from which a forecast can be made, ascending; the last possible one is the grid's end.

    The newest known target must be at most `max_gap_hours` old, and the target must have been observed in at
    least half of the window's hours.
    """
    origins = np.arange(grid.first_hour + 1, grid.end_hour + 1, dtype=np.int64)
    age, count = _target_age_and_count(grid, spec)
    return origins[(age <= spec.max_gap_hours) & (count >= _min_observed(spec))]


def shortfall(grid: HourlyGrid, origin: int, spec: FeatureSpec) -> str | None:
    """Why no forecast can be made from an origin inside the grid or at its end, in a sentence; None where one can."""
    age, count = _target_age_and_count(grid, spec)
    row = origin - grid.first_hour - 1
    if not 0 <= row < len(age):
        return f"no hour of {spec.target} before the issue time is known"
    if count[row] < _min_observed(spec):
        return (
            f"{spec.target} was observed in {count[row]} of the last {spec.history_hours} hours; "
            f"at least {_min_observed(spec)} are needed"
        )
    if age[row] > spec.max_gap_hours:
        return f"the newest {spec.target} is {age[row]} hours old; at most {spec.max_gap_hours} are allowed"
    return None


def _min_observed(spec: FeatureSpec) -> int:
    return max(1, round(MIN_OBSERVED_SHARE * spec.history_hours))


def _target_age_and_count(grid: HourlyGrid, spec: FeatureSpec) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Per origin from `first_hour + 1` on: missing hours at the window's tail, and observed hours in it."""
    observed = ~np.isnan(grid.values[:, 0])
    rows = np.arange(len(observed), dtype=np.int64)
    last = np.maximum.accumulate(np.where(observed, rows, -spec.history_hours)) if len(rows) else rows
    total = np.concatenate([[0], np.cumsum(observed, dtype=np.int64)])
    return rows - last, total[rows + 1] - total[np.maximum(rows + 1 - spec.history_hours, 0)]


def _gather(grid: HourlyGrid, hours: npt.NDArray[np.int64], spec: FeatureSpec) -> npt.NDArray[np.float32]:
    """Rows of the grid by hour, NaN outside it: [*hours.shape, parameters]."""
    if grid.values.ndim != 2 or grid.values.shape[1] != len(spec.parameters):
        message = f"the grid has shape {grid.values.shape}, but the specification names {len(spec.parameters)} columns"
        raise ValueError(message)
    rows = hours - grid.first_hour
    inside = (rows >= 0) & (rows < len(grid.values))
    if not len(grid.values):
        return np.full((*hours.shape, len(spec.parameters)), np.nan, dtype=np.float32)
    gathered = grid.values[np.where(inside, rows, 0)]
    gathered[~inside] = np.nan
    return gathered


def _fill(
    known: npt.NDArray[np.float32], observed: npt.NDArray[np.bool_], max_gap_hours: int
) -> npt.NDArray[np.float32]:
    """Fill short gaps of [n, hours, channels] along the hours, each window from its own rows alone."""
    length = known.shape[1]
    rows = np.arange(length, dtype=np.int64)[:, None]
    before = np.maximum.accumulate(np.where(observed, rows, -1), axis=1)
    after = np.minimum.accumulate(np.where(observed, rows, length)[:, ::-1], axis=1)[:, ::-1]
    left = np.take_along_axis(known, np.maximum(before, 0), axis=1)
    right = np.take_along_axis(known, np.minimum(after, length - 1), axis=1)
    share = ((rows - before) / np.maximum(after - before, 1)).astype(np.float32)
    between = ~observed & (before >= 0) & (after < length) & (after - before - 1 <= max_gap_hours)
    tail = ~observed & (before >= 0) & (after == length) & (rows - before <= max_gap_hours)
    filled = np.where(between, left + share * (right - left), known)
    return np.where(tail, left, filled).astype(np.float32, copy=False)


def _calendar_table() -> npt.NDArray[np.float32]:
    """One row an hour of the week since the epoch's Thursday midnight; columns as `CALENDAR_FEATURES`."""
    hour = np.arange(_WEEK_HOURS)
    turns = [2 * np.pi * hour / period for period in (24, 12, _WEEK_HOURS)]
    return np.stack([wave(turn) for turn in turns for wave in (np.sin, np.cos)], axis=1).astype(np.float32)


_CALENDAR = _calendar_table()
