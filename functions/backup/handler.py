"""Lambda entry point: exports one table, or goes on with its export."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext
from geoclimate.contracts.workflows import BackupTableRequest
from geoclimate.runtime.parse_event import parse_event
from geoclimate.runtime.telemetry import function_logger

from functions.backup.bootstrap import table_exporter

logger = function_logger("backup")


@logger.inject_lambda_context
def handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, Any]:
    """Take a `BackupTableRequest`, give an `ExportProgress`."""
    request = parse_event(BackupTableRequest, event)
    result = table_exporter()(request)
    logger.info(
        "table exported",
        extra={"table": result.export.table, "items": result.export.items, "ended": result.cursor is None},
    )
    return result.model_dump(mode="json")
