"""SageMaker's script-mode entry: trains one network. Paths come from the `SM_*` variables."""

import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from geoclimate.contracts.model import QUANTILE_LEVELS
from geoclimate.domain.errors import InvalidInput
from geoclimate.features.input_spec import default_input_spec
from geoclimate_ml.fitting.checkpoints import Checkpoints, checkpoint_folder, fingerprint_of
from geoclimate_ml.fitting.distributed import World, joined
from geoclimate_ml.fitting.fit import Report, fit, new_network
from geoclimate_ml.fitting.hyperparameters import Hyperparameters, read_hyperparameters
from geoclimate_ml.fitting.progress import Epoch
from geoclimate_ml.fitting.search import search
from geoclimate_ml.member_training import Places, train_member, write_member
from geoclimate_ml.networks.input_scaling import contract_of
from geoclimate_ml.split import Split, samples_of, split_by_time
from geoclimate_ml.training_job import DIGEST_VARIABLE, read_channel, run_job

_SEARCH = "--search"
_MOST_TRIALS = 500


def train(arguments: Sequence[str], environment: Mapping[str, str]) -> None:
    """Train the network that the hyperparameters name and write it to `SM_MODEL_DIR`.

    With `--search 50`, that many sets of hyperparameters are tried before, and the best is trained.

    Raises:
        GeoClimateError: The hyperparameters or the data cannot be used.
        KeyError: SageMaker did not set a variable.
    """
    # Read before anything is trained: a variable that is missing must not cost the training.
    directory, version = Path(environment["SM_MODEL_DIR"]), environment["TRAINING_JOB_NAME"]
    trials, given = _trials(arguments)
    hyperparameters = read_hyperparameters(given)
    dataset, manifest = read_channel(Path(environment["SM_CHANNEL_TRAINING"]), environment.get(DIGEST_VARIABLE))
    split = split_by_time(samples_of(dataset, default_input_spec(manifest.target)))
    with joined(environment) as world:
        if world.leads:
            print(
                f"training a {hyperparameters.network.kind} on {world.size} x {world.device}: "
                f"{len(dataset.stations)} stations, {dataset.target_hours} hours of {manifest.target}, "
                f"{len(split.training)} issue times of training, {len(split.validation)} of validation, "
                f"{len(split.before_test)} before the test",
                flush=True,
            )
        if trials:
            hyperparameters = _searched(split, hyperparameters, trials, world)
        trained = train_member(
            split, hyperparameters, _print_epoch, world, _places(environment, hyperparameters, manifest.digest)
        )
        if world.leads:
            write_member(directory, trained, hyperparameters, (version, manifest.digest))
            print(f"kept epoch {trained.epochs}: validation loss {trained.validation_loss:.4f}", flush=True)


def main(arguments: Sequence[str], environment: Mapping[str, str]) -> int:
    """Train; the exit status."""
    return run_job(lambda: train(arguments, environment), environment)


def _trials(arguments: Sequence[str]) -> tuple[int, Sequence[str]]:
    """How many sets of hyperparameters `--search` asks for, and the other arguments."""
    if _SEARCH not in arguments:
        return 0, arguments
    place = list(arguments).index(_SEARCH)
    count = arguments[place + 1] if place + 1 < len(arguments) else ""
    if not count.isascii() or not count.isdigit() or not 0 < int(count) <= _MOST_TRIALS:
        raise InvalidInput(f"hyperparameters: {_SEARCH} must be followed by a number of trials, 1 to {_MOST_TRIALS}")
    return int(count), [*arguments[:place], *arguments[place + 2 :]]


def _searched(split: Split, base: Hyperparameters, trials: int, world: World) -> Hyperparameters:
    """The best of some sets of hyperparameters, each fitted once and judged by the validation part."""
    if world.size > 1:
        raise InvalidInput(
            f"hyperparameters: {_SEARCH} runs in one process; give the job one instance with one GPU at most"
        )

    def fitted(hyperparameters: Hyperparameters, report: Report) -> None:
        contract = contract_of(split.training.archive.spec, QUANTILE_LEVELS)
        network = new_network(contract, hyperparameters, split.training)
        fit(network, split.training, split.validation, hyperparameters, report=report, world=world)

    tried = search(fitted, base, trials)
    for trial in tried:
        state = "pruned" if trial.pruned else "whole"
        print(f"trial {trial.number} ({state}): loss {trial.loss:.4f} {trial.hyperparameters.values()}", flush=True)
    return tried[0].hyperparameters


def _places(environment: Mapping[str, str], hyperparameters: Hyperparameters, digest: str) -> Places:
    """Where checkpoints are kept: SageMaker's folder, where the job has one."""
    folder = checkpoint_folder(environment)
    if folder is None:
        return Places()
    first, second = (fingerprint_of(name, digest, hyperparameters.model_dump_json()) for name in ("first", "second"))
    return Places(first=Checkpoints(folder / "first", first), second=Checkpoints(folder / "second", second))


def _print_epoch(fit: str, epoch: Epoch) -> None:
    print(f"{fit} fit, {epoch.line}", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], os.environ))
