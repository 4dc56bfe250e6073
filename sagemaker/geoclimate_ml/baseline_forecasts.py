"""The baselines on the same issue times as a model, each fitted on the training part."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from geoclimate.domain.errors import InvalidInput
from geoclimate.domain.parameters import lowest_value
from geoclimate.features.climatology import Climatology
from geoclimate_ml.baselines.boosting import Boosting, BoostingSettings, fit_boosting, predict_boosting
from geoclimate_ml.baselines.climatology import StationSeries, climatology_forecasts, fit_climatology
from geoclimate_ml.baselines.naive import filled_with_last, persistence, seasonal_naive
from geoclimate_ml.baselines.spread import fit_spread, spread_around
from geoclimate_ml.boosting_columns import Positions, table_of_samples
from geoclimate_ml.predictions import to_forecasts
from geoclimate_ml.samples import Samples
from geoclimate_ml.scoring.forecasts import Forecasts
from geoclimate_ml.split import Split

Floats = npt.NDArray[np.float32]

_SPREAD_EVERY_HOURS = 5


def climatology_of(split: Split, levels: tuple[float, ...]) -> Climatology:
    """What is usual, from all that was observed before the test."""
    archive = split.test.archive
    test_start = int(split.test.issue_hours.min())
    series = []
    for place, station in enumerate(archive.stations):
        begin, first = int(archive.begins[place]), int(archive.first_hours[place])
        hours = max(0, test_start - first)
        end = int(archive.begins[place + 1]) if place + 1 < len(archive.stations) else len(archive.target)
        values = archive.target[begin : min(begin + hours, end)]
        series.append(StationSeries(station, float(archive.longitudes[place]), first, values))
    return fit_climatology(archive.spec.target, levels, series)


def simple_baselines(
    split: Split, issued: Samples, climatology: Climatology, levels: tuple[float, ...]
) -> Mapping[str, Forecasts]:
    """Persistence, seasonal naive and climatology; the first two with quantiles from their errors in training."""
    archive = issued.archive
    lowest = lowest_value(archive.spec.target)
    learned = split.before_test.thinned(_SPREAD_EVERY_HOURS)
    truth = learned.observed(np.arange(len(learned)))
    found: dict[str, Forecasts] = {}
    for name, forecast in (("persistence", _persistence), ("seasonal_naive", _seasonal_naive)):
        spread = fit_spread(forecast(learned), truth, levels)
        found[name] = to_forecasts(spread_around(spread, forecast(issued), lowest), issued, levels)
    usual = climatology_forecasts(
        climatology,
        archive.longitudes.tolist(),
        archive.stations,
        issued.station,
        issued.issue_hours,
        archive.spec.lead_hours,
    )
    found["climatology"] = to_forecasts(usual, issued, levels)
    return found


def boosted(
    training: Samples, columns: Positions, levels: tuple[float, ...], settings: BoostingSettings
) -> Boosting | None:
    """Boosted trees of some samples; None where they hold too little for them."""
    try:
        return fit_boosting(
            table_of_samples(training, columns),
            training.observed(np.arange(len(training))),
            training.issue_hours,
            levels,
            settings,
            lowest=lowest_value(training.archive.spec.target),
        )
    except InvalidInput as reason:
        print(f"no boosted trees: {reason}", flush=True)
        return None


def boosted_forecasts(boosting: Boosting, columns: Positions, issued: Samples) -> Forecasts:
    """What boosted trees say at some issue times."""
    return to_forecasts(predict_boosting(boosting, table_of_samples(issued, columns)), issued, boosting.levels)


def _persistence(samples: Samples) -> Floats:
    return persistence(samples.newest(), len(samples.archive.spec.lead_hours))


def _seasonal_naive(samples: Samples) -> Floats:
    archive = samples.archive
    said = np.empty((len(samples), len(archive.spec.lead_hours)), dtype=np.float32)
    for place in np.unique(samples.station).tolist():
        here = samples.station == place
        begin = int(archive.begins[place])
        said[here] = seasonal_naive(
            archive.target[begin:],
            int(archive.first_hours[place]),
            samples.issue_hours[here],
            archive.spec.lead_hours,
        )
    return filled_with_last(said, samples.newest())
