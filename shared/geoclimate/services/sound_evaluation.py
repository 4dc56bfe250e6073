"""Whether an evaluation holds figures from which anything can be concluded."""

import math
from collections.abc import Mapping

from geoclimate.domain.errors import ModelRejected
from geoclimate.domain.models import Evaluation


def require_sound(evaluation: Evaluation) -> float:
    """Refuse an evaluation that proves nothing.

    Returns:
        Its CRPS, which is there.

    Raises:
        ModelRejected: A figure is missing, not finite, or out of its range; the message names it.
    """
    if evaluation.forecasts < 1:
        raise ModelRejected("the evaluation scored no forecast: the data set is too short for a test period")
    if evaluation.crps is None:
        raise ModelRejected("the evaluation has no crps: it was written by an older training source")
    scores = {"mae": evaluation.mae, "persistence_mae": evaluation.persistence_mae, "crps": evaluation.crps}
    if evaluation.production_crps is not None:
        scores["production_crps"] = evaluation.production_crps
    scores |= _named("crps_by_group", evaluation.crps_by_group)
    scores |= _named("production_crps_by_group", evaluation.production_crps_by_group or {})
    scores |= _named("baselines", {name: score.crps for name, score in evaluation.baselines.items()})
    for name, value in scores.items():
        if not math.isfinite(value) or value < 0:
            raise ModelRejected(f"the evaluation's {name} is {value}: it is no mean error")
    if evaluation.persistence_mae == 0:
        raise ModelRejected("the evaluation's persistence_mae is 0: the test period does not vary")
    shares = {"coverage": evaluation.coverage, "nominal_coverage": evaluation.nominal_coverage}
    shares |= _named("coverage_by_quarter", evaluation.coverage_by_quarter)
    for name, value in shares.items():
        if not 0 <= value <= 1:
            raise ModelRejected(f"the evaluation's {name} is {value}: it is no share")
    _require_counts("forecasts_by_group", evaluation.forecasts_by_group, evaluation.crps_by_group)
    _require_counts("forecasts_by_quarter", evaluation.forecasts_by_quarter, evaluation.coverage_by_quarter)
    return evaluation.crps


def _named(field: str, values: Mapping[str, float]) -> dict[str, float]:
    return {f"{field} of {name}": value for name, value in values.items()}


def _require_counts(field: str, counts: Mapping[str, int], of: Mapping[str, float]) -> None:
    if missing := sorted(name for name in of if counts.get(name, 0) < 1):
        raise ModelRejected(f"the evaluation's {field} does not count {', '.join(missing)}")
