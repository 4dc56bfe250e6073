"""All tables of an evaluation: every forecaster on the same forecasts."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from geoclimate_ml.scoring.bootstrap import (
    Interval,
    day_scores,
    mean_interval,
    ratio_interval,
    resampled_means,
)
from geoclimate_ml.scoring.exceedance import Threshold, thresholds_of
from geoclimate_ml.scoring.forecasts import Forecasts
from geoclimate_ml.scoring.labels import Labels, held_out_labels, quarter_labels, season_labels, station_labels
from geoclimate_ml.scoring.losses import losses_of, mean_by, mean_by_lead, mean_of

Scores = Mapping[str, float]
"""Means by name: `mae`, `rmse`, `crps`, `pinball_0.05`, `coverage_0.8`, `width_0.8`, `brier_us-epa-2024_Unhealthy`."""

ByForecaster = Mapping[str, Mapping[str, Scores]]
"""Scores by forecaster and then by label."""

_SEED = 1


@dataclass(frozen=True, slots=True)
class ExceedanceShare:
    """How often a threshold of an index was exceeded in the test part."""

    threshold: Threshold
    share: float


@dataclass(frozen=True, slots=True)
class EvaluationTables:
    """Scores of all forecasters.

    Attributes:
        served: Name of the forecaster that is served.
        lead_hours: Lead times, ascending.
        levels: Quantile levels, ascending.
        forecasts: Forecasts scored.
        total: Scores over everything, by forecaster.
        by_lead: Scores of every lead time, by forecaster.
        by_station: By forecaster and station.
        by_season: By forecaster and season.
        by_quarter: By forecaster and calendar quarter.
        by_training: By forecaster, and by whether the station was trained on.
        mae_ratio: MAE of the served one over each other's.
        crps_ratio: The same of the CRPS.
        mae: MAE with its interval, by forecaster.
        crps: CRPS with its interval, by forecaster.
        below_level: Share of observations below each quantile of the served one, ascending levels.
        exceedance: Thresholds of the target's indexes, with how often they were exceeded.
    """

    served: str
    lead_hours: tuple[int, ...]
    levels: tuple[float, ...]
    forecasts: int
    total: Mapping[str, Scores]
    by_lead: Mapping[str, tuple[Scores, ...]]
    by_station: ByForecaster
    by_season: ByForecaster
    by_quarter: ByForecaster
    by_training: ByForecaster
    mae_ratio: Mapping[str, Interval]
    crps_ratio: Mapping[str, Interval]
    mae: Mapping[str, Interval]
    crps: Mapping[str, Interval]
    below_level: tuple[float, ...]
    exceedance: tuple[ExceedanceShare, ...]


def tables_of(
    forecasters: Mapping[str, Forecasts], served: str, target: str, trained_on: frozenset[str]
) -> EvaluationTables:
    """Score forecasters on the same rows.

    Args:
        forecasters: By name; the same rows in the same order.
        served: Name of the one that is served.
        target: Parameter code.
        trained_on: Ids of the stations in the training data.

    Raises:
        ValueError: Forecasters were not asked for the same rows, or nothing was observed.
    """
    said = forecasters[served]
    for name, other in forecasters.items():
        if not np.array_equal(other.issue_hours, said.issue_hours) or not np.array_equal(other.station, said.station):
            raise ValueError(f"{name} was asked for other forecasts than {served}, so they cannot be compared")
    thresholds = thresholds_of(target)
    losses = {name: losses_of(forecasts, thresholds) for name, forecasts in forecasters.items()}
    names = tuple(losses)
    ratios: dict[str, dict[str, Interval]] = {}
    means: dict[str, dict[str, Interval]] = {}
    for score in ("absolute_error", "crps"):
        days = day_scores({name: one.named(score) for name, one in losses.items()}, said.issue_hours)
        resampled = resampled_means(days, seed=_SEED)
        means[score] = {name: mean_interval(resampled, names, name) for name in names}
        ratios[score] = {name: ratio_interval(resampled, names, served, name) for name in names if name != served}

    def grouped(labels: Callable[[Forecasts], Labels]) -> ByForecaster:
        label_of_row = labels(said)
        return {name: mean_by(one, label_of_row) for name, one in losses.items()}

    known = ~np.isnan(said.observed)
    return EvaluationTables(
        served=served,
        lead_hours=said.lead_hours,
        levels=said.levels,
        forecasts=len(said),
        total={name: mean_of(one) for name, one in losses.items()},
        by_lead={name: tuple(mean_by_lead(one)) for name, one in losses.items()},
        by_station=grouped(station_labels),
        by_season=grouped(season_labels),
        by_quarter=grouped(quarter_labels),
        by_training=grouped(lambda forecasts: held_out_labels(forecasts, trained_on)),
        mae_ratio=ratios["absolute_error"],
        crps_ratio=ratios["crps"],
        mae=means["absolute_error"],
        crps=means["crps"],
        below_level=tuple(
            float((said.observed[known] < said.quantiles[known][:, place]).mean()) for place in range(len(said.levels))
        ),
        exceedance=tuple(
            ExceedanceShare(threshold, float((said.observed[known] > threshold.concentration).mean()))
            for threshold in thresholds
        ),
    )
