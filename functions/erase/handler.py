"""Lambda entry point: erases an account from everywhere."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.erase.bootstrap import erasure_targets
from geoclimate.contracts.privacy import CountsResult, EraseAccountRequest
from geoclimate.runtime.parse_event import parse_event
from geoclimate.runtime.telemetry import function_logger
from geoclimate.services.erase_account import erase_account
from geoclimate.services.privacy_ports import Place

logger = function_logger("erase")


@logger.inject_lambda_context
def handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, Any]:
    """Take an `EraseAccountRequest`, give a `CountsResult`."""
    request = parse_event(EraseAccountRequest, event)
    place = Place(request.place.pk, request.place.sk)
    counts = erase_account(erasure_targets(), request.account, place, last=request.last)
    # Whose they were is not for the log, which outlives them.
    logger.info("account erased", extra={"counts": dict(counts), "last": request.last})
    return CountsResult(counts=dict(counts)).model_dump(mode="json")
