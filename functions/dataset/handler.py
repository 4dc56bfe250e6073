"""Lambda entry point: freezes the stored observations of a parameter into a training data set."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.dataset.bootstrap import dataset_builder
from geoclimate.contracts.workflows import DatasetRequest
from geoclimate.runtime.parse_event import parse_event
from geoclimate.runtime.telemetry import function_logger

logger = function_logger("dataset")


@logger.inject_lambda_context
def handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, Any]:
    """Take a `DatasetRequest`, give a `DatasetResult`."""
    request = parse_event(DatasetRequest, event)
    result = dataset_builder()(request)
    logger.info("data set written", extra={"uri": result.uri, "stations": result.stations, "hours": result.hours})
    return result.model_dump(mode="json")
