import logging
from pathlib import Path

import pytest
import torch

from geoclimate_ml.fitting.checkpoints import Checkpoints, Saved, checkpoint_folder, fingerprint_of


def saved(value: float) -> Saved:
    tensors = {"weight": torch.full((3, 2), value), "step": torch.tensor(4.0)}
    return Saved(tensors, {"epoch": value, "best": float("inf")})


def epoch_of(checkpoints: Checkpoints) -> float | None:
    content = checkpoints.newest()
    return checkpoints.read(content).progress["epoch"] if content else None


def test_the_newest_comes_back_as_it_was_saved(tmp_path: Path) -> None:
    checkpoints = Checkpoints(tmp_path / "not yet there", "a")
    checkpoints.save(1, saved(1))
    checkpoints.save(2, saved(2))
    state = checkpoints.read(checkpoints.newest())
    assert state.progress == {"epoch": 2.0, "best": float("inf")}
    assert torch.equal(state.tensors["weight"], torch.full((3, 2), 2.0))


def test_there_is_none_at_first(tmp_path: Path) -> None:
    assert epoch_of(Checkpoints(tmp_path / "nothing", "a")) is None


def test_the_two_newest_are_kept(tmp_path: Path) -> None:
    checkpoints = Checkpoints(tmp_path, "a")
    for epoch in range(1, 12):
        checkpoints.save(epoch, saved(epoch))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["epoch-00010.safetensors", "epoch-00011.safetensors"]


@pytest.mark.parametrize("damage", ["cut", "flipped", "emptied", "header", "text"])
def test_a_damaged_one_falls_back_to_the_one_before_and_says_so(
    tmp_path: Path, damage: str, caplog: pytest.LogCaptureFixture
) -> None:
    checkpoints = Checkpoints(tmp_path, "a")
    checkpoints.save(1, saved(1))
    checkpoints.save(2, saved(2))
    path = tmp_path / "epoch-00002.safetensors"
    content = path.read_bytes()
    path.write_bytes(
        {
            "cut": content[:-3],
            "flipped": content[:-1] + bytes([content[-1] ^ 1]),
            "emptied": b"",
            "header": content[:8] + b"[" + content[9:],
            "text": b"epoch two" * 9,
        }[damage]
    )
    with caplog.at_level(logging.INFO):
        assert epoch_of(checkpoints) == 1
    assert "epoch-00002.safetensors is passed over: it is damaged" in caplog.text
    assert "going on from the checkpoint epoch-00001.safetensors" in caplog.text


def test_one_of_another_training_is_passed_over(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    Checkpoints(tmp_path, "other data").save(1, saved(1))
    assert epoch_of(Checkpoints(tmp_path, "these data")) is None
    assert "belongs to a training with other data" in caplog.text


def test_a_half_written_one_is_not_taken_for_one(tmp_path: Path) -> None:
    checkpoints = Checkpoints(tmp_path, "a")
    checkpoints.save(1, saved(1))
    (tmp_path / "epoch-00002.partial").write_bytes(b"half")
    assert epoch_of(checkpoints) == 1


def test_the_folder_is_sagemakers_or_the_one_that_is_named(tmp_path: Path) -> None:
    assert checkpoint_folder({"SAGEMAKER_BASE_DIR": str(tmp_path)}) == tmp_path / "checkpoints"
    assert checkpoint_folder({"GEOCLIMATE_CHECKPOINTS": "/x", "SAGEMAKER_BASE_DIR": str(tmp_path)}) == Path("/x")
    assert checkpoint_folder({"SAGEMAKER_BASE_DIR": str(tmp_path / "not there")}) is None


def test_fingerprints_tell_where_one_part_ends() -> None:
    assert fingerprint_of("ab", "c") != fingerprint_of("a", "bc")
    assert fingerprint_of("ab", "c") == fingerprint_of("ab", "c")
