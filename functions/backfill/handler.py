"""Lambda entry point: takes one file of a backfill in."""

from typing import Any

from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.backfill.bootstrap import file_taker
from geoclimate.contracts.backfill import PlannedFile
from geoclimate.runtime.parse_event import parse_event
from geoclimate.runtime.telemetry import function_logger, function_metrics

logger = function_logger("backfill")
metrics = function_metrics("backfill")


@logger.inject_lambda_context
@metrics.log_metrics
def handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, Any]:
    """Take a `PlannedFile`, give a `FileResult`."""
    try:
        result = file_taker()(parse_event(PlannedFile, event).key)
    except Exception:
        metrics.add_metric("FilesFailed", MetricUnit.Count, 1)
        raise
    logger.info("file handled", extra=result.model_dump(exclude={"problem"}))
    metrics.add_metric("RowsAccepted", MetricUnit.Count, result.rows.accepted)
    metrics.add_metric("RowsRefused", MetricUnit.Count, result.rows.refused)
    metrics.add_metric("Files" + result.status.title().replace("_", ""), MetricUnit.Count, 1)
    return result.model_dump(mode="json")
