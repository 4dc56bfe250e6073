"""A training whose process is killed goes on from its newest checkpoint and ends as though nothing had happened."""

import time
from pathlib import Path

import pytest

from .processes import ended, losses, start

pytestmark = pytest.mark.slow
EPOCHS = 6


def test_a_killed_training_resumes_to_the_same_bytes(tmp_path: Path) -> None:
    whole = start(tmp_path / "whole", {"epochs": str(EPOCHS)}, {"GEOCLIMATE_CHECKPOINTS": str(tmp_path / "other")})
    folder = tmp_path / "checkpoints"
    environment = {"GEOCLIMATE_CHECKPOINTS": str(folder)}
    killed = start(tmp_path / "resumed", {"epochs": str(EPOCHS)}, environment)
    while killed.poll() is None and not list(folder.glob("epoch-*.safetensors")):
        time.sleep(0.01)
    killed.kill()
    killed.communicate()
    assert not (tmp_path / "resumed").exists()
    resumed = losses(ended(start(tmp_path / "resumed", {"epochs": str(EPOCHS)}, environment)))
    uninterrupted = losses(ended(whole))
    assert list(uninterrupted) == list(range(1, EPOCHS + 1))
    assert 1 <= len(resumed) < EPOCHS
    assert resumed == {number: loss for number, loss in uninterrupted.items() if number in resumed}
    assert (tmp_path / "resumed").read_bytes() == (tmp_path / "whole").read_bytes()
