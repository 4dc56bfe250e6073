"""Lambda entry point: writes the report of a backfill."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.conclude.bootstrap import backfill_concluder
from geoclimate.contracts.backfill import ConcludeRequest
from geoclimate.runtime.parse_event import parse_event
from geoclimate.runtime.telemetry import function_logger

logger = function_logger("conclude")


@logger.inject_lambda_context
def handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, Any]:
    """Take a `ConcludeRequest`, give `BackfillFigures`."""
    figures = backfill_concluder()(parse_event(ConcludeRequest, event))
    logger.info("backfill concluded", extra={"report_key": figures.report_key, "files": figures.files.model_dump()})
    return figures.model_dump(mode="json")
