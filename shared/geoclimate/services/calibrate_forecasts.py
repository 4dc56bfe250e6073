"""What the online calibration learns from forecasts that were scored."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from geoclimate.domain.forecasts import Forecast
from geoclimate.domain.parameters import lowest_value
from geoclimate.features.conformal import ConformalState, initial_state, updated
from geoclimate.features.grid import hour_of
from geoclimate.services.verification_ports import UNSTORED, CalibrationKey, CalibrationStore, Versioned


@dataclass(frozen=True, slots=True)
class Scored:
    """A forecast and the truth by which it is scored now.

    Attributes:
        forecast: As it was issued.
        observed: What was observed, by lead time; only lead times that were never scored before.
    """

    forecast: Forecast
    observed: Mapping[int, float]


def calibration_key(forecast: Forecast) -> CalibrationKey:
    """Whose calibration a forecast teaches: that of its engine and model version."""
    return CalibrationKey(forecast.parameter, forecast.model_version, forecast.engine)


def learned(
    scored: Sequence[Scored], calibrations: CalibrationStore
) -> Mapping[CalibrationKey, Versioned[ConformalState]]:
    """The states after some forecasts were scored, over the versions that were read.

    Forecasts of an issue time and station group are one step. Those that nobody calibrated (`raw_quantiles` is None)
    teach nothing, nor do those with other levels or lead times than the state's.

    Args:
        scored: In the order of their issue times.
        calibrations: Where the states are.
    """
    steps: defaultdict[CalibrationKey, defaultdict[tuple[object, str], list[Scored]]]
    steps = defaultdict(lambda: defaultdict(list))
    for one in scored:
        forecast = one.forecast
        if one.observed and forecast.raw_quantiles is not None:
            steps[calibration_key(forecast)][forecast.issue_time, forecast.station_group].append(one)
    found: dict[CalibrationKey, Versioned[ConformalState]] = {}
    for key, groups in steps.items():
        stored = calibrations.read(key) or _unlearned(next(iter(groups.values()))[0].forecast)
        state = stored.value
        for (_, group), rows in groups.items():
            state = _after(state, group, [row for row in rows if _fits(state, row.forecast)])
        if state is not stored.value:
            found[key] = Versioned(state, stored.version)
    return found


def _unlearned(forecast: Forecast) -> Versioned[ConformalState]:
    return Versioned(
        initial_state(forecast.levels, forecast.lead_hours, lowest=lowest_value(forecast.parameter)), UNSTORED
    )


def _fits(state: ConformalState, forecast: Forecast) -> bool:
    return (state.levels, state.lead_hours) == (forecast.levels, forecast.lead_hours)


def _after(state: ConformalState, group: str, rows: Sequence[Scored]) -> ConformalState:
    if not rows:
        return state
    quantiles = np.array([row.forecast.quantiles for row in rows], dtype=np.float32)
    observed = np.stack([_observed(row) for row in rows])
    return updated(state, group, quantiles, observed, hour_of(rows[0].forecast.issue_time))


def _observed(row: Scored) -> npt.NDArray[np.float32]:
    values = [row.observed.get(lead, np.nan) for lead in row.forecast.lead_hours]
    return np.array(values, dtype=np.float32)
