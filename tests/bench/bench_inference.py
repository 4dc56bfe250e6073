"""Networks on one thread, ONNX Runtime in float32 and int8 against torch eager; and torch on a GPU where there is one.

Times are processor time, which does not count what else the machine does, and contenders take turns.
"""

import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final, TypeVar

import numpy as np
import torch

from geoclimate.features.inputs import Inputs
from geoclimate_ml.fitting.distributed import World, alone
from geoclimate_ml.networks.architecture import KINDS, Kind
from geoclimate_ml.networks.forecaster import Forecaster
from geoclimate_ml.predictions import Predict, network_predicts
from geoclimate_ml.samples import Samples
from geoclimate_ml.serving.half_precision import half_precision_predicts
from geoclimate_ml.serving.onnx_export import export_light, export_onnx
from geoclimate_ml.serving.onnx_session import open_session, part_of, run_session
from tests.bench.networks import stations, trained

_SINGLE: Final = 400
_BULK_ROWS: Final = 2048
_BULK: Final = 5
_CHUNKS: Final = (16, 32, 64, 256, 512)
_BATCHES: Final = {"eager": (16, 64, 256, 512, 1024), "ONNX": _CHUNKS, "int8": _CHUNKS}
_PEAK_SIZE: Final = 8192

_Name = TypeVar("_Name")


def run() -> list[tuple[str, str]]:
    """Figures and their values."""
    samples = stations()
    inputs = samples[0].inputs(np.arange(_BULK_ROWS))
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        figures = [figure for kind in KINDS for figure in _on_one_thread(kind, samples, inputs)]
        if torch.cuda.is_available():
            figures += [figure for kind in KINDS for figure in _on_gpu(kind, samples, inputs)]
        return figures
    finally:
        torch.set_num_threads(threads)


def _on_one_thread(kind: Kind, samples: tuple[Samples, Samples], inputs: Inputs) -> list[tuple[str, str]]:
    network = trained(kind, samples, World(0, 1, torch.device("cpu")), 1, lambda _: None)
    few = part_of(inputs, slice(0, 256))
    with tempfile.TemporaryDirectory() as folder:
        exact, light = Path(folder) / "exact.onnx", Path(folder) / "light.onnx"
        parity, int8 = export_onnx(network, exact, "bench", few), export_light(network, light, "bench", few)
        sessions = {"ONNX": open_session(exact), "int8": open_session(light)}
    asks: dict[str, Predict] = {"eager": network_predicts(network)}
    asks |= {name: partial(run_session, session) for name, session in sessions.items()}
    one = part_of(inputs, slice(0, 1))
    single = _seconds({name: partial(ask, one) for name, ask in asks.items()}, _SINGLE)
    batches = [(name, rows) for name, sizes in _BATCHES.items() for rows in sizes]
    bulk = _seconds({(name, rows): _in_chunks(asks[name], inputs, rows) for name, rows in batches}, _BULK)
    best = {name: min((bulk[name, rows], rows) for rows in sizes) for name, sizes in _BATCHES.items()}
    seconds, batch = best["eager"]
    figures = [(f"{kind}, one row, eager", f"{1e3 * single['eager']:.2f} ms")]
    figures += [(f"{kind}, one row, {name} over eager", f"{single['eager'] / single[name]:.2f}") for name in sessions]
    figures.append((f"{kind}, bulk, eager at its best batch, {batch}", f"{len(inputs) / seconds:,.0f} rows/s"))
    figures += [
        (f"{kind}, bulk, {name} at {best[name][1]} rows over eager's best", f"{seconds / best[name][0]:.2f}")
        for name in sessions
    ]
    figures.append((f"{kind}, ONNX, largest difference from torch", f"{parity.largest:.1e} µg/m³"))
    figures.append((f"{kind}, int8, mean difference, share of the width", f"{int8.mean / int8.width:.2%}"))
    return figures


def _on_gpu(kind: Kind, samples: tuple[Samples, Samples], inputs: Inputs) -> list[tuple[str, str]]:
    world = alone()
    network = trained(kind, samples, world, 1, lambda _: None)
    matrices = [torch.from_numpy(m).to(world.device) for m in (inputs.history, inputs.context, inputs.future)]
    rows = len(inputs) / _gpu_seconds(_resident(network, matrices))
    served = half_precision_predicts(network, world.device)
    from_host = len(inputs) / _gpu_seconds(lambda: served(inputs))
    peak = _peak(world.device)
    share = _operations_a_row(network) * rows / peak
    return [
        (f"{kind}, GPU, half precision, inputs on the GPU", f"{rows:,.0f} rows/s"),
        (f"{kind}, GPU, half precision, inputs on the host", f"{from_host:,.0f} rows/s"),
        (f"{kind}, GPU, share of the measured peak of {peak / 1e12:.0f} TFLOP/s", f"{share:.2%}"),
    ]


def _resident(network: Forecaster, matrices: list[torch.Tensor]) -> Callable[[], object]:
    def ask() -> object:
        with torch.inference_mode(), torch.autocast("cuda", dtype=torch.bfloat16):
            return network(*matrices)

    return ask


def _operations_a_row(network: Forecaster) -> float:
    """Twice the multiplications in matrix products: each weight once, or once a step or lead time."""
    steps = network.contract.history_hours // network.architecture.step_hours
    leads = len(network.contract.lead_hours)
    times = {"encoder": steps, "head.of_future": leads, "head.each_lead": leads}
    products = 0
    for name, weight in network.named_parameters():
        if weight.ndim == 2:
            products += weight.numel() * next((n for prefix, n in times.items() if name.startswith(prefix)), 1)
    return 2.0 * products


def _peak(device: torch.device) -> float:
    """Operations a second of one large matrix product in half precision: what this GPU can do."""
    square = torch.randn(_PEAK_SIZE, _PEAK_SIZE, device=device, dtype=torch.bfloat16)
    return 2.0 * _PEAK_SIZE**3 / _gpu_seconds(lambda: square @ square)


def _gpu_seconds(ask: Callable[[], object]) -> float:
    taken = []
    for _ in range(30):
        torch.cuda.synchronize()
        began = time.perf_counter()
        ask()
        torch.cuda.synchronize()
        taken.append(time.perf_counter() - began)
    return float(np.median(taken[5:]))


def _seconds(contenders: dict[_Name, Callable[[], object]], repeats: int) -> dict[_Name, float]:
    """Median seconds of each after a warm-up, taking turns."""
    taken: dict[_Name, list[float]] = {name: [] for name in contenders}
    for ask in contenders.values():
        ask()
    for _ in range(repeats):
        for name, ask in contenders.items():
            began = time.process_time()
            ask()
            taken[name].append(time.process_time() - began)
    return {name: float(np.median(times)) for name, times in taken.items()}


def _in_chunks(ask: Predict, inputs: Inputs, rows: int) -> Callable[[], object]:
    parts = [part_of(inputs, slice(begin, begin + rows)) for begin in range(0, len(inputs), rows)]
    return lambda: [ask(part) for part in parts]
