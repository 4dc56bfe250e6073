"""Lambda entry point: finds the partitions of the lake that are worth compacting."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.survey.bootstrap import lake_surveyor
from geoclimate.contracts.workflows import SurveyRequest
from geoclimate.runtime.parse_event import parse_event
from geoclimate.runtime.telemetry import function_logger

logger = function_logger("survey")


@logger.inject_lambda_context
def handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, Any]:
    """Take a `SurveyRequest`, give a `SurveyResult`."""
    request = parse_event(SurveyRequest, event)
    result = lake_surveyor()(request)
    logger.info(
        "lake surveyed",
        extra={"partitions": len(result.partitions), "left": result.left, "small_files": result.small_files},
    )
    return result.model_dump(mode="json")
