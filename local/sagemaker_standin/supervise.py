"""Runs one command, and ends it when whoever started this process is gone.

A ``kill -9`` of the local cloud gives it no chance to stop its children. This process sits between them: its standard
input is a pipe that only the local cloud holds open, so the pipe closes whatever way the cloud ends, and the whole
process group goes with it. It is run by path, with the standard library alone.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from types import FrameType


def _end_with_parent() -> None:
    while os.read(0, 1024):
        pass
    os.killpg(0, signal.SIGKILL)


def _leave_to_the_command(_signum: int, _frame: FrameType | None) -> None:
    """The signal went to the whole group: the command decides, this process only waits for it."""


def main(command: list[str]) -> int:
    """Run the command; give its exit code, or 128 and the signal's number where a signal ended it."""
    signal.signal(signal.SIGTERM, _leave_to_the_command)
    child = subprocess.Popen(command, stdin=subprocess.DEVNULL)  # noqa: S603  # the command is the stand-in's own
    threading.Thread(target=_end_with_parent, daemon=True).start()
    code = child.wait()
    # What the command itself started and left running would hold its output open.
    os.killpg(0, signal.SIGTERM)
    return code if code >= 0 else 128 - code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
