"""Lambda entry point: ends expired keys, by schedule."""

from typing import Any

from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.expire.bootstrap import key_sweep
from geoclimate.runtime.telemetry import function_logger, function_metrics

logger = function_logger("expire")
metrics = function_metrics("expire")


@logger.inject_lambda_context
@metrics.log_metrics
def handler(_event: dict[str, Any], _context: LambdaContext) -> dict[str, Any]:
    """Take a schedule's event, which says nothing, and give how many keys ended and whether more wait."""
    result = key_sweep()()
    metrics.add_metric("KeysEnded", MetricUnit.Count, len(result.ended))
    # Ids open nothing; a key's value is known to nobody but its owner.
    logger.info("ended expired keys", extra={"keys": result.ended, "more": result.more})
    return {"ended": len(result.ended), "more": result.more}
