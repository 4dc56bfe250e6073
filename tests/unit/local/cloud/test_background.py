"""The server is not started where it could not keep what it is given."""

import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest

from local.cloud.background import refuse_full_disk, start
from local.cloud.settings import CloudError


def leave_free(monkeypatch: pytest.MonkeyPatch, mebibytes: int) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=mebibytes * 2**20))


def test_refuses_a_disk_that_is_nearly_full_and_says_what_is_free(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    leave_free(monkeypatch, 1_536)
    with pytest.raises(CloudError, match=r"state has 1\.5 GiB free, and the local cloud wants 2: make room"):
        start(port=9, state_dir=tmp_path / "state", log=tmp_path / "cloud.log", auth=True)
    assert not (tmp_path / "cloud.log").exists()


def test_takes_a_disk_with_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    leave_free(monkeypatch, 2_048)
    refuse_full_disk(tmp_path)
