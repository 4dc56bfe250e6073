"""Which process is ours: a pid is recycled, so it counts only together with the time at which its process started."""

import contextlib
import os
import signal
import subprocess
import time
from pathlib import Path
from typing import Final

_POLL_S: Final = 0.05
_PROC: Final = Path("/proc")


def identity(pid: int) -> str | None:
    """What tells this process from a later one of the same pid, or None where there is no such process.

    On Linux: the boot, and the start in clock ticks since it (proc_pid_stat(5), field 22). Elsewhere: what ps says.
    A zombie, which has ended and only waits to be collected, is no process. One whose other threads still end is: they
    hold its port and its lock.
    """
    if _PROC.joinpath("self/stat").exists():
        try:
            text = (_PROC / str(pid) / "stat").read_text()
        except (FileNotFoundError, ProcessLookupError):
            return None
        fields = _fields(text)
        boot = (_PROC / "sys/kernel/random/boot_id").read_text().strip()
        return None if _has_ended(fields) else f"{boot}/{fields[19]}"
    listing = subprocess.run(  # noqa: S603 - a fixed command with a number
        ["/bin/ps", "-o", "stat=,lstart=", "-p", str(pid)], capture_output=True, text=True, check=False
    ).stdout.split(maxsplit=1)
    return None if len(listing) < 2 or listing[0].startswith("Z") else listing[1].strip()


def wait_until_gone(pid: int, who: str, seconds: float) -> bool:
    """Wait for this very process to end; False where it still runs after the time."""
    deadline = time.monotonic() + seconds
    while identity(pid) == who:
        if time.monotonic() >= deadline:
            return False
        time.sleep(_POLL_S)
    return True


def end_group(group: int, seconds: float) -> bool:
    """End what is left of a process group whose leader has ended, and wait until nothing of it remains.

    While a group has members no new process gets its number, so a number without a process of its own still names the
    old group. A process with that number means that the group is gone and the number is somebody else's.

    Returns:
        False where members are left after the time.
    """
    if identity(group) is not None:
        return True
    for sign in (signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(group, sign)
        deadline = time.monotonic() + seconds
        while group_lives(group):
            if time.monotonic() >= deadline:
                break
            time.sleep(_POLL_S)
        else:
            return True
    return False


def group_lives(group: int) -> bool:
    """Whether any process of the group runs (zombies do not)."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    if not _PROC.joinpath("self/stat").exists():
        return True
    return any(_group_of(entry) == group for entry in _PROC.iterdir() if entry.name.isdigit())


def _group_of(entry: Path) -> int | None:
    try:
        text = (entry / "stat").read_text()
    except OSError:
        return None
    fields = _fields(text)
    return None if _has_ended(fields) else int(fields[2])


def _fields(text: str) -> list[str]:
    """Fields of proc_pid_stat(5) from the third, the state, on: the name in parentheses before it may hold spaces."""
    return text[text.rindex(")") + 2 :].split()


def _has_ended(fields: list[str]) -> bool:
    """Whether no thread of the process is left: the first one is a zombie while the others end, a moment later."""
    state, threads = fields[0], int(fields[17])
    return state == "X" or (state == "Z" and threads <= 1)
