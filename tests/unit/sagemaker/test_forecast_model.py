"""The mixture that is served."""

from dataclasses import replace

import numpy as np
import pytest

from geoclimate.features.conformal import initial_state
from geoclimate.features.inputs import Inputs
from geoclimate_ml.forecast_model import BOOSTING, ForecastModel
from geoclimate_ml.samples import Samples


@pytest.fixture(scope="module")
def inputs(samples: Samples) -> Inputs:
    return samples.inputs(np.arange(0, 200, 20))


@pytest.fixture(scope="module")
def uncalibrated(model: ForecastModel) -> ForecastModel:
    return replace(model, calibration=initial_state(model.contract.levels, model.contract.lead_hours))


def test_every_network_and_the_trees_are_asked(model: ForecastModel, inputs: Inputs) -> None:
    members = model.members()
    assert members.keys() == {"lstm", "transformer", BOOSTING}
    shape = (len(inputs), len(model.contract.lead_hours), len(model.contract.levels))
    assert {ask(inputs).shape for ask in members.values()} == {shape}


def test_a_model_without_trees_asks_its_networks(model: ForecastModel) -> None:
    assert replace(model, boosting=None).members().keys() == {"lstm", "transformer"}


def test_quantiles_are_averaged_with_the_weights_of_their_lead_time(
    uncalibrated: ForecastModel, inputs: Inputs
) -> None:
    said = {name: ask(inputs) for name, ask in uncalibrated.members().items()}
    expected = sum(uncalibrated.weights[name][:, None] * values for name, values in said.items())
    np.testing.assert_allclose(uncalibrated.predict(inputs), expected, rtol=1e-5)


def test_the_calibration_widens_about_the_median(
    model: ForecastModel, uncalibrated: ForecastModel, inputs: Inputs
) -> None:
    middle = model.contract.levels.index(0.5)
    plain, moved = uncalibrated.predict(inputs), model.predict(inputs)
    median = plain[..., middle : middle + 1]
    np.testing.assert_array_equal(moved[..., middle], plain[..., middle])
    above = slice(middle + 1, None)
    np.testing.assert_allclose((moved - median)[..., above], 1.25 * (plain - median)[..., above], rtol=1e-4, atol=1e-4)


def test_quantiles_never_cross_and_no_concentration_is_below_zero(model: ForecastModel, inputs: Inputs) -> None:
    said = model.predict(inputs)
    assert (np.diff(said, axis=-1) >= 0).all()
    assert said.min() >= 0.0
