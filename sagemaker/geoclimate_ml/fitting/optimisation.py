"""One step of training: AdamW with warm-up and cosine, clipped gradients, half precision, averaged weights."""

import copy
import math
from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Final

import torch
from torch import Tensor, nn

from geoclimate.domain.errors import InvalidInput
from geoclimate_ml.fitting.hyperparameters import Hyperparameters, Precision
from geoclimate_ml.networks.forecaster import Forecaster

_GRADIENT_NORM: Final = 1.0
_WARM_UP: Final = 0.1
_FINAL_RATE: Final = 0.02
_HALF: Final = {"bfloat16": torch.bfloat16, "float16": torch.float16}


def rate_at(step: int, steps: int) -> float:
    """The learning rate at a step as a share of its highest: a linear warm-up, then half a cosine wave.

    Args:
        step: From 0.
        steps: How many there will be.
    """
    warm_up = max(1, round(_WARM_UP * steps))
    if step < warm_up:
        return (step + 1) / warm_up
    share = (step - warm_up) / max(1, steps - warm_up)
    return _FINAL_RATE + (1 - _FINAL_RATE) * 0.5 * (1 + math.cos(math.pi * share))


class Optimisation:
    """A network's optimiser, gradient scaler and averaged weights.

    Args:
        network: On the device to train on.
        hyperparameters: How to train.
        steps: How many steps there will be.

    Attributes:
        averaged: A copy of the network with the exponential moving average of its weights.
        steps_done: Steps so far.
    """

    def __init__(self, network: Forecaster, hyperparameters: Hyperparameters, steps: int) -> None:
        self._network = network
        self._steps = steps
        self._decay = hyperparameters.ema_decay
        self._rate = hyperparameters.learning_rate
        self._names = [name for name, _ in network.named_parameters()]
        parameters = list(network.parameters())
        groups = [
            {"params": [p for p in parameters if p.ndim > 1], "weight_decay": hyperparameters.weight_decay},
            {"params": [p for p in parameters if p.ndim <= 1], "weight_decay": 0.0},
        ]
        self._optimiser = torch.optim.AdamW(groups, lr=self._rate)
        self._half = half_precision(hyperparameters.mixed_precision, network.device)
        self._scaler = torch.amp.GradScaler(network.device.type, enabled=self._half is torch.float16)
        self.averaged = copy.deepcopy(network).eval()
        self.steps_done = 0

    def autocast(self) -> AbstractContextManager[object]:
        """The context in which the network is run."""
        device = self._network.device.type
        return torch.autocast(device, dtype=self._half, enabled=self._half is not None)

    def step(self, loss: Tensor) -> None:
        """Move the weights against a loss's gradient."""
        for group in self._optimiser.param_groups:
            group["lr"] = self._rate * rate_at(self.steps_done, self._steps)
        self._optimiser.zero_grad(set_to_none=True)
        torch.autograd.backward(self._scaler.scale(loss))
        self._scaler.unscale_(self._optimiser)
        nn.utils.clip_grad_norm_(self._network.parameters(), _GRADIENT_NORM)
        self._scaler.step(self._optimiser)
        self._scaler.update()
        self.steps_done += 1
        kept = min(self._decay, (1 + self.steps_done) / (10 + self.steps_done))
        with torch.no_grad():
            for average, weight in zip(self.averaged.parameters(), self._network.parameters(), strict=True):
                average.lerp_(weight, 1 - kept)

    def tensors(self) -> dict[str, Tensor]:
        """The state that `restore` takes: weights, averaged weights, and the optimiser's and scaler's."""
        found = {f"network.{name}": tensor for name, tensor in self._network.state_dict().items()}
        found |= {f"averaged.{name}": tensor for name, tensor in self.averaged.state_dict().items()}
        for name, parameter in zip(self._names, self._network.parameters(), strict=True):
            for key, value in self._optimiser.state[parameter].items():
                found[f"optimiser.{name}.{key}"] = value
        for key, value in self._scaler.state_dict().items():
            found[f"scaler.{key}"] = torch.tensor(value, dtype=torch.float64)
        return found

    def restore(self, tensors: Mapping[str, Tensor], steps_done: int) -> None:
        """Take up a state."""
        self._network.load_state_dict(part_of(tensors, "network"))
        self.averaged.load_state_dict(part_of(tensors, "averaged"))
        for name, parameter in zip(self._names, self._network.parameters(), strict=True):
            self._optimiser.state[parameter] = {
                # A step's number stays on the CPU, as AdamW keeps it.
                key: value if key == "step" else value.to(parameter.device)
                for key, value in part_of(tensors, f"optimiser.{name}").items()
            }
        scaler = {key: value.item() for key, value in part_of(tensors, "scaler").items()}
        if scaler:
            self._scaler.load_state_dict(scaler)
        self.steps_done = steps_done


def part_of(tensors: Mapping[str, Tensor], prefix: str) -> dict[str, Tensor]:
    """The tensors under a prefix, by the rest of their names."""
    begin = f"{prefix}."
    return {name.removeprefix(begin): tensor for name, tensor in tensors.items() if name.startswith(begin)}


def half_precision(asked: Precision, device: torch.device) -> torch.dtype | None:
    """The type of matrix products, or None for float32: on a GPU bfloat16 where it has that, else float16.

    Raises:
        InvalidInput: float16 is asked for on a processor, for which torch has no LSTM in it.
    """
    if asked == "auto":
        if device.type != "cuda":
            return None
        return torch.bfloat16 if torch.cuda.is_bf16_supported() else torch.float16
    if asked == "float16" and device.type == "cpu":
        raise InvalidInput("hyperparameters: mixed_precision: float16 needs a GPU; a processor has off and bfloat16")
    return _HALF.get(asked)
