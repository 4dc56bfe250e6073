"""Builds the Lambda layers from `pyproject.toml` (which packages) and `requirements.lock` (which versions).

A layer holds the closure of its group's packages at the locked versions, without what an earlier group already holds,
without what the Lambda runtime brings, and without what `slim.py` leaves out. pip fetches wheels for the target's
interpreter and platform, so no Docker and no compiler is needed; a finished layer is kept by the hash of its pins and
reused.
"""

import compileall
import hashlib
import os
import py_compile
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Final

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from layers.kept_builds import keep_newest
from layers.slim import CUTS, slim

ROOT: Final = Path(__file__).resolve().parents[1]

# boto3 and what it brings come with the runtime, in the cloud and in the local one.
_IN_THE_RUNTIME: Final = frozenset({"boto3", "botocore", "s3transfer"})
# Part of a layer's hash: raise it when a layer is built otherwise from the same pins.
_BUILDER_VERSION: Final = "2"


class LayerError(RuntimeError):
    """A layer cannot be built; the message says which one and why."""


@dataclass(frozen=True, slots=True)
class Target:
    """What a layer's wheels must fit.

    Attributes:
        name: `native`, or a Linux platform such as `linux-aarch64`.
        python: Interpreter version, `3.13`.
    """

    name: str
    python: str

    @property
    def machine(self) -> str:
        """The machine in wheel tags and environment markers."""
        return os.uname().machine if self.name == "native" else self.name.removeprefix("linux-")

    @property
    def compiles(self) -> bool:
        """Whether byte code made here is the target's: it belongs to one minor version, on any machine."""
        return self.python == f"{sys.version_info.major}.{sys.version_info.minor}"

    def pip_arguments(self) -> list[str]:
        """How pip is told to choose wheels for the target."""
        if self.name == "native":
            return ["--only-binary=:all:"]
        # pip takes each tag literally; these are all that a glibc 2.34 (Amazon Linux 2023) can run.
        tags = ["manylinux2014", *(f"manylinux_2_{minor}" for minor in (17, 24, 26, 27, 28, 31, 34))]
        platforms = [part for tag in tags for part in ("--platform", f"{tag}_{self.machine}")]
        return ["--only-binary=:all:", "--implementation", "cp", "--python-version", self.python, *platforms]

    def markers(self) -> dict[str, str]:
        """The target's environment for requirement markers."""
        return {
            "python_version": self.python,
            "python_full_version": f"{self.python}.0",
            "platform_machine": self.machine,
            "sys_platform": sys.platform if self.name == "native" else "linux",
            "platform_system": os.uname().sysname if self.name == "native" else "Linux",
            "implementation_name": "cpython",
            "platform_python_implementation": "CPython",
            "extra": "",
        }


@dataclass(frozen=True, slots=True)
class Layer:
    """A built layer.

    Attributes:
        group: Name in `[tool.geoclimate.layers]`.
        path: Folder that holds `python/`.
        digest: Hash of what it was built from; the same inputs give the same digest on every machine.
        pins: `name==version` of everything inside, sorted.
    """

    group: str
    path: Path
    digest: str
    pins: tuple[str, ...]


def layer_groups(project: Path) -> dict[str, list[str]]:
    """Requested packages by group, in the order of `pyproject.toml`."""
    groups = tomllib.loads(project.read_text())["tool"]["geoclimate"]["layers"]
    return {str(group): [str(name) for name in names] for group, names in groups.items()}


def read_lock(lock: Path) -> dict[str, str]:
    """Locked version by canonical package name.

    Raises:
        LayerError: A line is not `name==version`.
    """
    versions: dict[str, str] = {}
    for number, line in enumerate(lock.read_text().splitlines(), start=1):
        text = line.split("#", 1)[0].strip()
        if not text:
            continue
        name, separator, version = text.partition("==")
        if not separator:
            msg = f"{lock.name}, line {number}: '{text}' is not name==version; run `make lock`"
            raise LayerError(msg)
        versions[canonicalize_name(name)] = version
    return versions


