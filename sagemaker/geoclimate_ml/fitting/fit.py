"""Training a network by epochs: early stopping on the averaged weights, going on from the newest checkpoint."""

import copy
import math
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

import numpy as np
import torch
from torch import Tensor, nn

from geoclimate.contracts.model import ForecastContract
from geoclimate.domain.errors import IntegrityError, InvalidInput
from geoclimate_ml.fitting.checkpoints import Checkpoints, Saved
from geoclimate_ml.fitting.distributed import World
from geoclimate_ml.fitting.hyperparameters import Hyperparameters
from geoclimate_ml.fitting.loss import level_weights, pinball_sum, sample_weights
from geoclimate_ml.fitting.optimisation import Optimisation, part_of
from geoclimate_ml.fitting.progress import Epoch
from geoclimate_ml.fitting.sampling import Order
from geoclimate_ml.fitting.scaled_levels import Batch, with_scaled_levels
from geoclimate_ml.networks.forecaster import Forecaster
from geoclimate_ml.samples import Samples

_SCALING_SAMPLES: Final = 6000
_VALIDATION_SAMPLES: Final = 8192
_VALIDATION_BATCH: Final = 1024
_HOURS_A_YEAR: Final = 8766
# Where nothing of a step was observed, its loss of 0 must not be divided by 0.
_LEAST_WEIGHT: Final = 1e-6
_FORECAST: Final = "forecast"
_KNOWN: Final = "forecast_known"

Report = Callable[[Epoch], None]


@dataclass(frozen=True, slots=True)
class Fitted:
    """What a training came to.

    Attributes:
        epoch: The epoch whose weights were kept.
        validation_loss: Their loss on the validation part, in the target's unit.
    """

    epoch: int
    validation_loss: float


@dataclass(slots=True)
class _State:
    """How far a training is."""

    epoch: int
    best: float
    waited: int
    seconds: float
    kept: dict[str, Tensor]


def new_network(contract: ForecastContract, hyperparameters: Hyperparameters, training: Samples) -> Forecaster:
    """A fresh network whose scaling has learned from a sample of the training part; the same seed gives the same.

    Raises:
        InvalidInput: The hours that the network takes in at once do not divide the history.
    """
    whole, at_once = contract.history_hours, hyperparameters.network.step_hours
    if whole % at_once:
        raise InvalidInput(f"hyperparameters: step_hours: must divide the history's {whole} hours, but is {at_once}")
    torch.manual_seed(hyperparameters.seed)
    network = Forecaster(contract, hyperparameters.network)
    order = np.random.default_rng(hyperparameters.seed)
    count = min(len(training), _SCALING_SAMPLES)
    chosen = np.sort(order.choice(len(training), size=count, replace=False))
    hours = training.issue_hours
    network.scaling.learn(
        training.inputs(chosen),
        training.observed(chosen),
        years=float(hours.max() - hours.min()) / _HOURS_A_YEAR,
        stations=len(np.unique(training.station)),
    )
    return network


def fit(  # noqa: PLR0913 - what is trained, on what, how, and whom it tells
    network: Forecaster,
    training: Samples,
    validation: Samples,
    hyperparameters: Hyperparameters,
    *,
    report: Report,
    world: World,
    checkpoints: Checkpoints | None = None,
) -> Fitted:
    """Train a network in place and leave it with the averaged weights of its best epoch.

    Args:
        network: As `new_network` makes it; it is moved to the process's device.
        training: What to learn from; the same in every process.
        validation: What to stop by.
        hyperparameters: How to train.
        report: Called after every epoch in the first process; what it raises ends the training.
        world: This process among those that train.
        checkpoints: Where the first process keeps its state, and goes on from.

    Returns:
        Which epoch was the best, and how good; the same in every process.

    Raises:
        IntegrityError: The loss stopped being a number.
    """
    with _reproducible(hyperparameters):
        return _Fitting(network.to(world.device), training, hyperparameters, world).run(validation, report, checkpoints)


