import dataclasses
from pathlib import Path

import numpy as np
import pytest
import torch

from geoclimate.domain.errors import IntegrityError
from geoclimate_ml.fitting.checkpoints import Checkpoints
from geoclimate_ml.fitting.distributed import World
from geoclimate_ml.fitting.fit import fit, new_network
from geoclimate_ml.fitting.hyperparameters import Hyperparameters
from geoclimate_ml.fitting.loss import level_weights, pinball_sum
from geoclimate_ml.fitting.progress import Epoch
from geoclimate_ml.networks.forecaster import Forecaster
from geoclimate_ml.networks.input_scaling import contract_of
from geoclimate_ml.samples import Samples
from tests.made_samples import LEVELS, small_spec

Parts = tuple[Samples, Samples]
HERE = World(0, 1, torch.device("cpu"))


def trained(
    parts: Parts, hyperparameters: Hyperparameters, checkpoints: Checkpoints | None = None
) -> tuple[Forecaster, list[Epoch]]:
    epochs: list[Epoch] = []
    network = new_network(contract_of(small_spec(), LEVELS), hyperparameters, parts[0])
    fit(network, *parts, hyperparameters, report=epochs.append, world=HERE, checkpoints=checkpoints)
    return network, epochs


def validation_loss(network: Forecaster, validation: Samples, hyperparameters: Hyperparameters) -> float:
    chosen = np.arange(len(validation))
    inputs = validation.inputs(chosen)
    with torch.inference_mode():
        quantiles = network(*map(torch.from_numpy, (inputs.history, inputs.context, inputs.future)))
    weights = level_weights(LEVELS, hyperparameters.median_weight)
    loss, known = pinball_sum(quantiles, torch.from_numpy(validation.observed(chosen)), torch.tensor(LEVELS), weights)
    return float(loss / known)


def same_weights(one: Forecaster, other: Forecaster) -> bool:
    others = other.state_dict()
    return all(torch.equal(tensor, others[name]) for name, tensor in one.state_dict().items())


def test_a_trained_network_beats_persistence_on_what_it_never_saw(two_parts: Parts, quick: Hyperparameters) -> None:
    _, epochs = trained(two_parts, quick.with_values({"epochs": 8, "windows_per_epoch": 2000, "learning_rate": 1e-2}))
    untrained = trained(two_parts, quick.with_values({"epochs": 1, "learning_rate": 1e-9}))[1][0]
    assert min(epoch.validation_loss for epoch in epochs) < 0.7 * untrained.validation_loss


def test_the_same_seed_trains_the_same_weights(two_parts: Parts, quick: Hyperparameters) -> None:
    assert same_weights(trained(two_parts, quick)[0], trained(two_parts, quick)[0])


def test_another_seed_trains_other_weights(two_parts: Parts, quick: Hyperparameters) -> None:
    assert not same_weights(trained(two_parts, quick)[0], trained(two_parts, quick.with_values({"seed": 2}))[0])


def test_a_resumed_training_gives_the_weights_of_an_uninterrupted_one(
    two_parts: Parts, quick: Hyperparameters, tmp_path: Path
) -> None:
    checkpoints = Checkpoints(tmp_path, "this training")

    class InterruptedTrainingError(RuntimeError):
        pass

    def interrupt(epoch: Epoch) -> None:
        if epoch.number == 2:
            raise InterruptedTrainingError

    network = new_network(contract_of(small_spec(), LEVELS), quick, two_parts[0])
    with pytest.raises(InterruptedTrainingError):
        fit(network, *two_parts, quick, report=interrupt, world=HERE, checkpoints=checkpoints)
    resumed, epochs = trained(two_parts, quick, checkpoints)
    whole, all_epochs = trained(two_parts, quick)
    assert [epoch.number for epoch in epochs] == [3]
    assert epochs[0].validation_loss == all_epochs[2].validation_loss
    assert same_weights(resumed, whole)


def test_a_training_that_was_finished_is_not_trained_again(
    two_parts: Parts, quick: Hyperparameters, tmp_path: Path
) -> None:
    checkpoints = Checkpoints(tmp_path, "this training")
    first, _ = trained(two_parts, quick, checkpoints)
    again, epochs = trained(two_parts, quick, checkpoints)
    assert epochs == []
    assert same_weights(first, again)


def test_stops_early_and_keeps_the_weights_of_the_best_epoch(two_parts: Parts, quick: Hyperparameters) -> None:
    changed = quick.with_values({"epochs": 30, "learning_rate": 0.5, "patience": 1, "ema_decay": 0.0})
    network, epochs = trained(two_parts, changed)
    best = min(epochs, key=lambda epoch: epoch.validation_loss)
    assert best.number < len(epochs) < 30
    assert validation_loss(network, two_parts[1], changed) == pytest.approx(best.validation_loss, rel=1e-5)


def test_stops_when_its_time_is_up(two_parts: Parts, quick: Hyperparameters) -> None:
    _, epochs = trained(two_parts, quick.with_values({"max_seconds": 1e-6}))
    assert len(epochs) == 1


def test_says_that_a_loss_is_no_number_any_more(two_parts: Parts, quick: Hyperparameters) -> None:
    network = new_network(contract_of(small_spec(), LEVELS), quick, two_parts[0])
    network.head.of_lead.data.fill_(torch.nan)
    epochs: list[Epoch] = []
    with pytest.raises(IntegrityError, match="the loss of epoch 1 is no number"):
        fit(network, *two_parts, quick, report=epochs.append, world=HERE)
    assert epochs == []


def test_half_precision_changes_the_losses_by_rounding_only(two_parts: Parts, quick: Hyperparameters) -> None:
    exact = trained(two_parts, quick.with_values({"mixed_precision": "off"}))[1]
    half = trained(two_parts, quick.with_values({"mixed_precision": "bfloat16"}))[1]
    assert half[-1].validation_loss == pytest.approx(exact[-1].validation_loss, rel=0.02)
    assert half[-1].validation_loss != exact[-1].validation_loss


def test_how_much_heavy_air_counts_changes_what_is_learned(two_parts: Parts, quick: Hyperparameters) -> None:
    alike, _ = trained(two_parts, quick.with_values({"level_power": 0.0}))
    less, _ = trained(two_parts, quick.with_values({"level_power": 1.0}))
    assert not same_parameters(alike, less)


def test_hiding_every_weather_forecast_trains_as_though_none_was_given(
    two_parts: Parts, quick: Hyperparameters
) -> None:
    archive = two_parts[0].archive
    nothing = dataclasses.replace(archive, weather_rows=np.zeros_like(archive.weather_rows))
    training, validation = (dataclasses.replace(part, archive=nothing) for part in two_parts)
    hidden, _ = trained((two_parts[0], validation), quick.with_values({"weather_dropout": 0.999999}))
    absent, _ = trained((training, validation), quick.with_values({"weather_dropout": 0.999999}))
    shown, _ = trained((two_parts[0], validation), quick.with_values({"weather_dropout": 0.0}))
    assert same_parameters(hidden, absent)
    assert not same_parameters(shown, absent)


def same_parameters(one: Forecaster, other: Forecaster) -> bool:
    return all(torch.equal(*pair) for pair in zip(one.parameters(), other.parameters(), strict=True))
