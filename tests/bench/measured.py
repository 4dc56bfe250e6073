"""Measuring a piece of work in a process of its own, so that it inherits nobody's memory.

The module measured is that process when it is run with a mode and a file.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

Modes = Mapping[str, Callable[[Path], None]]
_REPEATS = 3


def measure(module: str, modes: Iterable[str], file: Path) -> dict[str, tuple[float, float]]:
    """Of each mode, seconds of processor time on one core, the best of a few runs, and peak memory in MB.

    Processor time does not count what else the machine does, and the modes take turns, so that none has a better one.
    """
    runs: dict[str, list[tuple[float, float]]] = {mode: [] for mode in modes}
    for _ in range(_REPEATS):
        for mode, found in runs.items():
            output = subprocess.run(
                [sys.executable, "-m", module, mode, str(file)],
                capture_output=True,
                check=True,
                cwd=Path(__file__).parents[2],
                text=True,
            ).stdout
            found.append(json.loads(output))
    return {mode: (min(run[0] for run in found), min(run[1] for run in found)) for mode, found in runs.items()}


def run_mode(modes: Modes) -> None:
    """Be the process that is measured."""
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    began = time.process_time()
    modes[sys.argv[1]](Path(sys.argv[2]))
    seconds = time.process_time() - began
    print(json.dumps([seconds, _peak_mb()]))


def _peak_mb() -> float:
    """This program's own peak. `getrusage` would give that of the process that started it, where it was larger."""
    [line] = [line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM:")]
    return int(line.split()[1]) / 1024
