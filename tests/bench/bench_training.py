"""Training speed of the LSTM on this machine's processors."""

import time

from geoclimate.features.spec import default_spec
from geoclimate_ml.data import split_by_time
from geoclimate_ml.pipeline import contract_of
from geoclimate_ml.training import Epoch, Hyperparameters, fit, new_model
from tests.synthetic_dataset import synthetic_dataset


def run() -> list[tuple[str, str]]:
    """Figures and their values."""
    split = split_by_time(synthetic_dataset(hours=9_000), default_spec("pm25"))
    hyperparameters = Hyperparameters(epochs=3, patience=3)
    model = new_model(contract_of(default_spec("pm25")), hyperparameters)
    epochs: list[Epoch] = []
    began = time.perf_counter()
    fit(model, split, hyperparameters, epochs.append)
    seconds = time.perf_counter() - began
    windows = min(len(split.training), hyperparameters.windows_per_epoch)
    return [
        ("training, LSTM, validation included", f"{len(epochs) * windows / seconds:,.0f} windows/s"),
        ("training, windows an epoch", f"{windows:,}"),
    ]
