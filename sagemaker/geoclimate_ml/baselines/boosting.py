"""Gradient-boosted trees (LightGBM; Ke and others, 2017) on the change from the last known value.

One model a quantile level forecasts every lead time: the lead time is one of its columns, and a few lead times of each
issue time are drawn as rows. The change can be divided by its usual size at that lead time and level of the target;
rows weighted by that size keep the loss in the target's unit, and rows that count alike let moderate days teach as
much as heavy ones.

Models are kept in LightGBM's text format, which holds numbers only.
"""

import json
import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import lightgbm as lgb
import numpy as np
import numpy.typing as npt

from geoclimate.domain.errors import IntegrityError, InvalidInput
from geoclimate_ml.scoring.forecasts import Floats, Integers

SCALE_FILE: Final = "boosting.json"
_FORMAT: Final = "1"
_YEAR_HOURS: Final = 365 * 24
_ROWS_AT_ONCE: Final = 256
"""Issue times that are forecast together: enough for LightGBM, and a matrix of some megabytes."""
# A change of less than this, in the target's unit, is noise.
_SMALLEST_SCALE: Final = 0.5
_FIXED: Final = {"bagging_fraction": 0.5, "bagging_freq": 1, "lambda_l2": 1.0, "max_bin": 63, "verbose": -1}


@dataclass(frozen=True, slots=True)
class BoostingSettings:
    """How trees are grown.

    Attributes:
        scaled: Whether the change is divided by its usual size.
        weighted: Whether rows count by that size, so that the loss is in the target's unit; else they count alike.
        rounds: Most trees a level; early stopping may take fewer.
        leaves: Most leaves a tree.
        learning_rate: Shrinkage.
        columns_share: Share of the columns that a tree may look at.
        least_rows: Fewest rows in a leaf.
        leads_per_issue: Lead times that are drawn of each issue time.
        patience: Trees without a better loss after which early stopping stops; None grows all the rounds.
        seed: Of the draws.
    """

    scaled: bool = True
    weighted: bool = True
    rounds: int = 300
    leaves: int = 31
    learning_rate: float = 0.05
    columns_share: float = 0.3
    least_rows: int = 500
    leads_per_issue: int = 2
    patience: int | None = 30
    seed: int = 1


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """What trees see: one row is one station and issue time.

    Attributes:
        columns: float32 [n, columns], NaN where missing.
        future: float32 [n, lead times, future columns]: what is known ahead of the forecast hour, NaN where not.
        last: float32 [n]: the newest known target.
    """

    columns: Floats
    future: Floats
    last: Floats

    def __len__(self) -> int:
        return len(self.last)

    def chosen(self, rows: npt.NDArray[Any]) -> "Table":
        """Some of the rows."""
        return Table(self.columns[rows], self.future[rows], self.last[rows])

    def at(self, rows: Integers, leads: Integers) -> Floats:
        """Rows of a model's matrix: the columns, the place of the lead time, and the future at it."""
        matrix = np.empty((len(rows), self.columns.shape[1] + 1 + self.future.shape[2]), dtype=np.float32)
        matrix[:, : self.columns.shape[1]] = self.columns[rows]
        matrix[:, self.columns.shape[1]] = leads
        matrix[:, self.columns.shape[1] + 1 :] = self.future[rows, leads]
        return matrix


@dataclass(frozen=True, slots=True, eq=False)
class Boosting:
    """A fitted model.

    Attributes:
        levels: Quantile levels, ascending.
        boosters: One a level.
        scale: float64 [lead times, 2]: the usual size of a change is the first, and the second times the last value.
        lowest: Least value that the target can take, or None.
    """

    levels: tuple[float, ...]
    boosters: tuple[lgb.Booster, ...]
    scale: npt.NDArray[np.float64]
    lowest: float | None


