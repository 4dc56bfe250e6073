"""A prediction of a caller's own series as the API answers it."""

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from geoclimate.domain.errors import Unavailable
from geoclimate.domain.exceedance import exceedance
from geoclimate.domain.forecasts import DECIMALS, INTERVAL_LEVEL
from geoclimate.domain.parameters import PARAMETERS
from geoclimate.domain.verification import interval_places
from geoclimate.services.own_series import OwnSeries
from geoclimate.services.predict_series import OwnPrediction

_MEDIAN_LEVEL: Final = 0.5


def batch_members(own: OwnSeries, made: OwnPrediction, target: str, exceed: float | None) -> dict[str, Any]:
    """The members of a `PredictBatchAnswer`: one entry a series, None where it was not forecast.

    Args:
        own: What was asked.
        made: What was answered; at least one series was forecast.
        target: Parameter that is forecast.
        exceed: Threshold, canonical unit.

    Raises:
        Unavailable: The model's levels have no median or no interval.
        ValueError: No series was forecast.
    """
    if made.prediction is None:
        message = "there is no prediction to answer with"
        raise ValueError(message)
    levels = made.prediction.levels
    ends = interval_places(levels, INTERVAL_LEVEL)
    if ends is None or _MEDIAN_LEVEL not in levels:
        raise Unavailable(f"the model's levels {levels} have no median or no interval of {INTERVAL_LEVEL:g}")
    quantiles: npt.NDArray[np.float64] = made.prediction.quantiles.astype(np.float64).round(DECIMALS)
    chances = None if exceed is None else _chances(levels, quantiles, exceed)
    rows, size = made.rows.tolist(), len(own)
    return {
        "parameter": target,
        "unit": PARAMETERS[target].unit,
        "issue_time": f"{own.issue_time:%Y-%m-%dT%H:%M:%SZ}",
        "model_version": made.prediction.model_version,
        "engine": made.engine,
        "lead_hours": made.prediction.lead_hours,
        "levels": levels,
        "interval_level": INTERVAL_LEVEL,
        "exceed": exceed,
        "warnings": _places(made.warnings, target),
        "quantiles": _spread(quantiles.tolist(), rows, size),
        "median": _spread(quantiles[..., levels.index(_MEDIAN_LEVEL)].tolist(), rows, size),
        "lower": _spread(quantiles[..., ends[0]].tolist(), rows, size),
        "upper": _spread(quantiles[..., ends[1]].tolist(), rows, size),
        "exceedance": None if chances is None else _spread(chances, rows, size),
        "problems": _places(made.problems, target),
    }


def single_members(members: Mapping[str, Any], target: str) -> dict[str, Any]:
    """The members of a `PredictAnswer`, from those of a batch of one series that was forecast."""
    single = {name: value for name, value in members.items() if name != "problems"}
    for name in ("quantiles", "median", "lower", "upper", "exceedance"):
        single[name] = None if single[name] is None else single[name][0]
    single["warnings"] = [{**each, "pointer": f"/body/history/{target}"} for each in members["warnings"]]
    return single


def _spread(values: list[Any], rows: list[int], size: int) -> list[Any]:
    if len(rows) == size:
        return values
    spread: list[Any] = [None] * size
    for row, value in zip(rows, values, strict=True):
        spread[row] = value
    return spread


def _chances(
    levels: tuple[float, ...], quantiles: npt.NDArray[np.float64], threshold: float
) -> list[list[float | None]]:
    return [
        [
            None if (found := exceedance(levels, lead, threshold).probability) is None else round(found, 4)
            for lead in series
        ]
        for series in quantiles.tolist()
    ]


def _places(said: Mapping[int, str], target: str) -> list[dict[str, str]]:
    return [{"pointer": f"/body/history/{target}/{row}", "detail": detail} for row, detail in sorted(said.items())]
