"""Search for hyperparameters with Optuna on one machine: TPE, trials pruned by the median of those before.

In the cloud a SageMaker tuning job searches the same space, see `tuning_job`.
"""

import logging
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import optuna

from geoclimate.domain.errors import IntegrityError, InvalidInput
from geoclimate_ml.fitting.fit import Report
from geoclimate_ml.fitting.hyperparameters import Hyperparameters
from geoclimate_ml.fitting.progress import Epoch
from geoclimate_ml.fitting.search_space import Choice, Range, space_of, written

TRIALS: Final = 50
_FREE_TRIALS: Final = 8
_FREE_EPOCHS: Final = 2
_log = logging.getLogger(__name__)

Train = Callable[[Hyperparameters, Report], None]


@dataclass(frozen=True, slots=True)
class Trial:
    """One set of hyperparameters that was tried.

    Attributes:
        number: From 0.
        hyperparameters: What was tried.
        loss: Its lowest validation loss; of the epochs up to then where it was pruned, infinite where it failed.
        pruned: Whether it was broken off.
    """

    number: int
    hyperparameters: Hyperparameters
    loss: float
    pruned: bool


def search(train: Train, base: Hyperparameters, trials: int = TRIALS) -> list[Trial]:
    """Try sets of hyperparameters.

    The first trial is `base` itself. The same seed tries the same sets, if training is deterministic.

    Args:
        train: Trains with some hyperparameters and reports each epoch; what a report raises ends that trial.
        base: What is not searched, the kind of network among it.
        trials: How many.

    Returns:
        All trials, the best first.

    Raises:
        InvalidInput: A value of `base` lies outside of what is searched.
        IntegrityError: No trial came to an end.
    """
    named, space = base.values(), space_of(base.network.kind)
    for name, searched in space.items():
        if not searched.holds(named[name]):
            raise InvalidInput(f"hyperparameters: a search tries {name} {searched}, but it begins at {named[name]}")
    optuna.logging.disable_default_handler()
    study = optuna.create_study(
        sampler=optuna.samplers.TPESampler(seed=base.seed, n_startup_trials=_FREE_TRIALS),
        pruner=optuna.pruners.MedianPruner(n_startup_trials=_FREE_TRIALS, n_warmup_steps=_FREE_EPOCHS),
    )
    study.enqueue_trial(
        {
            name: written(named[name]) if isinstance(searched, Choice) else named[name]
            for name, searched in space.items()
        },
        skip_if_exists=True,
    )
    tried: list[Trial] = []

    def objective(trial: optuna.Trial) -> float:
        hyperparameters = base.with_values(
            {name: _suggested(trial, name, searched) for name, searched in space.items()}
        )
        best, pruned = math.inf, False

        def report(epoch: Epoch) -> None:
            nonlocal best
            best = min(best, epoch.validation_loss)
            trial.report(best, epoch.number)
            if trial.should_prune():
                raise optuna.TrialPruned

        try:
            train(hyperparameters, report)
        except optuna.TrialPruned:
            pruned = True
            raise
        except IntegrityError as error:
            _log.warning("trial %d failed: %s", trial.number, error)
            best = math.inf
        finally:
            tried.append(Trial(trial.number, hyperparameters, best, pruned))
            _log.info("trial %d: validation loss %.4f%s", trial.number, best, ", pruned" if pruned else "")
        return best

    study.optimize(objective, n_trials=trials)
    ended = sorted(tried, key=lambda trial: (trial.pruned, trial.loss))
    if not ended or not math.isfinite(ended[0].loss):
        raise IntegrityError("no set of hyperparameters could be trained")
    return ended


def _suggested(trial: optuna.Trial, name: str, searched: Range | Choice) -> object:
    if isinstance(searched, Choice):
        return trial.suggest_categorical(name, searched.values)
    if searched.whole:
        return trial.suggest_int(name, int(searched.low), int(searched.high), log=searched.logarithmic)
    return trial.suggest_float(name, searched.low, searched.high, log=searched.logarithmic)
