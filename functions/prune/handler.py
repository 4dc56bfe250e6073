"""Lambda entry point: deletes what was made to serve models that nothing goes back to."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.prune.bootstrap import hosting_pruner
from geoclimate.contracts.workflows import PruneRequest
from geoclimate.runtime.parse_event import parse_event
from geoclimate.runtime.telemetry import function_logger

logger = function_logger("prune")


@logger.inject_lambda_context
def handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, Any]:
    """Take a `PruneRequest`, give a `PruneResult`."""
    request = parse_event(PruneRequest, event)
    result = hosting_pruner()(request)
    logger.info(
        "hosting pruned",
        extra={"configurations": result.configurations, "models": result.models, "left": result.left},
    )
    return result.model_dump(mode="json")
