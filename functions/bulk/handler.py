"""Lambda entry point: does one step of a job."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.bulk.bootstrap import job_runner
from geoclimate.contracts.jobs import JobStepRequest
from geoclimate.runtime.parse_event import parse_event
from geoclimate.runtime.telemetry import function_logger

logger = function_logger("bulk")


@logger.inject_lambda_context
def handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, Any]:
    """Take a `JobStepRequest`, give a `JobStepResult`."""
    request = parse_event(JobStepRequest, event)
    result = job_runner().step(request)
    # Whose job it is is not for the log: it would outlive an erasure.
    logger.info("step done", extra={"job": request.job, "next": result.next})
    return result.model_dump(mode="json")
