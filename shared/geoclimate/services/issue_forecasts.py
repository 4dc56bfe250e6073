"""Forecast the next hours of stations ahead of anybody asking."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from geoclimate.contracts.workflows import ForecastRequest, ForecastResult
from geoclimate.domain.errors import GeoClimateError, IntegrityError
from geoclimate.domain.forecasts import DECIMALS, ENGINES, Forecast
from geoclimate.domain.naive_baselines import naive_baselines
from geoclimate.domain.station_groups import station_group
from geoclimate.domain.stations import Station
from geoclimate.features.conformal import ConformalState, calibrated
from geoclimate.features.grid import time_of
from geoclimate.services.answer_in_order import Answer, answer_in_order
from geoclimate.services.climatology_engine import ClimatologyEngine
from geoclimate.services.engine_ports import ForecastEngine
from geoclimate.services.forecast_batch import ForecastBatch
from geoclimate.services.ports import Clock, ForecastStore
from geoclimate.services.read_inputs import InputReader
from geoclimate.services.read_measurements import series_of
from geoclimate.services.verification_ports import CalibrationKey, CalibrationStore

Quantiles = npt.NDArray[np.float32]
Rows = tuple[tuple[float, ...], ...]


@dataclass(slots=True)
class _Tally:
    """What a run did so far."""

    skipped: dict[str, str]
    engines: Counter[str] = field(default_factory=Counter)
    kept: int = 0
    model_version: str | None = None
    troubles: dict[str, None] = field(default_factory=dict)

    def result(self) -> ForecastResult:
        return ForecastResult(
            written=self.engines.total(),
            skipped=self.skipped,
            model_version=self.model_version,
            engines=dict(self.engines),
            kept=self.kept,
            troubles=tuple(self.troubles),
        )


@dataclass(frozen=True, slots=True)
class ForecastIssuer:
    """Makes forecasts of one parameter.

    Attributes:
        inputs: Where inputs are read; its specification names the parameter.
        engines: Who is asked, the best first.
        climatology: What is usual, to compare forecasts with.
        calibrations: What the online calibration has learned.
        forecasts: Where forecasts are stored.
        clock: Tells when they were made.
    """

    inputs: InputReader
    engines: Sequence[ForecastEngine]
    climatology: ClimatologyEngine
    calibrations: CalibrationStore
    forecasts: ForecastStore
    clock: Clock

    @property
    def target(self) -> str:
        """Parameter code that is forecast."""
        return self.inputs.spec.target

    def issue(self, request: ForecastRequest) -> ForecastResult:
        """Forecast the stations asked for, or all that measure the target, and store the forecasts part by part.

        A forecast that a better engine made from the same hours stays where only a worse one answers now.

        Returns:
            How many were written and by whom, and the reason for each station that was skipped.

        Raises:
            Unavailable: Nobody can forecast, or a store does not answer. Parts that were written stay; a repeat
                completes the work.
        """
        everyone = self.inputs.measurements.measuring(self.target)
        stations, skipped = self._stations(request, everyone)
        tally = _Tally(skipped)
        for read in self.inputs.read(stations, everyone):
            tally.skipped |= read.skipped
            if read.batch is not None:
                self._issue(read.batch, tally)
        return tally.result()

    def _stations(
        self, request: ForecastRequest, everyone: Sequence[Station]
    ) -> tuple[Sequence[Station], dict[str, str]]:
        if request.stations is None:
            return everyone, {}
        found: dict[str, Station] = {}
        skipped: dict[str, str] = {}
        for name in request.stations:
            station = self.inputs.measurements.stations.get(name)
            if station is None:
                skipped[name] = "there is no station of this id"
            elif series_of(station, self.target) is None:
                skipped[name] = f"the station does not measure {self.target}"
            else:
                found[name] = station
        return list(found.values()), skipped

    def _issue(self, batch: ForecastBatch, tally: _Tally) -> None:
        answer = answer_in_order(self.engines, batch)
        tally.troubles |= dict.fromkeys(answer.passed_over)
        made = self._forecasts(batch, answer, tally)
        written = [forecast for forecast in made if not self._is_there_better(forecast)]
        self.forecasts.write(written)
        tally.engines.update({answer.engine: len(written)} if written else {})
        tally.kept += len(made) - len(written)
        tally.model_version = answer.prediction.model_version

    def _is_there_better(self, forecast: Forecast) -> bool:
        rank = ENGINES.index(forecast.engine)
        if rank == 0:
            return False
        newest = self.forecasts.latest(forecast.station, forecast.parameter)
        return newest is not None and newest.issue_time == forecast.issue_time and ENGINES.index(newest.engine) < rank

    def _forecasts(self, batch: ForecastBatch, answer: Answer, tally: _Tally) -> list[Forecast]:
        prediction = answer.prediction
        groups = [station_group(station.point) for station in batch.stations]
        issued = _calibrated(self._state(answer, tally), groups, prediction.quantiles)
        usual = self._usual(batch, prediction.levels, tally)
        made_at = self.clock()
        return [
            Forecast(
                station=station.id,
                parameter=self.target,
                issue_time=time_of(int(batch.origins[row])),
                made_at=made_at,
                model_version=prediction.model_version,
                engine=answer.engine,
                lead_hours=prediction.lead_hours,
                levels=prediction.levels,
                quantiles=_rows(issued[row]),
                raw_quantiles=_rows(prediction.quantiles[row]),
                station_group=groups[row],
                baselines=naive_baselines(
                    [round(value, DECIMALS) for value in batch.recent[row].tolist()],
                    prediction.lead_hours,
                    None if usual is None else _rows(usual[row]),
                ),
            )
            for row, station in enumerate(batch.stations)
        ]

    def _state(self, answer: Answer, tally: _Tally) -> ConformalState | None:
        """What was learned about the engine and version that answered; None where that is nothing, or does not fit."""
        prediction = answer.prediction
        try:
            stored = self.calibrations.read(CalibrationKey(self.target, prediction.model_version, answer.engine))
        except IntegrityError as error:
            # An interval as the model gives it is better than none.
            tally.troubles[f"calibration: {error}"] = None
            return None
        if stored is None:
            return None
        state = stored.value
        fits = (state.levels, state.lead_hours) == (prediction.levels, prediction.lead_hours)
        return state if fits else None

    def _usual(self, batch: ForecastBatch, levels: tuple[float, ...], tally: _Tally) -> Quantiles | None:
        try:
            return self.climatology.usual(batch, levels)
        except GeoClimateError as error:
            # It only says how good the forecast is, later.
            tally.troubles[f"climatology: {error}"] = None
            return None


def _calibrated(state: ConformalState | None, groups: Sequence[str], quantiles: Quantiles) -> Quantiles:
    if state is None:
        return quantiles
    issued = np.empty_like(quantiles)
    for group in set(groups):
        rows = [row for row, name in enumerate(groups) if name == group]
        issued[rows] = calibrated(state, group, quantiles[rows])
    return issued


def _rows(quantiles: Quantiles) -> Rows:
    return tuple(tuple(round(value, DECIMALS) for value in row) for row in quantiles.tolist())
