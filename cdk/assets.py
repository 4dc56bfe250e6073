"""Assembles what the template carries: the functions' code and the training source.

Both are addressed by a hash of their sources, so an unchanged tree gives an unchanged template.
"""

import compileall
import gzip
import hashlib
import io
import py_compile
import shutil
import sys
import tarfile
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from layers.build import read_lock
from layers.kept_builds import keep_newest

ROOT: Final = Path(__file__).resolve().parents[1]

# Parts of the shared package that are large, and the functions that use them.
_SHARED_WITH: Final = {"borders": frozenset({"ingest", "backfill"})}
# What the training and serving containers get of the shared package: all that needs neither AWS nor a Lambda.
_SHARED_IN_TRAINING: Final = ("__init__.py", "py.typed", "domain", "features", "contracts")
# What AWS's PyTorch containers lack; torch is theirs, and so is numpy unless one of these asks for a newer one.
_TRAINING_REQUIREMENTS: Final = (
    "lightgbm",
    "matplotlib",
    "onnx",
    "onnxruntime",
    "optuna",
    "pydantic",
    "safetensors",
)


@dataclass(frozen=True, slots=True)
class StagedAsset:
    """A folder or file that is ready to be published.

    Attributes:
        path: Where it lies.
        digest: Hash of what it was made from.
    """

    path: Path
    digest: str


def _read(folder: Path, prefix: str) -> dict[str, bytes]:
    """Every source file of a folder, by its place in the asset."""
    return {
        f"{prefix}{path.relative_to(folder).as_posix()}": path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts and path.suffix != ".pyc"
    }


def _digest(files: Mapping[str, bytes], *more: str) -> str:
    state = hashlib.sha256("\n".join(more).encode())
    for name, body in sorted(files.items()):
        state.update(f"\n{name} {len(body)}\n".encode())
        state.update(body)
    return state.hexdigest()


def stage_function_code(name: str, python: str, root: Path = ROOT) -> StagedAsset:
    """The code of one function: its own folder and what it uses of the shared package, with the folders kept.

    Byte code is added where the function's interpreter has the version of this one: without it a cold start takes
    twice as long.

    Args:
        name: The function's folder under `functions/`.
        python: Version of the function's interpreter, `3.13`.
        root: Root of the source tree.
    """
    files = {"functions/__init__.py": (root / "functions" / "__init__.py").read_bytes()}
    files |= _read(root / "functions" / name, f"functions/{name}/")
    files |= {
        place: body
        for place, body in _read(root / "shared" / "geoclimate", "geoclimate/").items()
        if name in _SHARED_WITH.get(Path(place).parts[1], {name})
    }
    compiled = python == f"{sys.version_info.major}.{sys.version_info.minor}"
    digest = _digest(files, name, f"compiled for {python}" if compiled else "sources")
    home = root / ".build" / "functions"
    path = home / f"{name}-{digest[:16]}"
    if path.is_dir():
        keep_newest(path)
        return StagedAsset(path, digest)
    home.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=home, prefix=f".{name}-") as scratch:
        staged = Path(scratch) / "code"
        for relative, body in files.items():
            target = staged / relative
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(body)
        if compiled:
            compileall.compile_dir(
                staged,
                quiet=2,
                stripdir=str(staged),
                prependdir="/var/task",
                invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
            )
        try:
            staged.rename(path)
        except OSError:
            if not path.is_dir():
                raise
    keep_newest(path)
    return StagedAsset(path, digest)


def stage_training_source(root: Path = ROOT) -> StagedAsset:
    """`sourcedir.tar.gz` as SageMaker's script mode wants it; the same sources give the same bytes."""
    files = _read(root / "sagemaker", "")
    shared = root / "shared" / "geoclimate"
    for part in _SHARED_IN_TRAINING:
        source = shared / part
        files |= (
            {f"geoclimate/{part}": source.read_bytes()} if source.is_file() else _read(source, f"geoclimate/{part}/")
        )
    versions = read_lock(root / "requirements.lock")
    files["requirements.txt"] = "".join(f"{name}=={versions[name]}\n" for name in _TRAINING_REQUIREMENTS).encode()
    digest = _digest(files)
    home = root / ".build" / "training"
    path = home / f"sourcedir-{digest[:16]}.tar.gz"
    if not path.is_file():
        home.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=home, delete=False) as scratch:
            scratch.write(_archive(files))
        shutil.move(scratch.name, path)
    keep_newest(path)
    return StagedAsset(path, digest)


def _archive(files: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    # No time stamp, no owner, sorted names: nothing of the machine that packs gets into the bytes.
    with (
        gzip.GzipFile(fileobj=buffer, mode="wb", mtime=0, filename="") as packed,
        tarfile.open(fileobj=packed, mode="w", format=tarfile.USTAR_FORMAT) as archive,
    ):
        for name, body in sorted(files.items()):
            entry = tarfile.TarInfo(name)
            entry.size = len(body)
            entry.mode = 0o644
            archive.addfile(entry, io.BytesIO(body))
    return buffer.getvalue()
