"""Lambda entry point: makes forecasts ahead, by schedule or on demand."""

from typing import Any

from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.forecast.bootstrap import forecast_issuer
from geoclimate.contracts.events import ForecastTrigger
from geoclimate.contracts.metrics import FALLBACK_FORECASTS
from geoclimate.domain.errors import GeoClimateError
from geoclimate.domain.forecasts import ENGINES
from geoclimate.runtime.parse_event import parse_event
from geoclimate.runtime.telemetry import function_logger, function_metrics

logger = function_logger("forecast")
metrics = function_metrics("forecast")


@logger.inject_lambda_context
@metrics.log_metrics
def handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, Any]:
    """Take a schedule's event or a `ForecastRequest`, give a `ForecastResult`."""
    try:
        result = forecast_issuer()(parse_event(ForecastTrigger, event).request())
    except GeoClimateError:
        logger.exception("not every forecast was written")
        metrics.add_metric("RunsFailed", MetricUnit.Count, 1)
        raise
    if result.troubles:
        logger.warning("forecasts were made in another way than planned", extra={"troubles": result.troubles})
    logger.info(
        "forecasts written",
        extra={"written": result.written, "engines": result.engines, "kept": result.kept, "skipped": result.skipped},
    )
    metrics.add_metric("ForecastsWritten", MetricUnit.Count, result.written)
    metrics.add_metric(FALLBACK_FORECASTS, MetricUnit.Count, result.written - result.engines.get(ENGINES[0], 0))
    return result.model_dump(mode="json")
