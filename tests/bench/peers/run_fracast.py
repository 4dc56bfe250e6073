"""fracast: a pretrained model of 85,000 weights that ships with its package; it is not trained on anything here."""

from typing import Any

import numpy as np
import numpy.typing as npt
from fracast import FracastModel

from tests.bench.peers.beijing_series import LEADS, Beijing

CONTEXT_HOURS = 2048
_BATCH = 256
_GIVEN = tuple(round(0.1 * place, 1) for place in range(1, 10))


def fracast_quantiles(beijing: Beijing, levels: tuple[float, ...]) -> npt.NDArray[Any]:
    """Quantiles [n, leads, levels]: straight lines between its deciles, exponential tails beyond them."""
    model = FracastModel.from_pretrained(device="cpu")
    held = beijing.held
    parts = []
    for begin in range(0, len(beijing.station), _BATCH):
        rows = slice(begin, begin + _BATCH)
        columns = beijing.columns[rows, None] + np.arange(-CONTEXT_HOURS, 0)
        contexts = held[beijing.station[rows, None], columns]
        deciles = np.asarray(model.forecast(contexts, horizon=48))[:, :LEADS]
        parts.append(np.sort(_at_levels(deciles, levels), axis=-1))
    return np.asarray(np.maximum(np.concatenate(parts), 0))


def _at_levels(deciles: npt.NDArray[Any], levels: tuple[float, ...]) -> npt.NDArray[Any]:
    columns = []
    for level in levels:
        if level < _GIVEN[0]:
            halvings = np.log2(_GIVEN[0] / level)
            columns.append(deciles[..., 0] - halvings * (deciles[..., 1] - deciles[..., 0]))
        elif level > _GIVEN[-1]:
            halvings = np.log2((1 - _GIVEN[-1]) / (1 - level))
            columns.append(deciles[..., -1] + halvings * (deciles[..., -1] - deciles[..., -2]))
        else:
            left = min(int((level - 0.1) / 0.1 + 1e-9), len(_GIVEN) - 2)
            share = (level - _GIVEN[left]) / 0.1
            columns.append(deciles[..., left] + share * (deciles[..., left + 1] - deciles[..., left]))
    return np.stack(columns, axis=-1)