class _Fitting:
    """One training of one network in one process."""

    def __init__(self, network: Forecaster, training: Samples, hyperparameters: Hyperparameters, world: World) -> None:
        self.network, self.training, self.hyperparameters, self.world = network, training, hyperparameters, world
        self.order = Order(len(training), hyperparameters.batch_size, hyperparameters.seed)
        drawn = min(len(training), hyperparameters.windows_per_epoch)
        self.steps = max(1, drawn // self.order.batch_size)
        self.optimisation = Optimisation(network, hyperparameters, hyperparameters.epochs * self.steps)
        self.levels = torch.tensor(network.contract.levels, device=world.device)
        self.weights = level_weights(network.contract.levels, hyperparameters.median_weight).to(world.device)
        # The loss keeps its unit; only its gradient is brought to the size that the learning rate is meant for.
        self.unit = 2 * float(network.scaling.target_median)
        self.columns = _weather_columns(network.contract).to(world.device)

    def run(self, validation: Samples, report: Report, checkpoints: Checkpoints | None) -> Fitted:
        state = self.resumed(checkpoints)
        began = time.monotonic() - state.seconds
        trained: nn.Module = self.network
        if self.world.size > 1:
            on_gpu = self.world.device.type == "cuda"
            trained = nn.parallel.DistributedDataParallel(
                self.network, device_ids=[self.world.device] if on_gpu else None, broadcast_buffers=False
            )
        while state.epoch < self.hyperparameters.epochs and not self.is_over(state):
            state.epoch += 1
            started = time.monotonic()
            training_loss = self.epoch(trained, state.epoch)
            speed = self.steps * self.order.batch_size / (time.monotonic() - started)
            loss = self.validated(validation)
            if not math.isfinite(training_loss + loss):
                raise IntegrityError(f"the loss of epoch {state.epoch} is no number; try a lower learning rate")
            state.waited += 1
            if loss < state.best:
                state.best, state.waited = loss, 0
                state.kept = copy.deepcopy(self.optimisation.averaged.state_dict())
            state.seconds = time.monotonic() - began
            if self.world.leads:
                if checkpoints is not None:
                    checkpoints.save(state.epoch, self.saved(state))
                report(Epoch(state.epoch, training_loss, loss, state.seconds, speed))
        self.network.load_state_dict(state.kept)
        self.network.eval()
        return Fitted(state.epoch - state.waited, state.best)

    def epoch(self, trained: nn.Module, number: int) -> float:
        """Take an epoch's steps; gives the mean loss, by the weights of the samples."""
        trained.train()
        # Seeded by epoch, so that a resumed training needs no generator's state.
        seed = np.random.SeedSequence((self.hyperparameters.seed, number, self.world.rank)).generate_state(1, np.uint64)
        torch.manual_seed(int(seed[0] >> np.uint64(1)))
        total = torch.zeros((), device=self.world.device)
        for step in range((number - 1) * self.steps, number * self.steps):
            mine = self.world.share(self.order.batch(step))
            history, context, future, observed = with_scaled_levels(
                self.batch(self.training, mine), self.network.scaling, self.hyperparameters.level_spread
            )
            with self.optimisation.autocast():
                quantiles = trained(
                    history, context, self.without_weather(future), noise=self.hyperparameters.input_noise
                )
            loss, weight = pinball_sum(
                quantiles.float(), observed, self.levels, self.weights, self.sample_weights(context)
            )
            # Gradients are averaged over the processes, but the loss is a mean over all that any of them observed.
            weight = self.world.sum(weight).clamp(min=_LEAST_WEIGHT)
            self.optimisation.step(loss * self.world.size / weight / self.unit)
            total += loss.detach() / weight
        return float(self.world.sum(total)) / self.steps

    def validated(self, validation: Samples) -> float:
        """Loss of the averaged weights on the validation part, or on evenly spread issue times of it."""
        count = min(len(validation), _VALIDATION_SAMPLES)
        mine = self.world.share(np.linspace(0, len(validation) - 1, count).astype(np.int64))
        sums = torch.zeros(2, dtype=torch.float64, device=self.world.device)
        with torch.inference_mode():
            for begin in range(0, len(mine), _VALIDATION_BATCH):
                *inputs, observed = self.batch(validation, mine[begin : begin + _VALIDATION_BATCH])
                sums += torch.stack(
                    pinball_sum(self.optimisation.averaged(*inputs), observed, self.levels, self.weights)
                )
        loss, known = self.world.sum(sums).tolist()
        return float(loss / max(known, 1))

    def batch(self, samples: Samples, indices: np.ndarray[tuple[int], np.dtype[np.int64]]) -> Batch:
        inputs = samples.inputs(indices)
        history, context, future, observed = (
            torch.from_numpy(array).to(self.world.device, non_blocking=True)
            for array in (inputs.history, inputs.context, inputs.future, samples.observed(indices))
        )
        return history, context, future, observed

    def sample_weights(self, context: Tensor) -> Tensor | None:
        """How much each sample of a batch counts; alike where changes do not grow with the level."""
        scaling = self.network.scaling
        if not scaling.relative_change:
            return None
        return sample_weights(scaling.newest(context), scaling.target_median, self.hyperparameters.level_power)

    def without_weather(self, future: Tensor) -> Tensor:
        """Hide the weather forecast of some samples, as where none is given."""
        if not self.hyperparameters.weather_dropout:
            return future
        hidden = torch.rand(len(future), device=future.device) < self.hyperparameters.weather_dropout
        return torch.where(hidden[:, None, None] & ~torch.isinf(self.columns), self.columns, future)

    def is_over(self, state: _State) -> bool:
        """Whether to stop before the last epoch; every process gives the answer of the first."""
        waited = state.waited >= self.hyperparameters.patience
        late = self.world.leads and state.seconds > self.hyperparameters.max_seconds
        return waited or bool(self.world.sum(torch.tensor(float(late), device=self.world.device)))

    def resumed(self, checkpoints: Checkpoints | None) -> _State:
        fresh = _State(0, math.inf, 0, 0.0, copy.deepcopy(self.network.state_dict()))
        if checkpoints is None:
            return fresh
        content = self.world.from_first(checkpoints.newest() if self.world.leads else b"")
        if not content:
            return fresh
        saved = checkpoints.read(content)
        epoch = int(saved.progress["epoch"])
        self.optimisation.restore(saved.tensors, epoch * self.steps)
        return _State(
            epoch,
            saved.progress["best"],
            int(saved.progress["waited"]),
            saved.progress["seconds"],
            part_of(saved.tensors, "best"),
        )

    def saved(self, state: _State) -> Saved:
        tensors = self.optimisation.tensors() | {f"best.{name}": tensor for name, tensor in state.kept.items()}
        progress = {"epoch": state.epoch, "best": state.best, "waited": state.waited, "seconds": state.seconds}
        return Saved(tensors, progress)


def _weather_columns(contract: ForecastContract) -> Tensor:
    """What each column of the future holds where no weather forecast is given; infinite where it is no weather."""
    return torch.tensor(
        [0.0 if name == _KNOWN else math.nan if _FORECAST in name else math.inf for name in contract.future_columns]
    )


@contextmanager
def _reproducible(hyperparameters: Hyperparameters) -> Iterator[None]:
    """Refuse algorithms that are not reproducible while a network is trained, where that is asked for."""
    before = torch.are_deterministic_algorithms_enabled()
    if hyperparameters.deterministic:
        # CUDA's matrix products are reproducible with a workspace of a fixed size only.
        os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
        torch.use_deterministic_algorithms(mode=True)
    try:
        yield
    finally:
        torch.use_deterministic_algorithms(before)
