"""Lambda entry point: lists the files of a backfill for the Distributed Map."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.plan.bootstrap import backfill_planner
from geoclimate.contracts.backfill import PlanRequest
from geoclimate.runtime.parse_event import parse_event
from geoclimate.runtime.telemetry import function_logger

logger = function_logger("plan")


@logger.inject_lambda_context
def handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, Any]:
    """Take a `PlanRequest`, give a `BackfillPlan`."""
    plan = backfill_planner()(parse_event(PlanRequest, event))
    logger.info("backfill planned", extra=plan.model_dump())
    return plan.model_dump(mode="json")
