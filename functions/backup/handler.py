"""Lambda entry point: takes the finished export of one table into a backup."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.backup.bootstrap import export_collector
from geoclimate.contracts.workflows import BackupTableRequest
from geoclimate.runtime.parse_event import parse_event
from geoclimate.runtime.telemetry import function_logger

logger = function_logger("backup")


@logger.inject_lambda_context
def handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, Any]:
    """Take a `BackupTableRequest`, give a `TableExport`."""
    request = parse_event(BackupTableRequest, event)
    export = export_collector()(request)
    logger.info(
        "export collected",
        extra={"table": export.table, "items": export.items, "files": len(export.keys)},
    )
    return export.model_dump(mode="json")
