"""Child processes are read line by line and ended by pid."""

import os
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from local.sagemaker_standin.processes import Child

Run = Callable[..., tuple[Child, list[str]]]


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Run]:
    started: list[Child] = []

    def start(script: str, **environment: str) -> tuple[Child, list[str]]:
        lines: list[str] = []
        command = [sys.executable, "-c", textwrap.dedent(script)]
        child = Child(command, tmp_path, {"PYTHONUNBUFFERED": "1", **environment}, lines.append)
        started.append(child)
        return child, lines

    yield start
    for child in started:
        child.stop(grace_seconds=0.0)


def ended(child: Child) -> int:
    code = child.exit_code(30.0)
    assert code is not None
    return code


def test_every_line_is_handed_on_and_the_last_errors_are_kept(run: Run) -> None:
    child, lines = run("import sys; print('out'); sys.stderr.write('bad\\nworse\\n'); sys.exit(4)")
    assert ended(child) == 4
    assert sorted(lines) == ["bad", "out", "worse"]
    assert child.last_errors == "bad\nworse"


def test_credentials_of_the_parent_stay_behind(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "the parent's")
    child, lines = run("import os; print(sorted(k for k in os.environ if k.startswith(('AWS_', 'MY_'))))", MY_OWN="1")
    assert ended(child) == 0
    assert lines == ["['MY_OWN']"]


def test_death_by_signal_is_told_as_a_shell_does(run: Run) -> None:
    child, _ = run("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)")
    assert ended(child) == 128 + 11


def test_stop_lets_a_willing_child_end_itself(run: Run) -> None:
    child, lines = run(
        """
        import signal, sys, time
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(9))
        print("ready")
        time.sleep(60)
        """
    )
    while not lines:
        assert child.exit_code(0.05) is None
    assert child.stop(grace_seconds=30.0) == 9


def test_stop_kills_a_stubborn_child(run: Run) -> None:
    child, lines = run(
        """
        import os, signal, time
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        print(os.getpid())
        time.sleep(60)
        """
    )
    while not lines:
        assert child.exit_code(0.05) is None
    assert child.stop(grace_seconds=0.2) < 0
    deadline = time.monotonic() + 10.0
    while is_running(int(lines[0])):
        assert time.monotonic() < deadline


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
