"""Where a forecast came from: its model, and the data and code of which that was made, and who decided about it."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from geoclimate.domain.decisions import Decision
from geoclimate.domain.errors import IntegrityError, NoForecast
from geoclimate.domain.forecasts import Forecast
from geoclimate.domain.models import ModelRecord
from geoclimate.services.model_registry import ModelRegistry
from geoclimate.services.ports import ForecastStore


@dataclass(frozen=True, slots=True)
class Lineage:
    """The origin of one forecast.

    Attributes:
        forecast: As it was stored; its engine says which part of the model computed it.
        model: The model's record: artifact, data and code digests, evaluation with the members' scores.
        decisions: What was decided about the model, the oldest first.
    """

    forecast: Forecast
    model: ModelRecord
    decisions: Sequence[Decision]


def trace_forecast(
    forecasts: ForecastStore, registry: ModelRegistry, station: str, parameter: str, issue_time: dt.datetime | None
) -> Lineage:
    """Follow a stored forecast back to the model that made it.

    Args:
        forecasts: Where forecasts are stored.
        registry: Where models are.
        station: Station id.
        parameter: Parameter code.
        issue_time: The forecast's, or None for the newest one.

    Raises:
        NoForecast: There is no such forecast.
        IntegrityError: The registry does not know the model that the forecast names.
    """
    if issue_time is None:
        forecast = forecasts.latest(station, parameter)
    else:
        forecast = forecasts.issued_at(station, parameter, issue_time)
    if forecast is None:
        when = "" if issue_time is None else f" issued at {issue_time:%Y-%m-%dT%H:%M:%SZ}"
        raise NoForecast(f"there is no forecast of '{parameter}' at station '{station}'{when}")
    model = registry.get(parameter, forecast.model_version)
    if model is None:
        raise IntegrityError(
            f"the forecast of '{parameter}' at station '{station}' names the model {forecast.model_version}, which the "
            "registry does not know"
        )
    return Lineage(forecast, model, registry.decisions(parameter, model.version))
