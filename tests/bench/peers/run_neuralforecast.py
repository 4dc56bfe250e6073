"""neuralforecast's NHITS and PatchTST, trained on the years before the test, on PM2.5 alone."""

from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from neuralforecast import NeuralForecast
from neuralforecast.losses.pytorch import MQLoss
from neuralforecast.models import NHITS, PatchTST

from tests.bench.peers.beijing_series import ISSUE_EVERY_HOURS, ISSUE_HOUR, LEADS, Beijing

HISTORY_HOURS: Final = 168
MODELS: Final = {"nhits": NHITS, "patchtst": PatchTST}
# PatchTST's default size needs hours on one core.
_SIZES: Final = {"nhits": {}, "patchtst": {"hidden_size": 64, "n_heads": 4, "linear_hidden_size": 128}}
_VALIDATION_HOURS: Final = 24 * 30


def neuralforecast_quantiles(
    beijing: Beijing, levels: tuple[float, ...], name: str, max_steps: int
) -> npt.NDArray[Any]:
    """Quantiles [n, leads, levels] of one model; gaps are filled by the last value, the future's too but unscored."""
    model = MODELS[name](
        h=LEADS,
        input_size=HISTORY_HOURS,
        loss=MQLoss(quantiles=list(levels)),
        scaler_type="robust",
        max_steps=max_steps,
        val_check_steps=100,
        early_stop_patience_steps=3,
        batch_size=8,
        windows_batch_size=256,
        random_seed=1,
        accelerator="cpu",
        enable_progress_bar=False,
        logger=False,
        enable_checkpointing=False,
        **_SIZES[name],
    )
    end = _end(beijing)
    first_issue = beijing.test_start + (ISSUE_HOUR - beijing.test_start) % ISSUE_EVERY_HOURS
    said = NeuralForecast(models=[model], freq="h").cross_validation(
        df=_frame(beijing, end),
        val_size=_VALIDATION_HOURS,
        test_size=end - first_issue,
        n_windows=None,
        step_size=ISSUE_EVERY_HOURS,
        refit=False,
    )
    return _rows(beijing, said, levels)


def _end(beijing: Beijing) -> int:
    """The hour after the last that is shown: an hour of issue, since cross-validation counts back from it in steps."""
    end: int = beijing.first_hour + beijing.values.shape[1]
    return end - (end - ISSUE_HOUR) % ISSUE_EVERY_HOURS


def _frame(beijing: Beijing, end: int) -> pd.DataFrame:
    hours = np.arange(beijing.first_hour, end)
    stamps = pd.to_datetime(hours * 3600, unit="s")
    parts = [
        pd.DataFrame({"unique_id": name, "ds": stamps, "y": values[: len(hours)]})
        for name, values in zip(beijing.stations, beijing.held, strict=True)
    ]
    return pd.concat(parts, ignore_index=True)


def _rows(beijing: Beijing, said: pd.DataFrame, levels: tuple[float, ...]) -> npt.NDArray[Any]:
    """Its answers at the issue times that are scored, NaN where it gave none."""
    columns = [name for name in said.columns if name not in {"unique_id", "ds", "cutoff", "y", "index"}]
    if len(columns) != len(levels):
        message = f"expected a column a level, but found {columns}"
        raise ValueError(message)
    cutoff = said["cutoff"].to_numpy().astype("datetime64[h]").astype(np.int64) + 1
    lead = said["ds"].to_numpy().astype("datetime64[h]").astype(np.int64) - cutoff
    station = said["unique_id"].map({name: place for place, name in enumerate(beijing.stations)}).to_numpy()
    table = np.full((len(beijing.stations), int(cutoff.max()) - beijing.test_start + 1, LEADS, len(levels)), np.nan)
    kept = cutoff >= beijing.test_start
    table[station[kept], cutoff[kept] - beijing.test_start, lead[kept]] = said.loc[kept, columns].to_numpy()
    places = np.minimum(beijing.issue_hours - beijing.test_start, table.shape[1] - 1)
    quantiles: npt.NDArray[Any] = table[beijing.station, places]
    quantiles[beijing.issue_hours - beijing.test_start >= table.shape[1]] = np.nan
    return np.asarray(np.maximum(np.sort(quantiles, axis=-1), 0))
