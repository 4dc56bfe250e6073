"""Processor time of the server and of the functions' processes that it started, which other programs do not change."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

_TICKS_A_SECOND: Final = os.sysconf("SC_CLK_TCK")
_PARENT, _USER, _SYSTEM = 1, 11, 12
"""Places in `/proc/PID/stat` after the name of the program."""


@dataclass(frozen=True, slots=True)
class Spent:
    """Processor seconds since a process began.

    Attributes:
        server: Of the local cloud.
        functions: Of the processes that answer for its functions.
    """

    server: float
    functions: float

    @classmethod
    def by(cls, pid: int) -> Self:
        """Of the server with this process id, until now."""
        children = sum(_seconds(one) for one in map(_stat, _pids()) if one and int(one[_PARENT]) == pid)
        return cls(_seconds(_stat(pid)), children)

    def since(self, before: Self) -> "Spent":
        """What was spent between two looks."""
        return Spent(self.server - before.server, self.functions - before.functions)


def _pids() -> list[int]:
    return [int(folder.name) for folder in Path("/proc").iterdir() if folder.name.isdigit()]


def _stat(pid: int) -> list[str]:
    """The members after the name; none where the process has ended."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return []


def _seconds(stat: list[str]) -> float:
    return (int(stat[_USER]) + int(stat[_SYSTEM])) / _TICKS_A_SECOND if stat else 0.0
