import math

import pytest

from geoclimate.domain.errors import IntegrityError, InvalidInput
from geoclimate_ml.fitting.fit import Report
from geoclimate_ml.fitting.hyperparameters import Hyperparameters, to_hyperparameters
from geoclimate_ml.fitting.progress import Epoch
from geoclimate_ml.fitting.search import search
from geoclimate_ml.fitting.search_space import Choice, Range, space_of
from geoclimate_ml.networks.architecture import KINDS, Kind

BASE = to_hyperparameters({"architecture": "gru", "epochs": 5, "learning_rate": 0.006, "input_noise": 0.25})


def loss_of(hyperparameters: Hyperparameters) -> float:
    """Best at a learning rate of 0.001 and little noise."""
    return abs(math.log(hyperparameters.learning_rate / 0.001)) + 10 * hyperparameters.input_noise


def train(hyperparameters: Hyperparameters, report: Report) -> None:
    for number in range(1, hyperparameters.epochs + 1):
        report(Epoch(number, 0.0, loss_of(hyperparameters) + 1 / number, float(number), 1.0))


def test_finds_better_hyperparameters_than_it_began_with() -> None:
    trials = search(train, BASE, 50)
    assert len(trials) == 50
    assert trials[0].loss == pytest.approx(loss_of(trials[0].hyperparameters) + 1 / 5)
    assert trials[0].loss < 0.5 * (loss_of(BASE) + 1 / 5)
    assert trials[0].loss == min(trial.loss for trial in trials if not trial.pruned)


def test_the_first_trial_is_what_it_began_with() -> None:
    (first,) = (trial for trial in search(train, BASE, 3) if trial.number == 0)
    assert first.hyperparameters == BASE


def test_hopeless_trials_are_broken_off() -> None:
    epochs = 0

    def counting(hyperparameters: Hyperparameters, report: Report) -> None:
        def counted(epoch: Epoch) -> None:
            nonlocal epochs
            epochs += 1
            report(epoch)

        train(hyperparameters, counted)

    trials = search(counting, BASE, 40)
    assert any(trial.pruned for trial in trials)
    assert epochs < 40 * BASE.epochs


def test_the_same_seed_tries_the_same() -> None:
    assert search(train, BASE, 12) == search(train, BASE, 12)


def test_a_trial_that_cannot_be_trained_does_not_end_the_search() -> None:
    def fails_at_first(hyperparameters: Hyperparameters, report: Report) -> None:
        if hyperparameters == BASE:
            raise IntegrityError("the loss of epoch 1 is no number")
        train(hyperparameters, report)

    trials = search(fails_at_first, BASE, 5)
    assert [trial.loss for trial in trials if trial.number == 0] == [math.inf]
    assert math.isfinite(trials[0].loss)


def test_says_that_nothing_could_be_trained() -> None:
    def fails(hyperparameters: Hyperparameters, report: Report) -> None:
        del hyperparameters, report
        raise IntegrityError("the loss of epoch 1 is no number")

    with pytest.raises(IntegrityError, match="no set of hyperparameters could be trained"):
        search(fails, BASE, 2)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"hidden_size": 8}, "hyperparameters: a search tries hidden_size from 16 to 128, but it begins at 8"),
        ({"step_hours": 12}, "a search tries step_hours one of 1, 3, 6, but it begins at 12"),
        ({"learning_rate": 0.1}, "a search tries learning_rate from 0.0005 to 0.008, but it begins at 0.1"),
    ],
    ids=["a size", "a choice", "a rate"],
)
def test_refuses_to_begin_outside_of_what_it_searches(values: dict[str, object], message: str) -> None:
    begun: list[Hyperparameters] = []
    with pytest.raises(InvalidInput, match=message):
        search(lambda tried, _: begun.append(tried), BASE.with_values(values), 2)
    assert not begun


@pytest.mark.parametrize("kind", KINDS)
def test_both_ends_of_every_range_are_hyperparameters_and_the_usual_ones_lie_inside(kind: Kind) -> None:
    usual = to_hyperparameters({"architecture": kind})
    values = usual.values()
    for name, searched in space_of(kind).items():
        if isinstance(searched, Choice):
            assert str(values[name]).lower() in searched.values
            ends: tuple[object, ...] = searched.values
        else:
            assert isinstance(searched, Range)
            assert searched.low <= float(str(values[name])) <= searched.high, name
            ends = (searched.low, searched.high)
        for end in ends:
            assert usual.with_values({name: end}) is not None
