"""Forecast a caller's own series, by the models that forecast the platform's stations."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt

from geoclimate.contracts.model import MAX_ROWS
from geoclimate.domain.errors import ModelNotServed, NotFound, Unavailable
from geoclimate.domain.forecasts import Engine
from geoclimate.domain.stations import Station
from geoclimate.features.grid import HourlyGrid, floored, hour_of
from geoclimate.features.input_spec import InputSpec
from geoclimate.features.inputs import Inputs, inputs_at, station_series
from geoclimate.features.prediction import Prediction
from geoclimate.features.region import to_region
from geoclimate.features.usable import shortfall
from geoclimate.features.weather_runs import no_runs
from geoclimate.services.answer_in_order import answer_in_order
from geoclimate.services.engine_ports import ForecastEngine
from geoclimate.services.forecast_batch import RECENT_HOURS, ForecastBatch
from geoclimate.services.model_registry import PRODUCTION, ModelRegistry
from geoclimate.services.own_series import OwnSeries

PRODUCTION_VARIANT: Final = "AllTraffic"
"""Of the endpoint; its canary answers as another version than the one in production."""
_LEAST_OF_A_DAY: Final = 12
_DAY: Final = 24


@dataclass(frozen=True, slots=True, eq=False)
class OwnPrediction:
    """What is expected of some series.

    Attributes:
        engine: What answered; None where no series can be forecast.
        prediction: Its answer, one row for each of `rows`; None with the engine.
        rows: int64 [m]: the positions of the series that were forecast.
        problems: Why the others were not, by position.
        warnings: What is to be known of a series that was, by position.
    """

    engine: Engine | None
    prediction: Prediction | None
    rows: npt.NDArray[np.int64]
    problems: dict[int, str]
    warnings: dict[int, str]


@dataclass(frozen=True, slots=True)
class SeriesPredictor:
    """Predicts series that are not in the stores.

    Attributes:
        spec: What a model is shown.
        registry: Which model is in production.
        engines: Who is asked, the best first.
    """

    spec: InputSpec
    registry: ModelRegistry
    engines: Sequence[ForecastEngine]

    def version(self, model: str | None) -> str:
        """The version that a request means, which must be in production.

        Raises:
            NotFound: There is no such version.
            ModelNotServed: It is not in production, or none is.
        """
        target = self.spec.target
        production = self.registry.production(target)
        if model not in (None, PRODUCTION) and (production is None or production.version != model):
            if self.registry.get(target, str(model)) is None:
                raise NotFound(f"There is no version {model} of the {target} model.")
            served = "no model is" if production is None else f"{production.version} is"
            raise ModelNotServed(f"{served} in production, not {model}.")
        if production is None:
            raise ModelNotServed(f"No model of {target} is in production.")
        return production.version

    def predict(self, own: OwnSeries, version: str) -> OwnPrediction:
        """What a version expects of some series; those that stand within reach of each other are neighbours.

        Raises:
            Unavailable: Nobody can answer.
        """
        grids = _grids(own, self.spec)
        problems, warnings = _judged(grids, self.spec)
        rows = np.array([row for row in range(len(own)) if row not in problems], dtype=np.int64)
        if not len(rows):
            return OwnPrediction(None, None, rows, problems, warnings)
        batch = _batch(own, grids, rows, self.spec)
        answer = answer_in_order([OneVersion(engine, version) for engine in self.engines], batch)
        return OwnPrediction(answer.engine, answer.prediction, rows, problems, warnings)


@dataclass(frozen=True, slots=True)
class OneVersion:
    """An engine that is asked in parts as large as it takes, and must answer as one version; a `ForecastEngine`."""

    engine: ForecastEngine
    version: str

    @property
    def name(self) -> Engine:
        """How its forecasts are marked."""
        return self.engine.name

    def predict(self, batch: ForecastBatch) -> Prediction:
        """What the engine expects of a batch of any size.

        Raises:
            Unavailable: It answered as another version, or cannot be asked.
            ModelRejected: As the engine raises it.
            IntegrityError: As the engine raises it.
        """
        parts = [
            self.engine.predict(_part(batch, slice(start, start + MAX_ROWS)))
            for start in range(0, len(batch), MAX_ROWS)
        ]
        others = sorted({part.model_version for part in parts} - {self.version})
        if others:
            raise Unavailable(f"it answered as {', '.join(others)}, not as {self.version}")
        return replace(parts[0], quantiles=np.concatenate([part.quantiles for part in parts]))


def _grids(own: OwnSeries, spec: InputSpec) -> list[HourlyGrid]:
    """Each series on an axis as long as a history at least: what comes before it is missing, not unknown to us."""
    hours = max(own.values.shape[1], spec.history_hours)
    column = [spec.parameters.index(name) for name in own.parameters]
    values = np.full((len(own), hours, len(spec.parameters)), np.nan, dtype=np.float32)
    values[:, hours - own.values.shape[1] :, column] = floored(own.values, own.parameters)
    return [HourlyGrid(hour_of(own.issue_time) - hours, rows) for rows in values]


def _judged(grids: Sequence[HourlyGrid], spec: InputSpec) -> tuple[dict[int, str], dict[int, str]]:
    """Which series say too little to be forecast, and which less than the models learned from."""
    problems: dict[int, str] = {}
    warnings: dict[int, str] = {}
    for row, grid in enumerate(grids):
        target = grid.values[:, 0]
        known = np.flatnonzero(~np.isnan(target))
        age = len(target) - 1 - int(known[-1]) if len(known) else len(target)
        newest = f", the newest {age} hours before the last" if len(known) else ""
        of_a_day = int((known >= len(target) - _DAY).sum())
        if age > spec.max_gap_hours or of_a_day < _LEAST_OF_A_DAY:
            problems[row] = (
                f"{spec.target} is known for {of_a_day} of the last {_DAY} hours{newest}; at least {_LEAST_OF_A_DAY}"
                f" are needed, the newest at most {spec.max_gap_hours} hours before the last"
            )
        elif (less := shortfall(target, grid.first_hour, grid.end_hour, spec)) is not None:
            warnings[row] = f"{less} where models learn: the interval may be too narrow"
    return problems, warnings


def _batch(own: OwnSeries, grids: Sequence[HourlyGrid], rows: npt.NDArray[np.int64], spec: InputSpec) -> ForecastBatch:
    places = list(zip(own.latitudes, own.longitudes, strict=True))
    # All of them, since one that cannot be forecast is still a neighbour.
    region = to_region([str(row) for row in range(len(own))], places, grids, spec)
    origin = np.array([hour_of(own.issue_time)], dtype=np.int64)
    unknown = no_runs(len(spec.weather))
    inputs = [inputs_at(station_series(region, int(row), spec), unknown, origin, spec) for row in rows]
    return ForecastBatch(
        stations=tuple(_station(own, int(row)) for row in rows),
        origins=np.repeat(origin, len(rows)),
        inputs=Inputs(
            history=np.concatenate([each.history for each in inputs]),
            context=np.concatenate([each.context for each in inputs]),
            future=np.concatenate([each.future for each in inputs]),
        ),
        recent=region.target[rows, -RECENT_HOURS:],
    )


def _station(own: OwnSeries, row: int) -> Station:
    """A place that no catalogue has."""
    return Station(f"own-{row}", "", own.latitudes[row], own.longitudes[row], "own", (), own.issue_time)


def _part(batch: ForecastBatch, rows: slice) -> ForecastBatch:
    inputs = batch.inputs
    return ForecastBatch(
        stations=batch.stations[rows],
        origins=batch.origins[rows],
        inputs=Inputs(inputs.history[rows], inputs.context[rows], inputs.future[rows]),
        recent=batch.recent[rows],
    )
