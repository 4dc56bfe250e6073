"""Lambda entry point: makes forecasts ahead, by schedule or on demand."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.forecast.bootstrap import forecast_maker
from geoclimate.contracts.events import ForecastTrigger
from geoclimate.domain.errors import ModelRejected, Unavailable
from geoclimate.runtime.parse_event import parse_event
from geoclimate.runtime.telemetry import function_logger

logger = function_logger("forecast")


@logger.inject_lambda_context
def handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, Any]:
    """Take a schedule's event or a `ForecastRequest`, give a `ForecastResult`."""
    request = parse_event(ForecastTrigger, event).request()
    try:
        result = forecast_maker()(request)
    except (ModelRejected, Unavailable):
        logger.exception("no forecast was written")
        raise
    logger.info("forecasts written", extra={"written": result.written, "skipped": result.skipped})
    return result.model_dump(mode="json")
