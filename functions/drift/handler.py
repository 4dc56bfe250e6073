"""Lambda entry point: looks for drift, by schedule or on demand."""

from typing import Any

from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.drift.bootstrap import drift_watcher
from geoclimate.contracts.drift import DriftTrigger
from geoclimate.contracts.metrics import DRIFTS_DETECTED
from geoclimate.runtime.parse_event import parse_event
from geoclimate.runtime.telemetry import function_logger, function_metrics

logger = function_logger("drift")
metrics = function_metrics("drift")


@logger.inject_lambda_context
@metrics.log_metrics
def handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, Any]:
    """Take a schedule's event or a `DriftRequest`, give a `DriftResult`."""
    result = drift_watcher()(parse_event(DriftTrigger, event).request())
    metrics.add_metric("SeriesWatched", MetricUnit.Count, result.watched)
    metrics.add_metric("SeriesWaiting", MetricUnit.Count, result.waiting)
    metrics.add_metric("SeriesDrifting", MetricUnit.Count, result.drifting)
    metrics.add_metric(DRIFTS_DETECTED, MetricUnit.Count, result.new)
    logger.info("looked for drift", extra={"result": result.model_dump()})
    return result.model_dump(mode="json")
