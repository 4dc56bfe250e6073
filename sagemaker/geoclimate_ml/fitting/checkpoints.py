"""Checkpoints of a training: one safetensors file an epoch, whole or not there, with what is no tensor in its header.

Nothing is pickled. A file carries a digest of its tensors and the fingerprint of what is trained, so that a damaged
file or another training's is passed over.
"""

import hashlib
import json
import logging
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import safetensors.torch
from safetensors import SafetensorError
from torch import Tensor

from geoclimate.domain.errors import IntegrityError

_log = logging.getLogger(__name__)
_KEPT: Final = 2
_PARTIAL: Final = ".partial"
_HEADER_LENGTH: Final = 8


@dataclass(frozen=True, slots=True)
class Saved:
    """State of a training after an epoch.

    Attributes:
        tensors: Everything that is a tensor, by name.
        progress: Everything that is a number, by name.
    """

    tensors: Mapping[str, Tensor]
    progress: Mapping[str, float]


class Checkpoints:
    """The checkpoints of one training.

    Args:
        folder: Where they are kept; made where it is not there.
        fingerprint: What is trained on what; a checkpoint with another one is not taken up.
    """

    def __init__(self, folder: Path, fingerprint: str) -> None:
        self._folder = folder
        self._fingerprint = fingerprint

    def save(self, epoch: int, state: Saved) -> None:
        """Write one; whoever looks sees either all of it or nothing. The two newest are kept."""
        self._folder.mkdir(parents=True, exist_ok=True)
        tensors = {name: tensor.detach().cpu().contiguous() for name, tensor in state.tensors.items()}
        header = {
            "fingerprint": self._fingerprint,
            "progress": json.dumps(dict(state.progress)),
            "digest": _digest(tensors),
        }
        path = self._folder / f"epoch-{epoch:05}.safetensors"
        partial = path.with_suffix(_PARTIAL)
        with partial.open("wb") as file:
            file.write(safetensors.torch.save(tensors, header))
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
        for old in self._paths()[_KEPT:]:
            old.unlink(missing_ok=True)

    def newest(self) -> bytes:
        """The newest usable checkpoint's bytes, for `read`; empty where there is none."""
        for path in self._paths():
            try:
                content = path.read_bytes()
                self.read(content)
            except (OSError, IntegrityError) as error:
                _log.warning("the checkpoint %s is passed over: %s", path.name, error)
            else:
                _log.info("going on from the checkpoint %s", path.name)
                return content
        return b""

    def read(self, content: bytes) -> Saved:
        """State from a checkpoint's bytes.

        Raises:
            IntegrityError: They are damaged, or belong to another training.
        """
        try:
            tensors = safetensors.torch.load(content)
            size = int.from_bytes(content[:_HEADER_LENGTH], "little")
            header = json.loads(content[_HEADER_LENGTH : _HEADER_LENGTH + size])["__metadata__"]
            fingerprint, digest = header["fingerprint"], header["digest"]
            progress = {str(name): float(value) for name, value in json.loads(header["progress"]).items()}
        except (AttributeError, KeyError, TypeError, ValueError, SafetensorError) as error:
            raise IntegrityError(f"it is damaged: {error}") from error
        if digest != _digest(tensors):
            raise IntegrityError("it is damaged: its digest is another one")
        if fingerprint != self._fingerprint:
            raise IntegrityError("it belongs to a training with other data, code or hyperparameters")
        return Saved(tensors, progress)

    def _paths(self) -> list[Path]:
        """The newest first."""
        return sorted(self._folder.glob("epoch-*.safetensors"), reverse=True)


def checkpoint_folder(environment: Mapping[str, str]) -> Path | None:
    """Where SageMaker keeps a job's checkpoints; None outside of a job.

    `GEOCLIMATE_CHECKPOINTS` names another folder.
    """
    named = environment.get("GEOCLIMATE_CHECKPOINTS")
    if named is not None:
        return Path(named)
    root = Path(environment.get("SAGEMAKER_BASE_DIR", "/opt/ml"))
    return root / "checkpoints" if root.is_dir() else None


def fingerprint_of(*parts: str) -> str:
    """One digest of several texts: contract, hyperparameters, data set."""
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def _digest(tensors: Mapping[str, Tensor]) -> str:
    digest = hashlib.sha256()
    for name, tensor in sorted(tensors.items()):
        digest.update(f"{name} {tensor.dtype} {list(tensor.shape)};".encode())
        digest.update(tensor.numpy().tobytes())
    return digest.hexdigest()
