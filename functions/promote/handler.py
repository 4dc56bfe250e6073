"""Lambda entry point: moves a model to its next stage."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.promote.bootstrap import model_promoter
from geoclimate.contracts.workflows import PromoteRequest
from geoclimate.runtime.parse_event import parse_event
from geoclimate.runtime.telemetry import function_logger

logger = function_logger("promote")


@logger.inject_lambda_context
def handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, Any]:
    """Take a `PromoteRequest`, give a `PromoteResult`."""
    request = parse_event(PromoteRequest, event)
    result = model_promoter()(request)
    logger.info(
        "stage decided",
        extra={"version": result.version, "stage": result.stage, "reason": request.reason, "who": request.who},
    )
    return result.model_dump(mode="json")
