"""Stations and networks of the size that is trained, for the benchmarks of training and inference."""

from collections.abc import Callable
from typing import Final

from geoclimate.features.input_spec import default_input_spec
from geoclimate_ml.fitting.distributed import World
from geoclimate_ml.fitting.fit import fit, new_network
from geoclimate_ml.fitting.hyperparameters import to_hyperparameters
from geoclimate_ml.fitting.progress import Epoch
from geoclimate_ml.networks.architecture import Kind
from geoclimate_ml.networks.forecaster import Forecaster
from geoclimate_ml.networks.input_scaling import contract_of
from geoclimate_ml.samples import Samples
from tests.made_samples import LEVELS, made, parts

DRAWN: Final = 6_144


def stations() -> tuple[Samples, Samples]:
    """What to train on and what to validate on, as a default deployment sees stations."""
    return parts(made(default_input_spec("pm25"), hours=2_500, stations=4).samples)


def trained(
    kind: Kind, samples: tuple[Samples, Samples], world: World, epochs: int, report: Callable[[Epoch], None]
) -> Forecaster:
    """A network with its usual sizes after a few epochs."""
    hyperparameters = to_hyperparameters({"architecture": kind, "epochs": epochs, "windows_per_epoch": DRAWN})
    training, validation = samples
    network = new_network(contract_of(training.archive.spec, LEVELS), hyperparameters, training)
    fit(network, training, validation, hyperparameters, report=report, world=world)
    return network
