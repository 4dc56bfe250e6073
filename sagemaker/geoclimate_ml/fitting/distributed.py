"""Several training processes that act as one: who is who, and sums over all of them.

SageMaker's `torch_distributed` launcher starts one process a GPU, or one a host without any, with torchrun's variables.
Without a launcher it starts one process a host; these find each other by `SM_HOSTS`.
"""

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, distributed

from geoclimate.domain.errors import InvalidInput, Unavailable

_TIMEOUT: Final = timedelta(minutes=10)
_PORT: Final = "29400"


@dataclass(frozen=True, slots=True)
class World:
    """The training processes, as one of them sees them.

    Attributes:
        rank: Which one this is; 0 writes checkpoints and reports.
        size: How many there are.
        device: What this one computes on.
    """

    rank: int
    size: int
    device: torch.device

    @property
    def leads(self) -> bool:
        """Whether this is the process that writes and reports."""
        return self.rank == 0

    def share(self, indices: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """This process's part of some samples."""
        return indices[self.rank :: self.size]

    def sum(self, values: Tensor) -> Tensor:
        """The sum over all processes, the same bits in each."""
        if self.size > 1:
            values = values.clone()
            distributed.all_reduce(values)
        return values

    def from_first(self, content: bytes) -> bytes:
        """What the first process has, in each; bytes, so that nothing is pickled."""
        if self.size == 1:
            return content
        length = torch.tensor([len(content)], device=self.device)
        distributed.broadcast(length, 0)
        buffer = torch.zeros(int(length), dtype=torch.uint8, device=self.device)
        if self.leads and content:
            buffer.copy_(torch.frombuffer(bytearray(content), dtype=torch.uint8))
        distributed.broadcast(buffer, 0)
        return buffer.cpu().numpy().tobytes()


def alone() -> World:
    """One process, on the GPU where there is one."""
    return World(0, 1, _device(0))


@contextmanager
def joined(environment: Mapping[str, str]) -> Iterator[World]:
    """Join the other processes of a training job, and leave them at the end.

    Raises:
        InvalidInput: The variables of the launcher make no sense.
        Unavailable: Another process did not come, or is gone.
    """
    place = _place(environment)
    if place is None:
        yield alone()
        return
    rank, size, address = place
    device = _device(int(environment.get("LOCAL_RANK", "0")))
    interface = environment.get("SM_NETWORK_INTERFACE_NAME")
    if interface is not None:
        for library in ("GLOO", "NCCL"):
            os.environ.setdefault(f"{library}_SOCKET_IFNAME", interface)
    options: dict[str, Any] = {}
    if device.type == "cuda":
        torch.cuda.set_device(device)
        options["device_id"] = device
    with _told_of_lost_processes(rank, size):
        distributed.init_process_group(
            "nccl" if device.type == "cuda" else "gloo",
            init_method=f"tcp://{address}",
            rank=rank,
            world_size=size,
            timeout=_TIMEOUT,
            **options,
        )
        try:
            yield World(rank, size, device)
        finally:
            distributed.destroy_process_group()


@contextmanager
def _told_of_lost_processes(rank: int, size: int) -> Iterator[None]:
    """Say what became of the others where torch says only that a socket closed."""
    try:
        yield
    except RuntimeError as error:
        # Gloo raises plain RuntimeErrors, which name its source files.
        if isinstance(error, distributed.DistError) or "gloo" in str(error):
            raise Unavailable(
                f"process {rank} of {size} lost one of the others, or waited {_TIMEOUT.seconds // 60} minutes for it; "
                f"where that failed by itself, its own log says why ({str(error).splitlines()[0]})"
            ) from error
        raise


def _place(environment: Mapping[str, str]) -> tuple[int, int, str] | None:
    """Rank, number of processes and where they meet; None where there is one process."""
    try:
        if "WORLD_SIZE" in environment:
            rank, size = int(environment["RANK"]), int(environment["WORLD_SIZE"])
            address = environment["MASTER_ADDR"], environment.get("MASTER_PORT", _PORT)
        else:
            hosts = sorted(json.loads(environment.get("SM_HOSTS", '["algo-1"]')))
            rank, size = hosts.index(environment.get("SM_CURRENT_HOST", hosts[0])), len(hosts)
            address = hosts[0], _PORT
    except (IndexError, KeyError, TypeError, ValueError) as error:
        raise InvalidInput(f"the launcher's variables do not say who is who: {error!r}") from error
    if not 0 <= rank < size:
        raise InvalidInput(f"RANK is {rank} of WORLD_SIZE {size}")
    return (rank, size, ":".join(address)) if size > 1 else None


def _device(local_rank: int) -> torch.device:
    if not torch.cuda.is_available():
        return torch.device("cpu")
    return torch.device("cuda", local_rank % torch.cuda.device_count())
