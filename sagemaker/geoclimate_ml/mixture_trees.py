"""The boosted trees of the mixture: grown like the peer's, but kept from learning the years by heart.

They see no season and no place; each tree sees a tenth of the columns, of which many say nearly the same; weather
forecasts are hidden from a share of the rows, so that the trees answer with and without; every row is shown as if
the air had been cleaner or dirtier, as `fitting.scaled_levels` does it for networks; and rows count alike, or the few
heavy episodes of two years would be most of the loss. Early stopping would watch one season where there is one year,
and stops too soon there, so the number of trees is set.
"""

from typing import Final

import numpy as np
import numpy.typing as npt

from geoclimate.contracts.model import ForecastContract
from geoclimate.domain.errors import InvalidInput
from geoclimate.domain.parameters import MICROGRAMS, canonical_unit, lowest_value
from geoclimate.features.inputs import input_columns
from geoclimate_ml.baselines.boosting import Boosting, BoostingSettings, Table, fit_boosting
from geoclimate_ml.boosting_columns import mixture_columns, table_of_samples
from geoclimate_ml.networks.input_scaling import spec_of
from geoclimate_ml.samples import Samples

Floats = npt.NDArray[np.float32]

SETTINGS: Final = BoostingSettings(weighted=False, columns_share=0.1, rounds=1000, learning_rate=0.06, patience=None)
LEVEL_SPREAD: Final = 1.0
"""The logarithm of a row's factor is even from minus to plus this."""
WEATHER_HIDDEN: Final = 0.3
_IN_TARGETS_UNIT: Final = frozenset({"target", "change"})
_FORECAST, _KNOWN = "forecast", "forecast_known"
_SEED: Final = 1


def grow(samples: Samples, contract: ForecastContract) -> Boosting | None:
    """The trees of some samples; None where they hold too little for any."""
    rng = np.random.default_rng(_SEED)
    table = table_of_samples(samples, mixture_columns(contract))
    observed = samples.observed(np.arange(len(samples)))
    table, observed = _scaled(_without_weather(table, contract, rng), observed, contract, rng)
    try:
        return fit_boosting(
            table, observed, samples.issue_hours, contract.levels, SETTINGS, lowest=lowest_value(contract.target)
        )
    except InvalidInput as reason:
        print(f"no boosted trees: {reason}", flush=True)
        return None


def _without_weather(table: Table, contract: ForecastContract, rng: np.random.Generator) -> Table:
    names = contract.future_columns
    known = names.index(_KNOWN)
    if not table.future[:, :, known].any():
        return table
    hidden = rng.random(len(table)) < WEATHER_HIDDEN
    future = table.future.copy()
    for place, name in enumerate(names):
        if _FORECAST in name:
            future[hidden, :, place] = 0.0 if place == known else np.nan
    return Table(table.columns, future, table.last)


def _scaled(
    table: Table, observed: Floats, contract: ForecastContract, rng: np.random.Generator
) -> tuple[Table, Floats]:
    if canonical_unit(contract.target) != MICROGRAMS:
        return table, observed
    columns = input_columns(spec_of(contract))
    factor = np.exp(LEVEL_SPREAD * rng.uniform(-1, 1, len(table))).astype(np.float32)
    shown = [columns.context[place].kind in _IN_TARGETS_UNIT for place in mixture_columns(contract)]
    ahead = [column.kind in _IN_TARGETS_UNIT for column in columns.future]
    context, future = table.columns.copy(), table.future.copy()
    context[:, shown] *= factor[:, None]
    future[:, :, ahead] *= factor[:, None, None]
    return Table(context, future, table.last * factor), observed * factor[:, None]
