"""Child processes: started in a group of their own, read line by line, ended by pid."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO

from local.sagemaker_standin import supervise

# What a child inherits from the local cloud. Everything else, above all its credentials and settings, stays behind.
_INHERITED = (
    "HOME", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "OMP_NUM_THREADS", "PATH", "TMPDIR", "TZ", "VIRTUAL_ENV",
)  # fmt: skip
_KEPT_ERROR_LINES = 30
_DRAIN_SECONDS = 5.0


class Child:
    """A running command.

    Args:
        command: Program and arguments.
        directory: Where it runs.
        environment: Its variables, beside the few that every child inherits.
        on_line: Called with each line that it prints, from the threads that read it.
    """

    def __init__(
        self, command: list[str], directory: Path, environment: Mapping[str, str], on_line: Callable[[str], None]
    ) -> None:
        inherited = {name: os.environ[name] for name in _INHERITED if name in os.environ}
        self._errors: deque[str] = deque(maxlen=_KEPT_ERROR_LINES)
        self._process = subprocess.Popen(  # noqa: S603  # the interpreter, and a script of the job's own archive
            [sys.executable, "-I", "-S", supervise.__file__, *command],
            cwd=directory,
            env={**inherited, **environment},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            errors="replace",
            start_new_session=True,
        )
        self._on_line = on_line
        self._readers = [
            threading.Thread(target=self._read, args=(stream, kept), daemon=True)
            for stream, kept in ((self._process.stdout, None), (self._process.stderr, self._errors))
        ]
        for reader in self._readers:
            reader.start()

    @property
    def pid(self) -> int:
        """The process, which leads its group."""
        return self._process.pid

    @property
    def last_errors(self) -> str:
        """The last lines that it printed on standard error."""
        return "\n".join(self._errors)

    def _read(self, stream: IO[str] | None, kept: deque[str] | None) -> None:
        if stream is None:
            return
        with stream:
            for line in stream:
                text = line.rstrip("\n")
                if kept is not None:
                    kept.append(text)
                self._on_line(text)

    def exit_code(self, wait_seconds: float = 0.0) -> int | None:
        """Give the exit code, all output read, or None while it still runs after the wait."""
        try:
            code = self._process.wait(wait_seconds)
        except subprocess.TimeoutExpired:
            return None
        if self._process.stdin is not None:
            self._process.stdin.close()
        for reader in self._readers:
            reader.join(_DRAIN_SECONDS)
        return code

    def ask_to_end(self) -> None:
        """Ask the group to end."""
        self._signal(signal.SIGTERM)

    def stop(self, grace_seconds: float) -> int:
        """Ask the group to end, kill it after the grace, and give the exit code."""
        self.ask_to_end()
        code = self.exit_code(grace_seconds)
        if code is None:
            self._signal(signal.SIGKILL)
            code = self.exit_code(wait_seconds=30.0)
        return -signal.SIGKILL if code is None else code

    def _signal(self, number: signal.Signals) -> None:
        try:
            os.killpg(self._process.pid, number)
        except ProcessLookupError:
            return
