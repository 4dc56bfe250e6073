"""Trainings in processes of their own."""

import os
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).parents[3]
SCRIPT = Path(__file__).parent / "train_made.py"
QUICK = {
    "architecture": "lstm",
    "hidden-size": "8",
    "context-size": "16",
    "decoder-size": "8",
    "step-hours": "6",
    "windows-per-epoch": "256",
    "batch-size": "64",
    "deterministic": "true",
}


def start(
    path: Path, hyperparameters: dict[str, str], environment: dict[str, str], launcher: Sequence[str] = ()
) -> subprocess.Popen[str]:
    """Start a training that writes its weights to a path, by arguments of the interpreter that launch it."""
    arguments = [part for name, value in {**QUICK, **hyperparameters}.items() for part in (f"--{name}", value)]
    return subprocess.Popen(
        [sys.executable, *launcher, str(SCRIPT), str(path), *arguments],
        env={
            **os.environ,
            "PYTHONPATH": os.pathsep.join(map(str, (ROOT, ROOT / "shared", ROOT / "sagemaker"))),
            "OMP_NUM_THREADS": "1",
            **environment,
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def ended(process: subprocess.Popen[str]) -> str:
    """What a training printed, once it has ended well."""
    printed, _ = process.communicate(timeout=300)
    assert process.returncode == 0, printed
    return printed


def losses(printed: str) -> dict[int, str]:
    """The validation loss that was printed after each epoch."""
    return {int(number): loss for number, loss in re.findall(r"epoch (\d+): .*validation loss ([0-9.]+)", printed)}
