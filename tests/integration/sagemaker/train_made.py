"""A training as a job runs it, on synthetic stations: writes its weights to the path that is named first."""

import os
import sys
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import nn

from geoclimate_ml.fitting.checkpoints import Checkpoints, checkpoint_folder, fingerprint_of
from geoclimate_ml.fitting.distributed import joined
from geoclimate_ml.fitting.fit import fit, new_network
from geoclimate_ml.fitting.hyperparameters import read_hyperparameters
from geoclimate_ml.fitting.progress import Epoch
from geoclimate_ml.networks.input_scaling import contract_of
from tests.made_samples import LEVELS, made, parts


def main(path: Path, arguments: list[str]) -> None:
    torch.set_num_threads(1)
    hyperparameters = read_hyperparameters(arguments)
    everything = made(hours=700, stations=2)
    training, validation = parts(everything.samples)
    contract = contract_of(everything.spec, LEVELS)
    network = new_network(contract, hyperparameters, training)
    if not hyperparameters.network.dropout:
        for module in network.modules():
            if isinstance(module, nn.Dropout):
                module.p = 0.0
    folder = checkpoint_folder(os.environ)
    fingerprint = fingerprint_of(contract.model_dump_json(), hyperparameters.model_dump_json())
    checkpoints = None if folder is None else Checkpoints(folder, fingerprint)
    with joined(os.environ) as world:
        fit(network, training, validation, hyperparameters, report=_print, world=world, checkpoints=checkpoints)
        if world.leads:
            save_file(network.state_dict(), path)


def _print(epoch: Epoch) -> None:
    print(epoch.line, flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
