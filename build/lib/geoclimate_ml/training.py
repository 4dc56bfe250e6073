"""Fitting: AdamW on the pinball loss in original units, with early stopping on the validation part."""

import copy
import dataclasses
import math
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from geoclimate.contracts.model import ModelContract
from geoclimate_ml.data import Split, Windows
from geoclimate_ml.evaluation import pinball, predict
from geoclimate_ml.lstm import Architecture, QuantileLstm

_SCALING_SAMPLES = 4096
_VALIDATION_SAMPLES = 4096
_GRADIENT_NORM = 1.0
# In units of a column's scale.
_INPUT_NOISE = 0.1
_SMALLEST_SCALE = 1e-3
_TWO_YEARS = 2 * 365 * 24


@dataclass(frozen=True, slots=True)
class Hyperparameters:
    """How to train; every field is a hyperparameter of the training job, with dashes for underscores.

    Attributes:
        hidden_size: Width of the recurrent state.
        layers: Stacked recurrent layers.
        epochs: Most epochs.
        windows_per_epoch: Most windows that an epoch draws.
        batch_size: Windows a step.
        learning_rate: AdamW's, at its highest.
        weight_decay: AdamW's.
        patience: Epochs without a better validation loss after which training stops.
        max_seconds: Training stops at the first epoch that ends after this time.
        seed: Of weights, order and noise.
    """

    hidden_size: int = 64
    layers: int = 1
    epochs: int = 10
    windows_per_epoch: int = 20_000
    batch_size: int = 256
    learning_rate: float = 1e-3
    weight_decay: float = 0.3
    patience: int = 4
    max_seconds: float = 120.0
    seed: int = 1

    def __post_init__(self) -> None:
        for field in dataclasses.fields(self):
            value = getattr(self, field.name)
            if not (math.isfinite(value) and (value > 0 or (field.name in {"weight_decay", "seed"} and value == 0))):
                message = f"{field.name} must be above 0, but is {value}"
                raise ValueError(message)


@dataclass(frozen=True, slots=True)
class Epoch:
    """Progress after one epoch: mean losses in the canonical unit, and seconds since training began."""

    number: int
    training_loss: float
    validation_loss: float
    seconds: float


def pinball_loss(quantiles: Tensor, observed: Tensor, levels: Tensor) -> Tensor:
    """Mean pinball loss over observed targets and levels, in their unit; 0 where nothing was observed."""
    known = torch.isfinite(observed)
    error = torch.where(known, observed, 0.0)[..., None] - quantiles
    loss = torch.maximum(levels * error, (levels - 1) * error).mean(dim=-1)
    return (loss * known).sum() / known.sum().clamp(min=1)


def new_model(contract: ModelContract, hyperparameters: Hyperparameters) -> QuantileLstm:
    """A fresh model; the same seed gives the same weights."""
    torch.manual_seed(hyperparameters.seed)
    return QuantileLstm(contract, Architecture(hyperparameters.hidden_size, hyperparameters.layers))


def fit(model: QuantileLstm, split: Split, hyperparameters: Hyperparameters, report: Callable[[Epoch], None]) -> None:
    """Train a model in place and leave it with the weights of its best epoch.

    Args:
        model: A fresh model on the device to train on.
        split: Training part to learn from, validation part to stop by.
        hyperparameters: How to train.
        report: Called after every epoch.
    """
    torch.manual_seed(hyperparameters.seed)
    order = np.random.default_rng(hyperparameters.seed)
    set_scaling(model, split.training, order)
    device = model.center.device
    levels = torch.tensor(model.contract.levels, device=device)
    validation = _sample_evenly(split.validation, _VALIDATION_SAMPLES)
    steps = math.ceil(min(len(split.training), hyperparameters.windows_per_epoch) / hyperparameters.batch_size)
    optimiser = torch.optim.AdamW(
        model.parameters(), lr=hyperparameters.learning_rate, weight_decay=hyperparameters.weight_decay
    )
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, max_lr=hyperparameters.learning_rate, total_steps=hyperparameters.epochs * steps, pct_start=0.15
    )
    unit = 2 * float(model.scale[0])
    best, best_state, waited = math.inf, copy.deepcopy(model.state_dict()), 0
    began = time.monotonic()
    for number in range(1, hyperparameters.epochs + 1):
        model.train()
        chosen = order.permutation(len(split.training))[: hyperparameters.windows_per_epoch]
        losses = []
        for batch in np.array_split(chosen, steps):
            windows, observed = (tensor.to(device) for tensor in split.training.batch(batch))
            optimiser.zero_grad(set_to_none=True)
            loss = pinball_loss(model(_with_noise(windows, model)), observed, levels)
            # The loss keeps its unit; only its gradient is brought to the size that the learning rate is meant for.
            torch.autograd.backward(loss / unit)
            nn.utils.clip_grad_norm_(model.parameters(), _GRADIENT_NORM)
            optimiser.step()
            schedule.step()
            losses.append(loss.detach())
        validation_loss = pinball(predict(model, validation), model.contract.levels)
        seconds = time.monotonic() - began
        report(Epoch(number, float(torch.stack(losses).mean()), validation_loss, seconds))
        waited += 1
        if validation_loss < best:
            best, best_state, waited = validation_loss, copy.deepcopy(model.state_dict()), 0
        if waited >= hyperparameters.patience or seconds > hyperparameters.max_seconds:
            break
    model.load_state_dict(best_state)


def set_scaling(model: QuantileLstm, training: Windows, order: np.random.Generator) -> None:
    """Fill the model's scaling buffers with robust statistics of training windows.

    Values are centred on the median and scaled by a quarter of the range from the 5th to the 95th percentile, which no
    outlier moves; masks and calendar stay as they are. A channel that is never observed keeps 0 and 1. A model that
    is trained on less than two years does not see levels: it would take the one winter that it knows for every winter.
    """
    windows, observed = training.batch(order.permutation(len(training))[:_SCALING_SAMPLES])
    values = windows[..., : len(model.contract.parameters)].flatten(0, 1).numpy()
    for channel, column in enumerate(values.T):
        known = column[np.isfinite(column)]
        if len(known):
            low, middle, high = np.percentile(known, (5, 50, 95))
            model.center[channel] = float(middle)
            model.scale[channel] = max(float(high - low) / 4, _SMALLEST_SCALE)
    last = model.last_known(windows.to(model.center.device))[:, 0]
    change = ((observed.to(last.device) - last[:, None]) / model.unit_of_change(last)[:, None]).abs()
    model.change_scale.copy_(change.nanmean(dim=0).nan_to_num(1.0).clamp(min=_SMALLEST_SCALE))
    span = int(training.issue_hours.max() - training.issue_hours.min())
    model.sees_levels.fill_(float(span >= _TWO_YEARS))


def _with_noise(windows: Tensor, model: QuantileLstm) -> Tensor:
    """Blur the values a little, which keeps the network from learning single hours by heart."""
    channels = len(model.contract.parameters)
    values, rest = windows[..., :channels], windows[..., channels:]
    return torch.cat([values + _INPUT_NOISE * model.scale[:channels] * torch.randn_like(values), rest], dim=-1)


def _sample_evenly(windows: Windows, count: int) -> Windows:
    return windows.thinned(max(1, math.ceil(len(windows) / count)))
