"""Several requests answered by one run of the model: a GPU takes as long for one row as for a hundred."""

import queue
import threading
import time
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from geoclimate.domain.errors import Unavailable
from geoclimate.features.inputs import Inputs
from geoclimate_ml.predictions import Predict

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class _Request:
    """Inputs that wait, and where their answer is awaited."""

    inputs: Inputs
    answer: "Future[Floats]" = field(default_factory=Future)


class MicroBatcher:
    """Merges requests of several threads that come within a short time; it is called as what it wraps.

    Args:
        predict: Asked by one thread only.
        max_rows: Rows of a run; a request that has more is run alone.
        window_s: How long the first request of a run waits for others.
        max_waiting: Requests that may wait; one more is turned away at once.
    """

    def __init__(self, predict: Predict, max_rows: int, window_s: float, max_waiting: int) -> None:
        self._predict = predict
        self._max_rows = max_rows
        self._window_s = window_s
        self._waiting: queue.Queue[_Request | None] = queue.Queue(max_waiting)
        self._thread = threading.Thread(target=self._work, name="micro-batching", daemon=True)
        self._thread.start()

    def __call__(self, inputs: Inputs) -> Floats:
        """Quantiles of some inputs; returns when a run with them has ended.

        Raises:
            Unavailable: Too many requests wait.
        """
        request = _Request(inputs)
        try:
            self._waiting.put_nowait(request)
        except queue.Full:
            raise Unavailable(f"{self._waiting.maxsize} requests wait already; try again") from None
        return request.answer.result()

    def close(self) -> None:
        """Answer what waits, then end the thread."""
        self._waiting.put(None)
        self._thread.join()

    def _work(self) -> None:
        kept: _Request | None = None
        closing = False
        while not closing or kept is not None:
            first = kept or self._waiting.get()
            if first is None:
                return
            batch, kept, closing = self._gather(first, closing=closing)
            self._run(batch)

    def _gather(self, first: _Request, *, closing: bool) -> tuple[list[_Request], _Request | None, bool]:
        """A batch, the request that did not fit into it any more, and whether the end was asked for."""
        batch, rows, until = [first], len(first.inputs), time.monotonic() + self._window_s
        while rows < self._max_rows and not closing:
            try:
                request = self._waiting.get(timeout=max(0.0, until - time.monotonic()))
            except queue.Empty:
                break
            if request is None:
                closing = True
            elif rows + len(request.inputs) > self._max_rows:
                return batch, request, closing
            else:
                batch.append(request)
                rows += len(request.inputs)
        return batch, None, closing

    def _run(self, batch: Sequence[_Request]) -> None:
        try:
            answers = self._predict(_merged([request.inputs for request in batch]))
        except Exception as error:  # noqa: BLE001 - the edge of this thread: whoever waits is told
            for request in batch:
                request.answer.set_exception(error)
            return
        begin = 0
        for request in batch:
            end = begin + len(request.inputs)
            request.answer.set_result(answers[begin:end])
            begin = end


def _merged(inputs: Sequence[Inputs]) -> Inputs:
    if len(inputs) == 1:
        return inputs[0]
    return Inputs(
        np.concatenate([each.history for each in inputs]),
        np.concatenate([each.context for each in inputs]),
        np.concatenate([each.future for each in inputs]),
    )
