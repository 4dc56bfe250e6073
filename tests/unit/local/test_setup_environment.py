"""The set-up script is run as make runs it: by path, with the programs that it finds on the PATH."""

import ast
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from local import setup_environment

_SCRIPT = Path(setup_environment.__file__)


def _program(folder: Path, name: str, prints: str) -> None:
    file = folder / name
    file.write_text(f"#!/bin/sh\necho {prints}\n")
    file.chmod(0o755)


def _run(path: Path) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"PATH": str(path)}
    return subprocess.run(
        [sys.executable, str(_SCRIPT)], env=environment, capture_output=True, text=True, check=False, timeout=60
    )


def test_says_that_node_is_missing(tmp_path: Path) -> None:
    answer = _run(tmp_path)

    assert answer.returncode == 1
    assert answer.stderr == "error: node is not on the PATH; install Node.js 20 or newer (the CDK needs it)\n"


def test_says_that_node_is_too_old(tmp_path: Path) -> None:
    _program(tmp_path, "node", "v18.19.0")
    _program(tmp_path, "npm", "10.0.0")

    answer = _run(tmp_path)

    assert answer.returncode == 1
    assert answer.stderr == "error: Node.js 20 or newer is needed, and `node` is v18.19.0\n"


def test_says_that_python_is_too_old(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 9, 2))

    with pytest.raises(SystemExit) as stopped:
        setup_environment.check_python()

    assert stopped.value.code == 1
    assert "Python 3.11 or newer is needed" in capsys.readouterr().err


def test_parses_on_an_old_python() -> None:
    """So that an old Python gets to say that it is too old."""
    ast.parse(_SCRIPT.read_text(), feature_version=(3, 4))


def test_a_change_of_the_lock_changes_the_stamp(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(setup_environment, "ROOT", str(tmp_path))
    (tmp_path / "lock").write_text("torch==1")
    before = setup_environment.digest_of("lock")
    (tmp_path / "lock").write_text("torch==2")

    assert setup_environment.digest_of("lock") != before


def test_a_failing_step_shows_the_end_of_its_log(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command = [sys.executable, "-c", "import sys; print('no space left'); sys.exit(3)"]

    with pytest.raises(SystemExit) as stopped:
        setup_environment.run("Installing", command, str(tmp_path / "setup.log"))

    assert stopped.value.code == 1
    shown = capsys.readouterr().err
    assert "Installing failed (exit 3)" in shown
    assert "no space left" in shown


def test_a_virtual_environment_belongs_to_the_folder_that_it_was_made_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Moved or copied, its scripts and the editable package would still run the other folder's code."""
    made = tmp_path / "first clone" / ".venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(made)], check=True, timeout=60)
    monkeypatch.setattr(setup_environment, "VENV", str(made))

    assert not setup_environment.made_elsewhere()

    moved = made.parent.rename(tmp_path / "second") / ".venv"
    monkeypatch.setattr(setup_environment, "VENV", str(moved))

    assert setup_environment.made_elsewhere()


def test_where_nothing_was_made_yet_nothing_was_moved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(setup_environment, "VENV", str(tmp_path / ".venv"))

    assert not setup_environment.made_elsewhere()


def test_an_interrupted_set_up_says_how_to_go_on(tmp_path: Path) -> None:
    asked = tmp_path / "asked"
    for name in ("node", "npm"):
        _program(tmp_path, name, f"v22 > {asked}; exec /bin/sleep 30")
    # A suite that runs in the background may have been started with Ctrl-C ignored, which would be handed on.
    heeding = "import os, signal, sys; signal.signal(signal.SIGINT, signal.SIG_DFL); os.execv(sys.executable, sys.argv)"
    with subprocess.Popen(
        [sys.executable, "-c", heeding, str(_SCRIPT)],
        env=os.environ | {"PATH": str(tmp_path)},
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as script:
        while not asked.exists():
            assert script.poll() is None
            time.sleep(0.01)
        # To the whole group, as a terminal's Ctrl-C.
        os.killpg(script.pid, signal.SIGINT)
        _, shown = script.communicate(timeout=30)

    assert script.returncode == 130
    assert shown == "\nstopped; the same command again continues\n"


def test_a_set_up_that_was_interrupted_begins_again_from_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A package that is half there would count as installed."""
    steps: list[list[str]] = []

    def interrupted(_label: str, command: list[str], _log: str) -> None:
        steps.append(command)
        raise KeyboardInterrupt

    stamp = tmp_path / ".venv" / ".geoclimate-stamp"
    stamp.parent.mkdir()
    stamp.write_text("of an older lock")
    for name, value in {"VENV": str(stamp.parent), "LOGS": str(tmp_path), "run": interrupted}.items():
        monkeypatch.setattr(setup_environment, name, value)
    monkeypatch.setattr(setup_environment, "check_node", lambda: None)

    for _ in range(2):
        with pytest.raises(KeyboardInterrupt):
            setup_environment.main()

    kept, anew = steps
    assert "--clear" not in kept
    assert "--clear" in anew
