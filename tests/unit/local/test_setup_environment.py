"""The set-up script is run as make runs it: by path, with the programs that it finds on the PATH."""

import ast
import os
import subprocess
import sys
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
