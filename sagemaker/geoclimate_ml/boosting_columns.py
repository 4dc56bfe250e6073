"""What boosted trees are shown of the inputs."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from geoclimate.contracts.model import ForecastContract
from geoclimate.features.input_spec import Column
from geoclimate.features.inputs import Inputs, input_columns
from geoclimate_ml.baselines.boosting import Table
from geoclimate_ml.networks.input_scaling import is_seasonal, spec_of
from geoclimate_ml.samples import Samples

Positions = npt.NDArray[np.int64]
_AROUND = "around"


def own_columns(contract: ForecastContract) -> Positions:
    """The station's own context with season and place: the peer that the issue of forecasting names."""
    return _chosen(contract, lambda column: not column.name.startswith(_AROUND))


def all_columns(contract: ForecastContract) -> Positions:
    """The whole context."""
    return _chosen(contract, lambda _: True)


def mixture_columns(contract: ForecastContract) -> Positions:
    """The context without what tells the season or the place by heart, as the networks see it."""
    return _chosen(contract, lambda column: column.kind not in {"season", "place"} and not is_seasonal(column.name))


def table_of(inputs: Inputs, columns: Positions) -> Table:
    """The rows that trees see; `day_before` is shown relative to the newest value."""
    newest = inputs.context[:, 0]
    future = inputs.future.copy()
    future[:, :, 0] -= newest[:, None]
    return Table(inputs.context[:, columns], future, newest)


def table_of_samples(samples: Samples, columns: Positions) -> Table:
    """The rows of many issue times; the history is not made, for trees do not look at it."""
    everything = np.arange(len(samples))
    future = samples.future(everything)
    context = samples.context(everything)
    return table_of(Inputs(np.empty((len(samples), 0, 0), dtype=np.float32), context, future), columns)


def _chosen(contract: ForecastContract, wanted: Callable[[Column], bool]) -> Positions:
    columns = input_columns(spec_of(contract)).context
    return np.array([place for place, column in enumerate(columns) if wanted(column)], dtype=np.int64)
