"""The hosts of one training job: a process and a folder each, on one machine.

Where a job has several, its script is started as SageMaker's ``torch_distributed`` launcher starts it on instances
without a GPU: once a host, with the variables that torchrun sets. torchrun itself is left out: it starts its workers in
sessions of their own, which would outlive a local cloud that is killed.
"""

from __future__ import annotations

import os
import signal
import socket
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from local.sagemaker_standin.processes import Child
from local.sagemaker_standin.script_mode import Layout, host_names
from local.sagemaker_standin.state import Document

_POLL_SECONDS = 0.1
# As the supervisor tells it of the script, and as it is told of the supervisor.
KILLED = (128 + signal.SIGKILL, -signal.SIGKILL)


@dataclass(frozen=True)
class Host:
    """One host of a job.

    Attributes:
        name: As SageMaker names it: `algo-1` and so on.
        layout: Its folders.
        launched: What the launcher sets for its process; nothing where the job has one host.
    """

    name: str
    layout: Layout
    launched: Mapping[str, str]


def hosts_of(job: Document, root: Path) -> list[Host]:
    """The hosts of a job, each with a folder below the root."""
    names = host_names(job)
    shared = _launched(len(names)) if len(names) > 1 else {}
    return [
        Host(name, Layout(root / name), {**shared, "RANK": str(rank)} if shared else {})
        for rank, name in enumerate(names)
    ]


def _launched(count: int) -> dict[str, str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    return {
        "WORLD_SIZE": str(count),
        "LOCAL_RANK": "0",
        "LOCAL_WORLD_SIZE": "1",
        "MASTER_ADDR": "127.0.0.1",
        "MASTER_PORT": str(port),
        # What would be theirs alone in the cloud they share here; one GPU cannot be two.
        "OMP_NUM_THREADS": str(max(1, (os.cpu_count() or 1) // count)),
        "CUDA_VISIBLE_DEVICES": "",
    }


@dataclass(frozen=True)
class Ended:
    """How the processes of a job came to their end by themselves.

    Attributes:
        host: The one that decided it: the first that failed, or the first of all.
        code: Its exit code.
        errors: The last lines that it printed on standard error.
    """

    host: Host
    code: int
    errors: str


class Processes:
    """The processes of one job.

    Args:
        hosts: Its hosts.
        start: Starts a host's process.
    """

    def __init__(self, hosts: Sequence[Host], start: Callable[[Host], Child]) -> None:
        self._running: dict[str, tuple[Host, Child]] = {}
        self._first: Ended | None = None
        with ExitStack() as broken_off:
            broken_off.callback(self.stop, 0.0)
            for host in hosts:
                self._running[host.name] = host, start(host)
            broken_off.pop_all()

    def ended(self) -> Ended | None:
        """How they ended, or None after a short wait while they run; where one fails, the others have not ended yet."""
        wait = _POLL_SECONDS / len(self._running)
        now = [
            Ended(host, code, child.last_errors)
            for host, child in self._running.values()
            if (code := child.exit_code(wait)) is not None
        ]
        failed = [each for each in now if each.code != 0]
        if failed:
            # One that was killed takes the others with it, not the other way round.
            return min(failed, key=lambda each: each.code not in KILLED)
        self._first = self._first or next(iter(now), None)
        for each in now:
            del self._running[each.host.name]
        return None if self._running else self._first

    def stop(self, grace_seconds: float) -> None:
        """Ask all to end at once, and kill those that have not after the grace."""
        children = [child for _, child in self._running.values()]
        for child in children:
            child.ask_to_end()
        until = time.monotonic() + grace_seconds
        for child in children:
            child.stop(max(0.0, until - time.monotonic()))
