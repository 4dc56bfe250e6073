"""The evaluation that the gate and the registry read."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from geoclimate.domain.errors import InvalidInput
from geoclimate.domain.forecasts import INTERVAL_LEVEL
from geoclimate.domain.models import BaselineScore, Evaluation
from geoclimate.features.grid import time_of
from geoclimate_ml.scoring.forecasts import Forecasts
from geoclimate_ml.scoring.labels import Labels, quarter_labels
from geoclimate_ml.scoring.losses import losses_of, mean_by, mean_by_lead, mean_of


@dataclass(frozen=True, slots=True, eq=False)
class ProductionForecasts:
    """The model in production on the same issue times.

    Attributes:
        version: Its registry version.
        forecasts: Its forecasts, None where it could not be run.
        unscored: Why it could not be run, None where it was.
    """

    version: str
    forecasts: Forecasts | None
    unscored: str | None = None


def summarise(
    forecasts: Forecasts,
    groups: Labels,
    baselines: Mapping[str, Forecasts],
    members: Mapping[str, Forecasts],
    production: ProductionForecasts | None = None,
) -> Evaluation:
    """Score a model, its members, the baselines and the model in production on the same forecasts.

    Args:
        forecasts: What the model said.
        groups: [n]: the station group of each forecast.
        baselines: The baselines' forecasts of the same rows by name, `persistence` among them.
        members: Each network's forecasts of the same rows, by its architecture's name.
        production: The model in production, None where there is none.

    Returns:
        The evaluation.

    Raises:
        InvalidInput: A lead time has no observation, or the target never changes in the test part.
    """
    unseen = [lead for place, lead in enumerate(forecasts.lead_hours) if np.isnan(forecasts.observed[:, place]).all()]
    if unseen:
        message = f"the test part has no observation at the lead times {unseen}; more observations are needed"
        raise InvalidInput(message)
    losses, persistence = losses_of(forecasts), losses_of(baselines["persistence"])
    total, persistence_total = mean_of(losses), mean_of(persistence)
    if not persistence_total["mae"]:
        raise InvalidInput("the target never changes in the test part; nothing can be learned or compared")
    by_group, by_quarter = mean_by(losses, groups), mean_by(losses, quarter_labels(forecasts))
    in_production = None if production is None else production.forecasts
    production_losses = None if in_production is None else losses_of(in_production)
    return Evaluation(
        test_start=time_of(int(forecasts.issue_hours.min())),
        test_end=time_of(int(forecasts.issue_hours.max())),
        forecasts=len(forecasts),
        mae=total["mae"],
        persistence_mae=persistence_total["mae"],
        coverage=total[f"coverage_{INTERVAL_LEVEL:g}"],
        nominal_coverage=INTERVAL_LEVEL,
        mae_by_lead=tuple(scores["mae"] for scores in mean_by_lead(losses)),
        persistence_mae_by_lead=tuple(scores["mae"] for scores in mean_by_lead(persistence)),
        crps=total["crps"],
        production_version=None if production is None else production.version,
        production_crps=None if production_losses is None else mean_of(production_losses)["crps"],
        production_unscored=None if production is None else production.unscored,
        crps_by_group={group: scores["crps"] for group, scores in by_group.items()},
        production_crps_by_group=None
        if production_losses is None
        else {group: scores["crps"] for group, scores in mean_by(production_losses, groups).items()},
        forecasts_by_group=_counts(groups, by_group),
        coverage_by_quarter={quarter: scores[f"coverage_{INTERVAL_LEVEL:g}"] for quarter, scores in by_quarter.items()},
        forecasts_by_quarter=_counts(quarter_labels(forecasts), by_quarter),
        baselines={name: _score(said) for name, said in baselines.items()},
        members={name: _score(said) for name, said in members.items()},
    )


def _score(forecasts: Forecasts) -> BaselineScore:
    scores = mean_of(losses_of(forecasts))
    return BaselineScore(mae=scores["mae"], crps=scores["crps"])


def _counts(labels: Labels, wanted: Mapping[str, object]) -> dict[str, int]:
    found, counts = np.unique(labels, return_counts=True)
    return {str(label): int(count) for label, count in zip(found, counts, strict=True) if str(label) in wanted}
