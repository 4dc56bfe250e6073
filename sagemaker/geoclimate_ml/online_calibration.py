"""The online calibration as it goes in service, replayed over a test part.

A forecast teaches only once its hours have passed: at each issue time the state knows, of every earlier forecast, the
lead times whose hour has ended by then, each once.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from geoclimate.features.conformal import ConformalState, calibrated, updated
from geoclimate_ml.scoring.forecasts import Floats, Forecasts


def replay(forecasts: Forecasts, groups: Sequence[str], state: ConformalState) -> tuple[Floats, ConformalState]:
    """Calibrate each forecast by what was known at its issue time.

    Args:
        forecasts: As the model gives them.
        groups: The station group of each of `forecasts.stations`.
        state: What was learned before.

    Returns:
        Quantiles as they would have been issued, float32 [n, lead times, levels], and the state at the end.
    """
    leads = np.asarray(forecasts.lead_hours, dtype=np.int64)
    issued = np.empty_like(forecasts.quantiles)
    group_of = np.asarray(groups, dtype=np.str_)[forecasts.station]
    rows_at = {int(time): np.flatnonzero(forecasts.issue_hours == time) for time in np.unique(forecasts.issue_hours)}
    open_times: list[int] = []
    taught = 0
    for time, rows in rows_at.items():
        for earlier in open_times:
            ended = earlier + leads
            state = _taught(forecasts, issued, (rows_at[earlier], group_of), (ended > taught) & (ended <= time), state)
        open_times = [earlier for earlier in open_times if earlier + leads[-1] > time] + [time]
        taught = time
        for group in np.unique(group_of[rows]).tolist():
            chosen = rows[group_of[rows] == group]
            issued[chosen] = calibrated(state, group, forecasts.quantiles[chosen])
    return issued, state


def _taught(
    forecasts: Forecasts,
    issued: Floats,
    members: tuple[npt.NDArray[np.int64], npt.NDArray[np.str_]],
    ended: npt.NDArray[np.bool_],
    state: ConformalState,
) -> ConformalState:
    """The state after some lead times of the forecasts of one issue time were verified."""
    rows, group_of = members
    if not ended.any():
        return state
    for group in np.unique(group_of[rows]).tolist():
        chosen = rows[group_of[rows] == group]
        truth = np.where(ended, forecasts.observed[chosen], np.float32(np.nan)).astype(np.float32)
        issue_hour = int(forecasts.issue_hours[chosen[0]])
        state = updated(state, group, issued[chosen], truth, issue_hour)
    return state
