"""The file that says which process serves a state folder."""

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from local.cloud.processes import identity

_NAME: Final = "cloud.json"


@dataclass(frozen=True, slots=True)
class Running:
    """A server that was started on a state folder.

    Attributes:
        pid: Its process, which also leads the process group of all its children.
        who: The process's identity (see `processes.identity`).
        port: Port on 127.0.0.1.
        auth: Whether IAM is enforced.
        ready: Whether it has loaded its state and answers.
    """

    pid: int
    who: str
    port: int
    auth: bool
    ready: bool

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def alive(self) -> bool:
        """Whether this very process still runs."""
        return identity(self.pid) == self.who


def read(state_dir: Path) -> Running | None:
    """What the file says, alive or not; None where there is none, or none that can be read."""
    try:
        return Running(**json.loads((state_dir / _NAME).read_text()))
    except (FileNotFoundError, json.JSONDecodeError, TypeError):
        return None


def write(state_dir: Path, running: Running) -> None:
    """Write the file whole or not at all."""
    temporary = state_dir / f"{_NAME}.{os.getpid()}"
    temporary.write_text(json.dumps(asdict(running)))
    temporary.replace(state_dir / _NAME)


def remove(state_dir: Path) -> None:
    """Remove the file, where there is one."""
    (state_dir / _NAME).unlink(missing_ok=True)
