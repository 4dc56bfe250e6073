"""Training speed of the LSTM on this machine's processors, validation included, and the windows' share in it."""

import time

import numpy as np

from geoclimate.features.dataset import TrainingDataset
from geoclimate.features.spec import default_spec
from geoclimate_ml.data import split_by_time
from geoclimate_ml.pipeline import contract_of
from geoclimate_ml.training import Epoch, Hyperparameters, fit, new_model

_HOURS = 12_000


def run() -> list[tuple[str, str]]:
    """Figures and their values."""
    spec = default_spec("pm25")
    values = np.random.default_rng(1).gamma(2.0, 40.0, size=(_HOURS, len(spec.parameters))).astype(np.float32)
    split = split_by_time(TrainingDataset(("bench-1",), spec.parameters, (400_000,), (values,)), spec)
    hyperparameters = Hyperparameters(epochs=4, patience=4)
    epochs: list[Epoch] = []
    fit(new_model(contract_of(spec), hyperparameters), split, hyperparameters, epochs.append)
    windows = len(split.training)
    # The first epoch warms up.
    seconds = float(np.median(np.diff([epoch.seconds for epoch in epochs])))
    began = time.perf_counter()
    for part in np.array_split(np.arange(windows), windows // hyperparameters.batch_size):
        split.training.batch(part)
    making = time.perf_counter() - began
    return [
        ("training, LSTM, validation included", f"{windows / seconds:,.0f} samples/s"),
        ("training, making the windows alone", f"{windows / making:,.0f} windows/s"),
    ]
