"""Lambda entry point: writes a table's items back from a verified backup, or tries it in the scratch table."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.restore.bootstrap import table_restorer
from geoclimate.contracts.workflows import RestoreRequest
from geoclimate.runtime.parse_event import parse_event
from geoclimate.runtime.telemetry import function_logger

logger = function_logger("restore")


@logger.inject_lambda_context
def handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, Any]:
    """Take a `RestoreRequest`, give a `RestoreResult`."""
    request = parse_event(RestoreRequest, event)
    result = table_restorer()(request)
    logger.info(
        "restored",
        extra={"table": result.table, "into": request.into, "items": result.items, "matched": result.matched},
    )
    return result.model_dump(mode="json")
