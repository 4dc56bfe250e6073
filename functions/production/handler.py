"""Lambda entry point: tells the training workflow which model a candidate is compared with."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.production.bootstrap import production_finder
from geoclimate.contracts.workflows import ProductionRequest
from geoclimate.runtime.parse_event import parse_event
from geoclimate.runtime.telemetry import function_logger

logger = function_logger("production")


@logger.inject_lambda_context
def handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, Any]:
    """Take a `ProductionRequest`, give a `ProductionResult`."""
    request = parse_event(ProductionRequest, event)
    result = production_finder()(request)
    logger.info("production found", extra={"version": result.version})
    return result.model_dump(mode="json")