def fit_boosting(
    table: Table,
    observed: Floats,
    issue_hours: Integers,
    levels: tuple[float, ...],
    settings: BoostingSettings,
    *,
    lowest: float | None = 0.0,
) -> Boosting:
    """Grow the trees of every level.

    With a patience, how many trees is found in the order of time: trees grown on the older part are watched on the
    newer one, which is a whole year where there are two, because a winter alone rewards trees that learn the season by
    heart. Then all levels are grown on everything.

    Args:
        table: Rows of the training part.
        observed: float32 [n, lead times], NaN where nothing was observed.
        issue_hours: int64 [n].
        levels: Quantile levels with the median.
        settings: How.
        lowest: Least value that the target can take, or None.

    Raises:
        InvalidInput: There are too few observations.
    """
    known = ~np.isnan(table.last)
    if (~np.isnan(observed[known])).sum(axis=0).min() < 2 * settings.least_rows:
        raise InvalidInput(f"boosting needs at least {2 * settings.least_rows} observations of every lead time")
    scale = _usual_changes(observed, table.last) if settings.scaled else np.tile([1.0, 0.0], (observed.shape[1], 1))
    rows, leads = _drawn(observed, known, settings)
    matrix = table.at(rows, leads)
    unit = scale[leads, 0] + scale[leads, 1] * np.maximum(table.last[rows], 0)
    change = (observed[rows, leads] - table.last[rows]) / unit
    hours = issue_hours[rows]
    parameters = _parameters(settings)
    weight = unit if settings.weighted else np.ones_like(unit)
    rounds = _rounds(matrix, change, weight, hours, observed.shape[1], settings)

    def grown(level: float) -> lgb.Booster:
        data = lgb.Dataset(matrix, change, weight=weight, params=parameters)
        return lgb.train({**parameters, "objective": "quantile", "alpha": level}, data, rounds)

    with _side_by_side() as pool:
        return Boosting(levels, tuple(pool.map(grown, levels)), scale, lowest)


def predict_boosting(boosting: Boosting, table: Table) -> Floats:
    """Quantiles float32 [n, lead times, levels]."""
    leads = len(boosting.scale)
    quantiles = np.empty((len(table), leads, len(boosting.levels)), dtype=np.float32)

    def predict(first: int) -> None:
        rows = np.arange(first, min(first + _ROWS_AT_ONCE, len(table)))
        matrix = table.at(np.repeat(rows, leads), np.tile(np.arange(leads), len(rows)))
        last = table.last[rows, None]
        unit = boosting.scale[:, 0] + boosting.scale[:, 1] * np.maximum(last, 0)
        for place, booster in enumerate(boosting.boosters):
            change = np.asarray(booster.predict(matrix, num_threads=1)).reshape(unit.shape)
            quantiles[rows, :, place] = last + unit * change

    with _side_by_side() as pool:
        list(pool.map(predict, range(0, len(table), _ROWS_AT_ONCE)))
    quantiles = np.sort(quantiles, axis=-1)
    return quantiles if boosting.lowest is None else np.maximum(quantiles, np.float32(boosting.lowest))


def save_boosting(boosting: Boosting, directory: Path) -> None:
    """Write one text file a level and one with the scale."""
    directory.mkdir(parents=True, exist_ok=True)
    for level, booster in zip(boosting.levels, boosting.boosters, strict=True):
        (directory / _tree_file(level)).write_text(booster.model_to_string(), encoding="utf-8")
    content = {
        "format": _FORMAT,
        "levels": boosting.levels,
        "scale": boosting.scale.tolist(),
        "lowest": boosting.lowest,
    }
    (directory / SCALE_FILE).write_text(json.dumps(content), encoding="utf-8")


