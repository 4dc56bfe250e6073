from collections.abc import Iterator

import pytest
import torch

from geoclimate_ml.fitting.hyperparameters import Hyperparameters, to_hyperparameters
from geoclimate_ml.samples import Samples
from tests.made_samples import made, parts


@pytest.fixture(scope="session", autouse=True)
def one_thread() -> Iterator[None]:
    """Networks this small gain nothing from a second one."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture(scope="session")
def two_parts() -> tuple[Samples, Samples]:
    """What to train on and what to validate on."""
    return parts(made().samples)


@pytest.fixture
def quick() -> Hyperparameters:
    return to_hyperparameters(
        {
            "architecture": "lstm",
            "hidden_size": 8,
            "context_size": 16,
            "decoder_size": 8,
            "step_hours": 6,
            "epochs": 3,
            "windows_per_epoch": 256,
            "batch_size": 64,
            "deterministic": True,
        }
    )
