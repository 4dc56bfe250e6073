"""The store survives whatever happens after a change."""

from pathlib import Path

import pytest

from local.sagemaker_standin.state import open_store


def test_change_is_on_disk_when_it_is_made(tmp_path: Path) -> None:
    store = open_store(tmp_path / "new" / "sagemaker.json")
    with store.change():
        store.models["m"] = {"ModelName": "m"}
    assert open_store(tmp_path / "new" / "sagemaker.json").models == {"m": {"ModelName": "m"}}


def test_change_that_fails_is_not_written(tmp_path: Path) -> None:
    store = open_store(tmp_path / "sagemaker.json")
    with store.change():
        store.models["m"] = {}

    def fail() -> None:
        with store.change():
            store.models["n"] = {}
            raise ValueError("refused")

    with pytest.raises(ValueError, match="refused"):
        fail()
    assert open_store(tmp_path / "sagemaker.json").models == {"m": {}}


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", '{"models": {}}'])
def test_refuses_a_damaged_file_by_name(tmp_path: Path, content: str) -> None:
    path = tmp_path / "sagemaker.json"
    path.write_text(content)
    with pytest.raises(ValueError, match=r"sagemaker\.json is not the stand-in's state .* move it away"):
        open_store(path)
