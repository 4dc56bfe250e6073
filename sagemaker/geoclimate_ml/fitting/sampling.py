"""Which samples a step draws: each once before any twice, known from the step's number alone."""

from functools import lru_cache

import numpy as np
import numpy.typing as npt


class Order:
    """Batches without replacement over the epochs.

    A batch depends on the seed and the step's number only, so a resumed training draws what it would have drawn.

    Args:
        count: Samples there are.
        batch_size: Samples a step.
        seed: Of the order.

    Attributes:
        batch_size: Samples a step; all that there are, where there are fewer.
    """

    def __init__(self, count: int, batch_size: int, seed: int) -> None:
        self.batch_size = min(batch_size, count)
        self._steps = count // self.batch_size
        self._shuffled = lru_cache(maxsize=1)(
            lambda number: np.random.default_rng((seed, number)).permutation(count).astype(np.int64)
        )

    def batch(self, step: int) -> npt.NDArray[np.int64]:
        """Positions of the samples of a step, ascending, which is quicker to gather."""
        number, place = divmod(step, self._steps)
        begin = place * self.batch_size
        return np.sort(self._shuffled(number)[begin : begin + self.batch_size])
