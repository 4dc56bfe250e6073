import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from geoclimate.domain.errors import Unavailable
from geoclimate.features.inputs import Inputs
from geoclimate_ml.serving.micro_batching import MicroBatcher

LONG = 30.0


def rows(*values: float) -> Inputs:
    column = np.array(values, dtype=np.float32)
    return Inputs(column[:, None, None], column[:, None], column[:, None, None])


class Model:
    """Doubles the history; can be held back, and remembers the sizes of its runs."""

    def __init__(self) -> None:
        self.runs: list[int] = []
        self.may_run = threading.Event()
        self.may_run.set()
        self.started = threading.Event()

    def __call__(self, inputs: Inputs) -> np.ndarray:
        self.started.set()
        assert self.may_run.wait(LONG)
        self.runs.append(len(inputs))
        if (inputs.context < 0).any():
            raise ValueError("negative")
        return 2 * inputs.history


def test_each_request_gets_its_own_rows_back() -> None:
    batcher = MicroBatcher(Model(), 64, 0.02, 64)
    with ThreadPoolExecutor(16) as threads:
        answers = list(threads.map(lambda n: batcher(rows(n, n + 0.5)), range(16)))
    batcher.close()
    for n, answer in enumerate(answers):
        assert answer.ravel().tolist() == [2 * n, 2 * n + 1]


def test_requests_that_come_while_the_model_is_busy_are_merged_within_the_bound() -> None:
    model = Model()
    batcher = MicroBatcher(model, 4, LONG, 64)
    model.may_run.clear()
    with ThreadPoolExecutor(8) as threads:
        first = threads.submit(batcher, rows(1, 2, 3, 4))
        assert model.started.wait(LONG)
        others = [threads.submit(batcher, rows(n)) for n in range(8)]
        model.may_run.set()
        assert [other.result(LONG).item() for other in others] == [2 * n for n in range(8)]
        assert first.result(LONG).ravel().tolist() == [2, 4, 6, 8]
    batcher.close()
    assert model.runs == [4, 4, 4]


def test_a_request_that_does_not_fit_begins_the_next_run() -> None:
    model = Model()
    batcher = MicroBatcher(model, 4, 0.2, 64)
    model.may_run.clear()
    with ThreadPoolExecutor(3) as threads:
        answers = [threads.submit(batcher, rows(*range(3))) for _ in range(3)]
        model.may_run.set()
        assert all(answer.result(LONG).ravel().tolist() == [0, 2, 4] for answer in answers)
    batcher.close()
    assert model.runs == [3, 3, 3]


def test_a_request_that_waits_alone_is_not_kept_waiting_for_ever() -> None:
    model = Model()
    batcher = MicroBatcher(model, 64, 0.001, 64)
    assert batcher(rows(3)).item() == 6
    batcher.close()
    assert model.runs == [1]


def test_turns_a_request_away_where_too_many_wait() -> None:
    model = Model()
    batcher = MicroBatcher(model, 1, 0.0, 2)
    model.may_run.clear()
    with ThreadPoolExecutor(3) as threads:
        running = threads.submit(batcher, rows(1))
        assert model.started.wait(LONG)
        waiting = [threads.submit(batcher, rows(n)) for n in (2, 3)]
        while batcher._waiting.qsize() < 2:
            pass
        with pytest.raises(Unavailable, match="2 requests wait already"):
            batcher(rows(4))
        model.may_run.set()
        assert [answer.result(LONG).item() for answer in (running, *waiting)] == [2, 4, 6]
    batcher.close()


def test_tells_whoever_waits_what_went_wrong_and_goes_on() -> None:
    batcher = MicroBatcher(Model(), 1, 0.0, 8)
    with pytest.raises(ValueError, match="negative"):
        batcher(rows(-1))
    assert batcher(rows(1)).item() == 2
    batcher.close()


def test_answers_what_waits_before_it_ends() -> None:
    model = Model()
    batcher = MicroBatcher(model, 1, 0.0, 8)
    model.may_run.clear()
    with ThreadPoolExecutor(3) as threads:
        running = threads.submit(batcher, rows(1))
        assert model.started.wait(LONG)
        waiting = threads.submit(batcher, rows(2))
        while batcher._waiting.qsize() < 1:
            pass
        closing = threads.submit(batcher.close)
        model.may_run.set()
        assert [running.result(LONG).item(), waiting.result(LONG).item()] == [2, 4]
        closing.result(LONG)
