"""Asking a forecaster at many issue times."""

import numpy as np
import pytest

from geoclimate.features.inputs import Inputs
from geoclimate_ml import predictions
from geoclimate_ml.forecast_model import ForecastModel
from geoclimate_ml.predictions import Floats, network_predicts, predict_samples, to_forecasts
from geoclimate_ml.samples import Samples


@pytest.fixture
def some(samples: Samples) -> Samples:
    return samples.only(np.arange(7))


def newest_of(inputs: Inputs) -> Floats:
    """A forecaster that says the newest value, at one lead time and level."""
    return inputs.context[:, :1, None]


@pytest.mark.parametrize("size", [1, 3, 7, 100])
def test_parts_of_any_size_give_the_same_in_the_same_order(
    some: Samples, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    monkeypatch.setattr(predictions, "_BATCH", size)
    np.testing.assert_array_equal(predict_samples(newest_of, some)[:, 0, 0], some.newest())


def test_a_network_is_asked_without_its_dropout(model: ForecastModel, some: Samples) -> None:
    network = model.networks["lstm"].train()
    inputs = some.inputs(np.arange(len(some)))
    first, second = network_predicts(network)(inputs), network_predicts(network)(inputs)
    assert not network.training
    assert first.tobytes() == second.tobytes()
    assert first.shape == (7, len(model.contract.lead_hours), len(model.contract.levels))


def test_a_forecast_stands_beside_what_came(model: ForecastModel, some: Samples) -> None:
    said = model.predict(some.inputs(np.arange(len(some))))
    forecasts = to_forecasts(said, some, model.contract.levels)
    assert (forecasts.lead_hours, forecasts.levels) == (model.contract.lead_hours, model.contract.levels)
    assert forecasts.stations == some.archive.stations
    np.testing.assert_array_equal(forecasts.observed, some.observed(np.arange(len(some))))
    np.testing.assert_array_equal(forecasts.issue_hours, some.issue_hours)
    np.testing.assert_array_equal(forecasts.station, some.station)
    np.testing.assert_array_equal(forecasts.last, some.newest())