def load_boosting(directory: Path) -> Boosting:
    """Read what `save_boosting` wrote.

    Raises:
        IntegrityError: A file is missing, damaged or of another format.
    """
    try:
        content = json.loads((directory / SCALE_FILE).read_text(encoding="utf-8"))
        if content["format"] != _FORMAT:
            raise IntegrityError(f"{SCALE_FILE} is of the format {content['format']}, this code reads {_FORMAT}")
        levels = tuple(map(float, content["levels"]))
        texts = [(directory / _tree_file(level)).read_text(encoding="utf-8") for level in levels]
        boosters = tuple(lgb.Booster(model_str=text) for text in texts)
        scale = np.asarray(content["scale"], dtype=np.float64)
        lowest = None if content["lowest"] is None else float(content["lowest"])
    except (OSError, KeyError, TypeError, ValueError, lgb.basic.LightGBMError) as error:
        raise IntegrityError(f"the boosted trees in {directory} cannot be read: {error}") from error
    if scale.ndim != 2 or scale.shape[1] != 2 or not np.isfinite(scale).all():
        raise IntegrityError(f"{SCALE_FILE} holds no scale a lead time")
    return Boosting(levels, boosters, scale, lowest)


def _tree_file(level: float) -> str:
    return f"boosting-{level:g}.txt"


def _side_by_side() -> ThreadPoolExecutor:
    """A thread a core, each with trees of its own, while LightGBM does its work outside the interpreter's lock.

    Several threads on one tree would wait for each other at every split; on trees of their own they never do.
    """
    return ThreadPoolExecutor(os.cpu_count())


def _parameters(settings: BoostingSettings) -> dict[str, Any]:
    return {
        **_FIXED,
        "learning_rate": settings.learning_rate,
        "num_leaves": settings.leaves,
        "feature_fraction": settings.columns_share,
        "min_data_in_leaf": settings.least_rows,
        "num_threads": 1,
        "seed": settings.seed,
        "deterministic": True,
        "force_row_wise": True,
    }


def _usual_changes(observed: Floats, last: Floats) -> npt.NDArray[np.float64]:
    """Mean absolute change a lead time as a straight line of the last value, by least squares: [lead times, 2]."""
    lines = np.empty((observed.shape[1], 2))
    for lead in range(observed.shape[1]):
        known = ~np.isnan(observed[:, lead]) & ~np.isnan(last)
        value = np.maximum(last[known], 0).astype(np.float64)
        change = np.abs(observed[known, lead] - last[known])
        line, *_ = np.linalg.lstsq(np.stack([np.ones_like(value), value], axis=1), change, rcond=None)
        lines[lead] = max(line[0], _SMALLEST_SCALE), max(line[1], 0.0)
    return lines


def _drawn(observed: Floats, known: npt.NDArray[np.bool_], settings: BoostingSettings) -> tuple[Integers, Integers]:
    """Row and place of the lead time of each drawn pair: evenly apart in lead time, from a random one on."""
    leads = observed.shape[1]
    per_issue = min(settings.leads_per_issue, leads)
    issues = np.flatnonzero(known)
    start = np.random.default_rng(settings.seed).integers(0, leads, len(issues))
    place = (start[:, None] + np.arange(per_issue) * leads // per_issue) % leads
    rows, places = np.repeat(issues, per_issue), place.ravel()
    there = ~np.isnan(observed[rows, places])
    return rows[there], places[there]


def _rounds(
    matrix: Floats,
    change: Floats,
    weight: npt.NDArray[np.float64],
    hours: Integers,
    leads: int,
    settings: BoostingSettings,
) -> int:
    """How many trees of the median do best on the newer part of the rows."""
    if settings.patience is None:
        return settings.rounds
    parameters = _parameters(settings) | {"objective": "quantile", "alpha": 0.5}
    newest, span = int(hours.max()), int(hours.max() - hours.min())
    start = newest - min(_YEAR_HOURS, span // 2)
    older, newer = hours + leads <= start, hours >= start
    if older.sum() < 2 * settings.least_rows or newer.sum() < settings.least_rows:
        return settings.rounds
    data = lgb.Dataset(matrix[older], change[older], weight=weight[older], params=parameters)
    watched = lgb.Dataset(matrix[newer], change[newer], weight=weight[newer], reference=data)
    stop = lgb.early_stopping(settings.patience, verbose=False)
    return int(lgb.train(parameters, data, settings.rounds, valid_sets=[watched], callbacks=[stop]).best_iteration)
