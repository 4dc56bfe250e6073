"""Forecasts as answers show them."""

import datetime as dt
from typing import Final

from pydantic_core import to_json

from geoclimate.contracts.forecasts import (
    ExceedanceAnswer,
    ForecastAnswer,
    ForecastQuantileAnswer,
    ForecastViewRequest,
    LeadTimeAnswer,
    LineageAnswer,
    LineageModelAnswer,
    LiveCoverageAnswer,
)
from geoclimate.contracts.lead_hours import lead_range
from geoclimate.domain.exceedance import Exceedance
from geoclimate.domain.forecast_ids import forecast_id
from geoclimate.domain.forecasts import Forecast
from geoclimate.domain.models import ModelRecord
from geoclimate.services.live_coverage import LiveCoverage, LiveCoverages
from geoclimate.services.read_forecast import CurrentForecast, ExpectedHour, ForecastView

FORECAST_SECONDS: Final = 60
"""How long a caller may take a forecast for the newest: new ones come once an hour."""


def view_of(query: ForecastViewRequest) -> ForecastView:
    """What a query asks to be shown."""
    return ForecastView(query.level, None if query.lead_hours is None else lead_range(query.lead_hours), query.exceed)


def forecast_answer(
    current: CurrentForecast, view: ForecastView, unit: str, coverages: LiveCoverages
) -> ForecastAnswer:
    """A forecast, as it was asked for."""
    forecast = current.forecast
    coverage = coverages.of(forecast, view.level)
    return {
        "id": forecast_id(forecast),
        "station": forecast.station,
        "parameter": forecast.parameter,
        "unit": unit,
        "issue_time": forecast.issue_time,
        "made_at": forecast.made_at,
        "model_version": forecast.model_version,
        "engine": forecast.engine,
        "stale": current.stale,
        "stale_after": current.stale_after,
        "interval_level": view.level,
        "coverage": _coverage(coverage) if isinstance(coverage, LiveCoverage) else None,
        "coverage_null_reason": None if isinstance(coverage, LiveCoverage) else coverage,
        "exceed": view.exceed,
        "lead_times": [_lead_time(hour) for hour in current.hours],
    }


def lineage_answer(forecast: Forecast, model: ModelRecord | None) -> LineageAnswer:
    """Where a forecast came from."""
    return {
        "engine": forecast.engine,
        "model": None if model is None else _model(model),
        "inputs": {
            "until": forecast.issue_time,
            "last_value": None if forecast.baselines is None else forecast.baselines.persistence,
            "calibrated": forecast.raw_quantiles is not None,
            "station_group": forecast.station_group or None,
        },
    }


def written(answer: ForecastAnswer) -> bytes:
    """An answer as JSON; the same content gives the same bytes."""
    return to_json(answer)


def _lead_time(hour: ExpectedHour) -> LeadTimeAnswer:
    quantiles: list[ForecastQuantileAnswer] = [{"level": level, "value": value} for level, value in hour.quantiles]
    return {
        "lead_hours": hour.lead_hours,
        "start": hour.start,
        "end": hour.end,
        "median": hour.median,
        "lower": hour.lower,
        "upper": hour.upper,
        "quantiles": quantiles,
        "exceedance": None if hour.exceedance is None else _exceedance(hour.exceedance),
    }


def _exceedance(found: Exceedance) -> ExceedanceAnswer:
    return {
        "probability": None if found.probability is None else round(found.probability, 6),
        "at_least": round(found.at_least, 6),
        "at_most": round(found.at_most, 6),
    }


def _coverage(coverage: LiveCoverage) -> LiveCoverageAnswer:
    return {
        "share": coverage.inside / coverage.hours,
        "hours": coverage.hours,
        "inside": coverage.inside,
        "months": [_month(one) for one in coverage.months],
    }


def _month(first: dt.date) -> str:
    return f"{first:%Y-%m}"


def _model(model: ModelRecord) -> LineageModelAnswer:
    return {
        "version": model.version,
        "stage": model.stage,
        "registered_at": model.created_at,
        "artifact_digest": model.artifact_digest,
        "light_model_digest": model.light_model_digest,
        "climatology_digest": model.climatology_digest,
        "dataset_digest": model.dataset_digest,
        "code_digest": model.code_digest,
        "test_start": model.evaluation.test_start,
        "test_end": model.evaluation.test_end,
        "test_mae": model.evaluation.mae,
        "test_coverage": model.evaluation.coverage,
    }
