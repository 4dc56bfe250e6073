"""What is expected: quantiles by lead time, with where they come from."""

import datetime as dt
from dataclasses import dataclass
from typing import Final, Literal, get_args

Engine = Literal["endpoint", "onnx", "climatology"]
"""What computed a forecast: the models on the endpoint, the light model in Lambda, or no model at all."""

ENGINES: Final[tuple[Engine, ...]] = get_args(Engine)

INTERVAL_LEVEL: Final = 0.8
"""Probability with which the value is expected between the .1 and the .9 quantile, which every forecast has."""

DECIMALS: Final = 3
"""Of a forecast value: the model's float32 would print a dozen, and no instrument resolves a thousandth."""


@dataclass(frozen=True, slots=True)
class Baselines:
    """What simple rules expected at the issue time, from nothing but what was known then.

    Attributes:
        persistence: The newest observed value of the target, or None where there was none.
        seasonal_naive: A value a lead time: that of the same hour of the day before, None where it was not observed.
        climatology: One row a lead time, one value a level of the forecast; None where no climatology was at hand.
    """

    persistence: float | None
    seasonal_naive: tuple[float | None, ...]
    climatology: tuple[tuple[float, ...], ...] | None = None


@dataclass(frozen=True, slots=True)
class Forecast:
    """One forecast of one parameter at one station.

    Lead time h is the h-th hour after the issue time: `[issue_time + (h - 1) hours, issue_time + h hours)`.

    Attributes:
        station: Station id.
        parameter: Parameter code.
        issue_time: End of the newest hour that the model was shown, UTC.
        made_at: When the platform computed it, UTC.
        model_version: Registry version of the model.
        engine: What computed it.
        lead_hours: Lead times in hours, ascending.
        levels: Quantile levels in (0, 1), ascending.
        quantiles: One row a lead time, one value a level, in the canonical unit; never decreasing along a row. This is
            what is served.
        raw_quantiles: The same before the online calibration, from which the calibration learns; None where nothing was
            calibrated.
        station_group: Group of stations whose calibration was applied; the empty one is that of all stations.
        baselines: What it is compared with once the truth is known; None where nobody wrote that down.
    """

    station: str
    parameter: str
    issue_time: dt.datetime
    made_at: dt.datetime
    model_version: str
    engine: Engine
    lead_hours: tuple[int, ...]
    levels: tuple[float, ...]
    quantiles: tuple[tuple[float, ...], ...]
    raw_quantiles: tuple[tuple[float, ...], ...] | None = None
    station_group: str = ""
    baselines: Baselines | None = None


def same_forecast(one: Forecast, other: Forecast) -> bool:
    """Whether two forecasts of one series and issue time are the same model's answer to the same question.

    When they were made does not matter, nor what the online calibration had learned by then: a station that sends
    nothing more would else get another forecast of the same hours with every run.
    """
    return _answer(one) == _answer(other)


def _answer(forecast: Forecast) -> tuple[object, ...]:
    model = (forecast.model_version, forecast.engine, forecast.lead_hours, forecast.levels)
    return (*model, forecast.quantiles if forecast.raw_quantiles is None else forecast.raw_quantiles)
