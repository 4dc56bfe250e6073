"""The check that a data set's inputs are made of the past, run on the real data by the real code before scoring."""

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from geoclimate.domain.errors import InvalidInput
from geoclimate.features.context import LONGEST_LOOKBACK_HOURS
from geoclimate.features.dataset import TrainingDataset
from geoclimate.features.grid import HourlyGrid
from geoclimate.features.input_spec import InputSpec
from geoclimate.features.inputs import station_series
from geoclimate.features.region import to_region
from geoclimate.features.weather_runs import no_runs
from geoclimate_ml.rolling_origin import check_causal
from geoclimate_ml.samples import Samples, to_archive

# More than the longest look back, so that the inputs are those of the whole series.
_BEFORE_HOURS: Final = LONGEST_LOOKBACK_HOURS + 24 * 7
_TRIED: Final = 3

Array = npt.NDArray[np.float32]


def check_inputs(dataset: TrainingDataset, spec: InputSpec, first_issue: int, last_issue: int) -> None:
    """Refuse inputs that change with anything measured from their issue hour on.

    Every station's inputs are made at a few issue hours from a stretch of the data around each, by the code that makes
    them for training.

    Args:
        dataset: What the model is tested on.
        spec: What it is shown.
        first_issue: First issue hour of the test part.
        last_issue: Last issue hour of the test part.

    Raises:
        ModelRejected: An input has seen the future.
        InvalidInput: The test part has no hour with hours before and after it.
    """
    leads = spec.lead_hours[-1]
    begin, end = min(dataset.first_hours), max(grid.end_hour for grid in dataset.hourly_grids())
    tried = np.linspace(max(first_issue, begin + 1), min(last_issue, end - 1), _TRIED).round().astype(int).tolist()
    if tried[0] > tried[-1]:
        raise InvalidInput(f"the test part from hour {first_issue} to {last_issue} lies outside the data")
    for origin in sorted(set(tried)):
        first = max(begin, origin - _BEFORE_HOURS)
        values = _stretch(dataset, first, min(end, origin + leads))

        def inputs_at(changed: Array, issue_hour: int, first: int = first) -> Mapping[str, npt.NDArray[Any]]:
            return _inputs(dataset, spec, changed, first, issue_hour)

        check_causal(inputs_at, values, first, [origin])


def _stretch(dataset: TrainingDataset, first: int, end: int) -> Array:
    """float32 [hours, stations, parameters], NaN where a station has no row."""
    values = np.full((end - first, len(dataset.stations), len(dataset.parameters)), np.nan, dtype=np.float32)
    for place, grid in enumerate(dataset.hourly_grids()):
        low, high = max(first, grid.first_hour), min(end, grid.end_hour)
        if low < high:
            values[low - first : high - first, place] = grid.values[low - grid.first_hour : high - grid.first_hour]
    return values


def _inputs(
    dataset: TrainingDataset, spec: InputSpec, values: Array, first: int, issue_hour: int
) -> Mapping[str, npt.NDArray[Any]]:
    count = len(dataset.stations)
    grids = tuple(HourlyGrid(first, values[:, place]) for place in range(count))
    region = to_region(dataset.stations, dataset.places, grids, spec)
    series = [station_series(region, place, spec) for place in range(count)]
    weather = dataset.weather or tuple(no_runs(len(spec.weather)) for _ in series)
    stations = np.arange(count, dtype=np.int64)
    samples = Samples(to_archive(series, weather, spec), stations, np.full(count, issue_hour, dtype=np.int64))
    made = samples.inputs(stations)
    return {"history": made.history, "context": made.context, "future": made.future}
