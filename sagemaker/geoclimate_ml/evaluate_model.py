"""Scores of a model beside its members, the baselines and the model in production, on the same issue times."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from geoclimate.domain.models import Evaluation
from geoclimate.domain.parameters import lowest_value
from geoclimate.domain.places import Point
from geoclimate.domain.station_groups import station_group
from geoclimate.features.climatology import Climatology
from geoclimate.features.conformal import initial_state
from geoclimate_ml.baseline_forecasts import boosted, boosted_forecasts, simple_baselines
from geoclimate_ml.baselines.boosting import BoostingSettings
from geoclimate_ml.boosting_columns import own_columns
from geoclimate_ml.forecast_model import ForecastModel
from geoclimate_ml.online_calibration import replay
from geoclimate_ml.predictions import predict_samples, to_forecasts
from geoclimate_ml.samples import Samples
from geoclimate_ml.scoring.forecasts import Forecasts
from geoclimate_ml.scoring.summary import ProductionForecasts, summarise
from geoclimate_ml.scoring.tables import EvaluationTables, tables_of
from geoclimate_ml.split import Split

SERVED = "mixture"
PEER = "boosting"
PEER_SETTINGS = BoostingSettings(scaled=False)
"""LightGBM on the change from the last value, of the station alone."""
PRODUCTION = "production"
ISSUE_EVERY_HOURS = 5
"""Prime to 24, so that every hour of the day takes its turn as an issue time."""


@dataclass(frozen=True, slots=True, eq=False)
class Scored:
    """How a model did.

    Attributes:
        evaluation: What the gate and the registry read.
        tables: What the card shows.
        forecasters: All forecasts by name.
    """

    evaluation: Evaluation
    tables: EvaluationTables
    forecasters: Mapping[str, Forecasts]


@dataclass(frozen=True, slots=True, eq=False)
class Production:
    """The model in production, or why it cannot be asked."""

    version: str
    model: ForecastModel | None
    unscored: str | None = None


def evaluate_model(
    model: ForecastModel,
    split: Split,
    issued: Samples,
    climatology: Climatology,
    *,
    production: Production | None = None,
) -> Scored:
    """Issue forecasts one after the other through the test part and score them.

    Args:
        model: What would be served.
        split: The time line that it was trained on.
        issued: The issue times of the test part that are scored.
        climatology: Of the years before the test.
        production: The model in production, None where there is none.
    """
    levels = model.contract.levels
    said = {name: predict_samples(ask, issued) for name, ask in model.members().items()}
    served = _calibrated(to_forecasts(model.combined(said), issued, levels), issued)
    members: dict[str, Forecasts] = {kind: to_forecasts(said[kind], issued, levels) for kind in model.networks}
    baselines = dict(simple_baselines(split, issued, climatology, levels))
    columns = own_columns(model.contract)
    peer = boosted(split.before_test, columns, levels, PEER_SETTINGS)
    if peer is not None:
        baselines[PEER] = boosted_forecasts(peer, columns, issued)
    standing = _production_forecasts(production, issued)
    groups = groups_of(issued)[issued.station]
    forecasters = {SERVED: served, **members, **baselines}
    if standing is not None and standing.forecasts is not None:
        forecasters[PRODUCTION] = standing.forecasts
    before = split.before_test
    trained_on = frozenset(np.asarray(before.archive.stations)[np.unique(before.station)].tolist())
    return Scored(
        evaluation=summarise(served, groups, baselines, members, standing),
        tables=tables_of(forecasters, SERVED, model.contract.target, trained_on),
        forecasters=forecasters,
    )


def served_forecasts(model: ForecastModel, issued: Samples) -> Forecasts:
    """What a model says at some issue times, as it would have been issued."""
    return _calibrated(to_forecasts(predict_samples(model.predict, issued), issued, model.contract.levels), issued)


def groups_of(samples: Samples) -> np.ndarray[tuple[int], np.dtype[np.str_]]:
    """The station group of each station of an archive."""
    archive = samples.archive
    places = zip(archive.latitudes.tolist(), archive.longitudes.tolist(), strict=True)
    return np.array([station_group(Point(latitude, longitude)) for latitude, longitude in places])


def _calibrated(forecasts: Forecasts, samples: Samples) -> Forecasts:
    """As they would have been issued: the calibration begins at the model's own and learns from what has passed."""
    begun = initial_state(forecasts.levels, forecasts.lead_hours, lowest=lowest_value(samples.archive.spec.target))
    issued, _ = replay(forecasts, groups_of(samples).tolist(), begun)
    return replace(forecasts, quantiles=issued)


def _production_forecasts(production: Production | None, issued: Samples) -> ProductionForecasts | None:
    if production is None:
        return None
    if production.model is None:
        return ProductionForecasts(production.version, None, production.unscored)
    return ProductionForecasts(production.version, served_forecasts(production.model, issued))