def _installed_requirements(name: str) -> list[str]:
    try:
        return metadata.requires(name) or []
    except metadata.PackageNotFoundError:
        msg = f"package '{name}' is not installed here, so its requirements are unknown; run `make setup`"
        raise LayerError(msg) from None


def closure(
    names: Sequence[str],
    target: Target,
    versions: Mapping[str, str],
    requirements_of: Callable[[str], list[str]] = _installed_requirements,
) -> dict[str, str]:
    """Locked versions of packages and all that they need on the target, less what the runtime brings.

    Raises:
        LayerError: A needed package is not in the lock.
    """
    found: dict[str, str] = {}
    pending = [canonicalize_name(name) for name in names]
    while pending:
        name = pending.pop()
        if name in found or name in _IN_THE_RUNTIME:
            continue
        if name not in versions:
            msg = f"package '{name}' is needed by a layer and is not in requirements.lock; run `make lock`"
            raise LayerError(msg)
        found[name] = versions[name]
        for line in requirements_of(name):
            requirement = Requirement(line)
            if requirement.marker is None or requirement.marker.evaluate(target.markers()):
                pending.append(canonicalize_name(requirement.name))
    return found


def pins_by_group(target: Target, root: Path = ROOT) -> dict[str, tuple[str, ...]]:
    """`name==version` lines of each layer; a package is in the first group that needs it only."""
    versions = read_lock(root / "requirements.lock")
    seen: set[str] = set()
    pins: dict[str, tuple[str, ...]] = {}
    for group, names in layer_groups(root / "pyproject.toml").items():
        wanted = closure(names, target, versions)
        pins[group] = tuple(sorted(f"{name}=={version}" for name, version in wanted.items() if name not in seen))
        seen |= wanted.keys()
    return pins


def build_layers(target: Target, root: Path = ROOT) -> dict[str, Layer]:
    """Every layer for a target, built where it is not there yet.

    Raises:
        LayerError: The lock lacks a package, or pip finds no wheel; nothing half-built is left behind.
    """
    return {group: _build(group, pins, target, root) for group, pins in pins_by_group(target, root).items()}


def _build(group: str, pins: tuple[str, ...], target: Target, root: Path) -> Layer:
    left_out = (pattern for cut in CUTS for pattern in cut.patterns)
    recipe = "\n".join([_BUILDER_VERSION, group, target.python, target.machine, str(target.compiles), *left_out, *pins])
    digest = hashlib.sha256(recipe.encode()).hexdigest()
    home = root / ".build" / "layers"
    path = home / f"{group}-{target.name}-{digest[:16]}"
    layer = Layer(group, path, digest, pins)
    if path.is_dir():
        keep_newest(path)
        return layer
    home.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=home, prefix=f".{group}-") as scratch:
        finished = Path(scratch) / "layer"
        packages = finished / "python"
        packages.mkdir(parents=True)
        _install(group, pins, target, packages)
        slim(packages)
        if target.compiles:
            _compile(packages)
        # A rename is atomic: another build of the same layer either wins or finds this one.
        try:
            finished.rename(path)
        except OSError:
            if not path.is_dir():
                raise
    keep_newest(path)
    return layer


def _install(group: str, pins: tuple[str, ...], target: Target, packages: Path) -> None:
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]
    command += ["--no-compile", "--target", str(packages), *target.pip_arguments(), *pins]
    # Fixed words, and pins that were read from the lock as name==version.
    outcome = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    if outcome.returncode != 0:
        reason = outcome.stderr.strip().splitlines()[-1] if outcome.stderr.strip() else "pip said nothing"
        msg = f"layer '{group}' for {target.name} and Python {target.python} cannot be built: {reason}"
        raise LayerError(msg)


def _compile(packages: Path) -> None:
    # Unchecked: the archive's time stamps differ from these files', and nothing edits a layer in place.
    compileall.compile_dir(
        packages,
        quiet=2,
        stripdir=str(packages),
        prependdir="/opt/python",
        invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
    )
