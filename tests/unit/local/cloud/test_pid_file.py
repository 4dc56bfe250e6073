import os
from pathlib import Path

import pytest

from local.cloud import pid_file
from local.cloud.pid_file import Running
from local.cloud.processes import identity

RUNNING = Running(pid=os.getpid(), who=identity(os.getpid()) or "", port=4570, auth=True, ready=False)


def test_reads_what_was_written(tmp_path: Path) -> None:
    pid_file.write(tmp_path, RUNNING)
    assert pid_file.read(tmp_path) == RUNNING
    assert [path.name for path in tmp_path.iterdir()] == ["cloud.json"]


def test_there_is_none_after_its_removal(tmp_path: Path) -> None:
    pid_file.write(tmp_path, RUNNING)
    pid_file.remove(tmp_path)
    pid_file.remove(tmp_path)
    assert pid_file.read(tmp_path) is None


@pytest.mark.parametrize("text", ["", "{", '{"pid": 1}', "[]"])
def test_a_file_that_says_nothing_is_none(tmp_path: Path, text: str) -> None:
    (tmp_path / "cloud.json").write_text(text)
    assert pid_file.read(tmp_path) is None


def test_is_alive_only_as_the_same_process() -> None:
    assert RUNNING.alive
    assert not Running(os.getpid(), "another boot/1", 4570, auth=True, ready=True).alive
