"""One training job: a fit that learns how long, and one on everything before the test."""

from pathlib import Path

import numpy as np
import pytest

from geoclimate.contracts.model import QUANTILE_LEVELS
from geoclimate.domain.errors import IntegrityError
from geoclimate.features.tensor_file import write_tensors
from geoclimate_ml.fitting.checkpoints import Checkpoints
from geoclimate_ml.fitting.distributed import alone
from geoclimate_ml.fitting.hyperparameters import Hyperparameters, to_hyperparameters
from geoclimate_ml.fitting.progress import Epoch
from geoclimate_ml.member_files import MEMBER, load_member, read_contract
from geoclimate_ml.member_training import (
    VALIDATION_FILE,
    Places,
    TrainedMember,
    read_validation,
    train_member,
    validation_samples,
    write_member,
)
from geoclimate_ml.predictions import network_predicts, predict_samples
from geoclimate_ml.split import Split, split_by_time
from tests.made_samples import made, small_spec

LEADS = 6


@pytest.fixture(scope="module")
def split() -> Split:
    return split_by_time(made(small_spec(LEADS, history_hours=24), hours=2400, stations=2).samples)


@pytest.fixture(scope="module")
def hyperparameters() -> Hyperparameters:
    # A learning rate at which this little network is soon past its best.
    sizes = {"hidden_size": 8, "context_size": 16, "decoder_size": 8, "step_hours": 6, "ema_decay": 0}
    how = {"epochs": 4, "patience": 1, "windows_per_epoch": 128, "batch_size": 64, "learning_rate": 0.1}
    return to_hyperparameters({"architecture": "gru", **sizes, **how})


Run = tuple[TrainedMember, list[tuple[str, int]], Path]


@pytest.fixture(scope="module")
def run(split: Split, hyperparameters: Hyperparameters, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """What was trained, the epochs that were reported, and the folder of the checkpoints."""
    folder = tmp_path_factory.mktemp("checkpoints")
    reported: list[tuple[str, int]] = []

    def report(fit: str, epoch: Epoch) -> None:
        reported.append((fit, epoch.number))

    places = Places(Checkpoints(folder / "first", "one"), Checkpoints(folder / "second", "two"))
    return train_member(split, hyperparameters, report, alone(), places), reported, folder


def test_the_second_fit_takes_as_many_epochs_as_the_first_was_best_after(run: Run) -> None:
    trained, reported, _ = run
    first, second = ([number for fit, number in reported if fit == name] for name in ("first", "second"))
    assert reported == [*(("first", number) for number in first), *(("second", number) for number in second)]
    assert 1 <= trained.epochs <= len(first)
    assert second == list(range(1, trained.epochs + 1))


def test_both_fits_keep_their_own_checkpoints(run: Run) -> None:
    assert sorted(path.name for path in run[2].iterdir()) == ["first", "second"]
    assert all(any(path.iterdir()) for path in run[2].iterdir())


def test_what_is_said_of_the_validation_is_the_first_fit_s(run: Run, split: Split) -> None:
    trained = run[0]
    compared = validation_samples(split)
    assert trained.validation.shape == (len(compared), LEADS, len(QUANTILE_LEVELS))
    # The network that is kept has seen the validation part, so its word on it counts for nothing.
    kept = predict_samples(network_predicts(trained.network), compared)
    assert not np.allclose(trained.validation, kept)


def test_members_are_compared_at_every_hour_of_the_day(split: Split) -> None:
    assert set(validation_samples(split).issue_hours % 24) == set(range(24))


def test_what_is_written_is_what_was_trained(run: Run, hyperparameters: Hyperparameters, tmp_path: Path) -> None:
    trained = run[0]
    write_member(tmp_path, trained, hyperparameters, ("job-gru", "d" * 64))
    network, card = load_member(tmp_path, MEMBER, read_contract(tmp_path))
    assert (card.version, card.dataset_digest, card.epochs) == ("job-gru", "d" * 64, trained.epochs)
    assert card.hyperparameters == hyperparameters.values()
    assert network.contract == trained.network.contract
    np.testing.assert_array_equal(read_validation(tmp_path, trained.validation.shape), trained.validation)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "cannot be read"),
        (write_tensors({"medians": np.zeros(2, dtype=np.float32)}, {}), "cannot be read"),
        (
            write_tensors({"quantiles": np.zeros((2, 3, 4), dtype=np.float32)}, {}),
            r"the shape \(2, 3, 4\), not \(2, 3, 7\)",
        ),
        (write_tensors({"quantiles": np.full((2, 3, 7), np.nan, dtype=np.float32)}, {}), "holds what is no number"),
    ],
    ids=["missing", "of another name", "of another split", "no numbers"],
)
def test_a_validation_that_cannot_be_used_is_refused(tmp_path: Path, content: bytes | None, message: str) -> None:
    if content is not None:
        (tmp_path / VALIDATION_FILE).write_bytes(content)
    with pytest.raises(IntegrityError, match=message):
        read_validation(tmp_path, (2, 3, 7))
