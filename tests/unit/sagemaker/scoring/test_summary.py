"""The evaluation that the gate reads."""

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest
from pydantic import TypeAdapter

from geoclimate.domain.errors import InvalidInput
from geoclimate.domain.models import Evaluation
from geoclimate_ml.scoring.forecasts import Forecasts
from geoclimate_ml.scoring.labels import station_labels
from geoclimate_ml.scoring.summary import ProductionForecasts, summarise
from tests.synthetic_forecasts import normal_forecasts, normal_quantiles


def _persistence(forecasts: Forecasts) -> Forecasts:
    repeated = np.broadcast_to(forecasts.last[:, None, None], forecasts.quantiles.shape)
    return replace(forecasts, quantiles=repeated)


def test_everything_is_scored_on_the_same_forecasts() -> None:
    forecasts = normal_forecasts(issues=400)
    wide = replace(forecasts, quantiles=normal_quantiles(forecasts.median, 20))
    evaluation = summarise(
        forecasts,
        station_labels(forecasts),
        {"persistence": _persistence(forecasts)},
        {"gru": wide},
        ProductionForecasts("older", wide),
    )
    assert evaluation.test_start == dt.datetime(2015, 1, 1, tzinfo=dt.UTC)
    assert evaluation.forecasts == 1200
    assert evaluation.mae == pytest.approx(7.98, abs=0.2)
    assert evaluation.coverage == pytest.approx(0.8, abs=0.02)
    assert evaluation.crps is not None
    assert evaluation.production_crps is not None
    assert evaluation.crps < evaluation.production_crps
    assert evaluation.production_version == "older"
    assert evaluation.forecasts_by_group == {f"station-{place}": 400 for place in range(3)}
    assert evaluation.crps_by_group.keys() == evaluation.forecasts_by_group.keys()
    assert evaluation.coverage_by_quarter.keys() == evaluation.forecasts_by_quarter.keys() == {"2015-Q1", "2015-Q2"}
    assert evaluation.baselines["persistence"].crps == pytest.approx(evaluation.persistence_mae, rel=1e-4)
    assert evaluation.members["gru"].mae == pytest.approx(evaluation.mae)
    assert evaluation.skill > 0.5
    adapter = TypeAdapter(Evaluation)
    assert adapter.validate_json(adapter.dump_json(evaluation)) == evaluation


def test_a_model_in_production_that_cannot_be_run_is_named_with_the_reason() -> None:
    forecasts = normal_forecasts()
    production = ProductionForecasts("older", None, "its inputs are of another contract")
    evaluation = summarise(
        forecasts, station_labels(forecasts), {"persistence": _persistence(forecasts)}, {}, production
    )
    assert (evaluation.production_version, evaluation.production_crps) == ("older", None)
    assert evaluation.production_unscored == "its inputs are of another contract"


def test_a_lead_time_without_observations_is_named() -> None:
    forecasts = normal_forecasts()
    forecasts.observed[:, 2] = np.nan
    with pytest.raises(InvalidInput, match=r"lead times \[3\]"):
        summarise(forecasts, station_labels(forecasts), {"persistence": _persistence(forecasts)}, {})


def test_a_target_that_never_changes_is_refused() -> None:
    forecasts = normal_forecasts()
    forecasts.observed[:] = forecasts.last[:, None]
    with pytest.raises(InvalidInput, match="never changes"):
        summarise(forecasts, station_labels(forecasts), {"persistence": _persistence(forecasts)}, {})
