"""Lambda entry point: writes everything that is kept of an account into one file."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.export.bootstrap import export_sources
from geoclimate.contracts.privacy import CountsResult, ExportAccountRequest
from geoclimate.runtime.parse_event import parse_event
from geoclimate.runtime.telemetry import function_logger
from geoclimate.services.export_account import export_account
from geoclimate.services.privacy_ports import Place

logger = function_logger("export")


@logger.inject_lambda_context
def handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, Any]:
    """Take an `ExportAccountRequest`, give a `CountsResult`."""
    request = parse_event(ExportAccountRequest, event)
    place = Place(request.place.pk, request.place.sk)
    counts = export_account(export_sources(), request.account, request.receipt, place)
    # Whose they are is not for the log: it would outlive an erasure.
    logger.info("account exported", extra={"counts": dict(counts)})
    return CountsResult(counts=dict(counts)).model_dump(mode="json")
