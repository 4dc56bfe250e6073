"""Lambda entry point: registers a trained model as a candidate and gives the gate's verdict."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.register.bootstrap import model_registrar
from geoclimate.contracts.workflows import RegisterRequest
from geoclimate.runtime.parse_event import parse_event
from geoclimate.runtime.telemetry import function_logger

logger = function_logger("register")


@logger.inject_lambda_context
def handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, Any]:
    """Take a `RegisterRequest`, give a `RegisterResult`."""
    request = parse_event(RegisterRequest, event)
    result = model_registrar()(request)
    logger.info(
        "candidate registered", extra={"version": result.version, "deploy": result.deploy, "reason": result.reason}
    )
    return result.model_dump(mode="json")
