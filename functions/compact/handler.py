"""Lambda entry point: one round of putting the small files of a partition of the lake together."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.compact.bootstrap import partition_compactor
from geoclimate.contracts.workflows import CompactRequest
from geoclimate.runtime.parse_event import parse_event
from geoclimate.runtime.telemetry import function_logger

logger = function_logger("compact")


@logger.inject_lambda_context
def handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, Any]:
    """Take a `CompactRequest`, give a `CompactResult`."""
    request = parse_event(CompactRequest, event)
    result = partition_compactor()(request)
    logger.info("partition compacted", extra={"progress": result.model_dump()})
    return result.model_dump(mode="json")
