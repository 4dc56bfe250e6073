"""Lambda entry point: asks a newly deployed endpoint for real forecasts."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.smoke.bootstrap import endpoint_tester
from geoclimate.contracts.workflows import SmokeRequest
from geoclimate.runtime.parse_event import parse_event
from geoclimate.runtime.telemetry import function_logger

logger = function_logger("smoke")


@logger.inject_lambda_context
def handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, Any]:
    """Take a `SmokeRequest`, give a `SmokeResult`."""
    request = parse_event(SmokeRequest, event)
    result = endpoint_tester()(request)
    logger.info("endpoint answered", extra={"version": result.version, "windows": result.windows})
    return result.model_dump(mode="json")
