"""The code that serves a model, put beside it, so that a model does not depend on later code."""

import importlib.metadata
import shutil
from pathlib import Path
from typing import Final

import geoclimate

_REQUIREMENTS: Final = ("pydantic", "safetensors", "lightgbm", "onnxruntime")
"""What AWS's PyTorch inference container lacks; torch and numpy are its own."""
_PACKAGES: Final = ("domain", "features", "contracts")


def copy_serving_code(directory: Path) -> None:
    """Write `inference.py`, the packages that it uses and their requirements into a folder."""
    bundle = Path(__file__).parent.parent
    domain = Path(geoclimate.__file__).parent
    ignore = shutil.ignore_patterns("__pycache__")
    directory.mkdir(parents=True, exist_ok=True)
    shutil.copy(bundle / "inference.py", directory)
    shutil.copytree(bundle / "geoclimate_ml", directory / "geoclimate_ml", ignore=ignore, dirs_exist_ok=True)
    (directory / "geoclimate").mkdir(exist_ok=True)
    shutil.copy(domain / "__init__.py", directory / "geoclimate")
    for package in _PACKAGES:
        shutil.copytree(domain / package, directory / "geoclimate" / package, ignore=ignore, dirs_exist_ok=True)
    lines = [f"{name}=={importlib.metadata.version(name)}\n" for name in _REQUIREMENTS]
    (directory / "requirements.txt").write_text("".join(lines), encoding="utf-8")
