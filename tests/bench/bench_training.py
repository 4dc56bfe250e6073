"""Training speed of the networks on one thread, and on a GPU where there is one; and of cutting their inputs.

Rates are by processor time, which does not count what else the machine does; on a GPU by the clock.
"""

import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import torch

from geoclimate_ml.fitting.distributed import World, alone
from geoclimate_ml.fitting.progress import Epoch
from geoclimate_ml.networks.architecture import KINDS, Kind
from geoclimate_ml.samples import Samples
from tests.bench.networks import DRAWN, stations, trained

_EPOCHS = 3
_BATCH = 512
_REPEATS = 20


def run() -> list[tuple[str, str]]:
    """Figures and their values."""
    samples = stations()
    training, _ = samples
    archive = training.archive
    dry = replace(training, archive=replace(archive, weather_rows=np.zeros_like(archive.weather_rows)))
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        figures = [
            ("windows, histories alone, one thread", f"{_rate(training.history, training):,.0f} windows/s"),
            ("windows, all three matrices, one thread", f"{_rate(dry.inputs, dry):,.0f} windows/s"),
            ("the same with weather forecasts", f"{_rate(training.inputs, training):,.0f} windows/s"),
        ]
        here = World(0, 1, torch.device("cpu"))
        for kind in KINDS:
            rate = _training_rate(kind, samples, here, time.process_time)
            figures.append((f"training, {kind}, one thread, validation included", f"{rate:,.0f} samples/s"))
        if torch.cuda.is_available():
            for kind in KINDS:
                rate = _training_rate(kind, samples, alone(), time.monotonic)
                figures.append((f"training, {kind}, {torch.cuda.get_device_name()}", f"{rate:,.0f} samples/s"))
        return figures
    finally:
        torch.set_num_threads(threads)


def _training_rate(kind: Kind, samples: tuple[Samples, Samples], world: World, clock: Callable[[], float]) -> float:
    """Samples a second of the quickest epoch but the first, which warms up."""
    ends: list[float] = []

    def note(_: Epoch) -> None:
        ends.append(clock())

    trained(kind, samples, world, _EPOCHS, note)
    return DRAWN / float(np.diff(ends).min())


def _rate(cut: Callable[[np.ndarray[tuple[int], np.dtype[np.int64]]], object], samples: Samples) -> float:
    """Rows a second, cut in batches as they are drawn in training."""
    order = np.random.default_rng(1)
    taken = []
    for _ in range(_REPEATS):
        batch = np.sort(order.integers(0, len(samples), _BATCH))
        began = time.process_time()
        cut(batch)
        taken.append(time.process_time() - began)
    return _BATCH / float(np.median(taken))
