"""Every model of the platform must pass these: what serving relies on."""

import numpy as np
import pytest
import torch

from geoclimate.features.spec import FeatureSpec, default_spec, feature_names
from geoclimate_ml.lstm import Architecture, QuantileLstm
from geoclimate_ml.pipeline import contract_of


def model_for(target: str = "pm25", *, seed: int = 3) -> QuantileLstm:
    """A model with weights as wild as training never leaves them."""
    torch.manual_seed(seed)
    model = QuantileLstm(contract_of(default_spec(target)), Architecture(hidden_size=8)).eval()
    for weights in model.parameters():
        torch.nn.init.normal_(weights)
    model.center[0], model.scale[0] = 60.0, 30.0
    return model


def windows(n: int = 7, target: str = "pm25") -> torch.Tensor:
    """Values between 0 and 40, a fifth of them missing; masks and calendar between 0 and 40 too."""
    spec = default_spec(target)
    torch.manual_seed(5)
    values = 40 * torch.rand(n, spec.history_hours, len(feature_names(spec)))
    missing = torch.rand_like(values) < 0.2
    missing[..., len(spec.parameters) :] = False
    return values.masked_fill(missing, torch.nan)


def forecast(model: QuantileLstm, inputs: torch.Tensor) -> torch.Tensor:
    with torch.inference_mode():
        quantiles: torch.Tensor = model(inputs)
    return quantiles


@pytest.mark.parametrize("n", [1, 7])
def test_gives_one_quantile_a_lead_time_and_level(n: int) -> None:
    assert forecast(model_for(), windows(n)).shape == (n, 24, 3)


@pytest.mark.parametrize("target", ["pm25", "temperature"])
@pytest.mark.parametrize("factor", [0.5, 3.0])
def test_quantiles_never_cross(target: str, factor: float) -> None:
    model = model_for(target)
    model.interval_factor.fill_(factor)
    assert (forecast(model, windows(7, target)).diff(dim=-1) >= 0).all()


@pytest.mark.parametrize("target", ["pm25", "temperature"])
def test_missing_input_never_gives_missing_output(target: str) -> None:
    channels = len(default_spec(target).parameters)
    blank, no_weather = windows(2, target), windows(2, target)
    blank[..., :channels] = torch.nan
    no_weather[..., 1:channels] = torch.nan
    for inputs in (blank, no_weather):
        assert torch.isfinite(forecast(model_for(target), inputs)).all()


def test_a_concentration_is_never_below_zero() -> None:
    assert forecast(model_for(), windows(50)).min() >= 0


def test_a_temperature_may_be_below_zero() -> None:
    assert forecast(model_for("temperature"), windows(50, "temperature")).min() < 0


def test_an_untrained_model_says_what_persistence_says() -> None:
    fresh = QuantileLstm(contract_of(default_spec("pm25")), Architecture()).eval()
    inputs = windows()
    expected = fresh.last_known(inputs)[:, :1].expand(-1, 24)
    torch.testing.assert_close(forecast(fresh, inputs)[..., 1], expected)


def test_the_last_known_value_is_the_newest_that_is_not_missing() -> None:
    model = model_for()
    inputs = torch.full((2, 72, 16), torch.nan)
    inputs[0, 10:12, 0] = torch.tensor([4.0, 9.0])
    assert model.last_known(inputs)[:, 0].tolist() == [9.0, 60.0]


def test_windows_of_a_batch_do_not_touch_each_other() -> None:
    model, inputs = model_for(), windows()
    torch.testing.assert_close(forecast(model, inputs)[2:3], forecast(model, inputs[2:3]), rtol=1e-5, atol=1e-4)


def test_the_same_seed_gives_the_same_model() -> None:
    inputs = windows()
    np.testing.assert_array_equal(forecast(model_for(seed=1), inputs), forecast(model_for(seed=1), inputs))
    assert not torch.equal(forecast(model_for(seed=1), inputs), forecast(model_for(seed=2), inputs))


def test_without_levels_the_same_shape_higher_up_gives_the_same_change() -> None:
    model = model_for("temperature")
    low, high = windows(7, "temperature"), windows(7, "temperature")
    high[..., : len(default_spec("temperature").parameters)] += 20.0
    model.sees_levels.fill_(1.0)
    assert not torch.allclose(forecast(model, high) - forecast(model, low), torch.tensor(20.0), atol=1e-2)
    model.sees_levels.fill_(0.0)
    torch.testing.assert_close(forecast(model, high), forecast(model, low) + 20.0, rtol=1e-4, atol=1e-2)


def test_refuses_a_history_that_does_not_divide_into_steps() -> None:
    odd = FeatureSpec(target="pm25", parameters=("pm25",), history_hours=70)
    with pytest.raises(ValueError, match="history_hours is 70, not a multiple of 3"):
        QuantileLstm(contract_of(odd), Architecture())
