"""Lambda entry point: scores what can be scored, by schedule or on demand."""

import datetime as dt
from typing import Any, Final

from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.verify.bootstrap import verification
from geoclimate.contracts.verification import VerifyTrigger
from geoclimate.domain.errors import IntegrityError, Unavailable
from geoclimate.runtime.clock import utc_now
from geoclimate.runtime.parse_event import parse_event
from geoclimate.runtime.telemetry import function_logger

RESERVE: Final = dt.timedelta(seconds=60)
"""What is kept of a call's time for the batch that is under way when the rest is over."""

logger = function_logger("verify")


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Take a schedule's event or a `VerifyRequest`, give a `VerifyResult`."""
    request = parse_event(VerifyTrigger, event).request()
    until = utc_now() + dt.timedelta(milliseconds=context.get_remaining_time_in_millis()) - RESERVE
    try:
        result = verification()(request, until)
    except (IntegrityError, Unavailable):
        logger.exception("verification broke off; what was settled stays, and the next run goes on")
        raise
    logger.info("forecasts verified", extra={"result": result.model_dump()})
    return result.model_dump(mode="json")
