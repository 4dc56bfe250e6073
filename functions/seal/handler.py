"""Lambda entry point: signs a backup's manifest, and later the mark that the backup is good."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.seal.bootstrap import backup_sealer
from geoclimate.contracts.workflows import SealEvent
from geoclimate.runtime.parse_event import parse_event
from geoclimate.runtime.telemetry import function_logger

logger = function_logger("seal")


@logger.inject_lambda_context
def handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, Any]:
    """Take a `SealRequest` or `ConfirmRequest`, give a `SealResult`."""
    request = parse_event(SealEvent, event)
    result = backup_sealer()(request.root)
    logger.info("signed", extra={"key": result.key, "items": result.items})
    return result.model_dump(mode="json")
