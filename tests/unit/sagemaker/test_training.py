import dataclasses
from typing import Any

import numpy as np
import pytest
import torch

from geoclimate_ml.data import Split
from geoclimate_ml.evaluation import evaluate, pinball, predict
from geoclimate_ml.lstm import QuantileLstm
from geoclimate_ml.pipeline import contract_of
from geoclimate_ml.training import Epoch, Hyperparameters, fit, new_model, pinball_loss, set_scaling

from .conftest import SPEC

QUICK = Hyperparameters(hidden_size=8, epochs=2)


def trained(split: Split, hyperparameters: Hyperparameters) -> tuple[QuantileLstm, list[Epoch]]:
    epochs: list[Epoch] = []
    model = new_model(contract_of(SPEC), hyperparameters)
    fit(model, split, hyperparameters, epochs.append)
    return model, epochs


def test_a_trained_model_beats_persistence_on_what_it_never_saw(split: Split) -> None:
    model, _ = trained(split, Hyperparameters(hidden_size=16, epochs=8, batch_size=64, learning_rate=5e-3))
    evaluation, _ = evaluate(model, split.test)
    assert evaluation.skill > 0.3


def test_the_same_seed_trains_the_same_model(split: Split) -> None:
    first, _ = trained(split, QUICK)
    second, _ = trained(split, QUICK)
    for name, tensor in first.state_dict().items():
        assert torch.equal(tensor, second.state_dict()[name]), name


def test_stops_early_and_keeps_the_weights_of_the_best_epoch(split: Split) -> None:
    model, epochs = trained(split, dataclasses.replace(QUICK, epochs=20, learning_rate=0.5, patience=1))
    best = min(epochs, key=lambda epoch: epoch.validation_loss)
    assert best.number < len(epochs) < 20
    kept = pinball(predict(model, split.validation), model.contract.levels)
    assert kept == pytest.approx(best.validation_loss, rel=1e-5)


def test_stops_when_its_time_is_up(split: Split) -> None:
    _, epochs = trained(split, dataclasses.replace(QUICK, epochs=20, max_seconds=1e-6))
    assert len(epochs) == 1


def test_an_epoch_draws_no_more_windows_than_it_may(split: Split) -> None:
    _, epochs = trained(split, dataclasses.replace(QUICK, epochs=1, windows_per_epoch=64, batch_size=64))
    assert len(epochs) == 1


def test_the_pinball_loss_of_the_median_is_half_the_absolute_error() -> None:
    loss = pinball_loss(torch.tensor([[[4.0]]]), torch.tensor([[10.0]]), torch.tensor([0.5]))
    assert loss.item() == 3.0


def test_the_pinball_loss_charges_too_high_a_tenth_more_than_too_low() -> None:
    levels = torch.tensor([0.1])
    too_low = pinball_loss(torch.tensor([[[0.0]]]), torch.tensor([[10.0]]), levels)
    too_high = pinball_loss(torch.tensor([[[20.0]]]), torch.tensor([[10.0]]), levels)
    assert (too_low.item(), too_high.item()) == pytest.approx((1.0, 9.0))


def test_the_pinball_loss_leaves_out_what_was_not_observed() -> None:
    quantiles = torch.zeros(1, 2, 1)
    levels = torch.tensor([0.5])
    assert pinball_loss(quantiles, torch.tensor([[10.0, torch.nan]]), levels).item() == 5.0
    assert pinball_loss(quantiles, torch.tensor([[torch.nan, torch.nan]]), levels).item() == 0.0


def test_scaling_is_robust_and_leaves_masks_and_calendar_alone(split: Split) -> None:
    model = new_model(contract_of(SPEC), QUICK)
    set_scaling(model, split.training, np.random.default_rng(1))
    assert model.center[0].item() == pytest.approx(50, abs=5)
    assert model.center[1:5].abs().max() < 0.2
    assert model.center[5:].eq(0).all()
    assert model.scale[5:].eq(1).all()


def test_a_model_of_less_than_two_years_does_not_see_levels(split: Split) -> None:
    model = new_model(contract_of(SPEC), QUICK)
    set_scaling(model, split.training, np.random.default_rng(1))
    assert model.sees_levels.item() == 0.0


@pytest.mark.parametrize(
    "changes", [{"epochs": 0}, {"learning_rate": -1.0}, {"max_seconds": float("nan")}, {"weight_decay": -0.1}], ids=str
)
def test_refuses_a_hyperparameter_that_makes_no_sense(changes: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=f"{next(iter(changes))} must be above 0"):
        dataclasses.replace(QUICK, **changes)
