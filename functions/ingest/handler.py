"""Lambda entry point: takes uploads in from their queue; a message that fails alone is delivered again alone."""

from typing import Any

from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.ingest.bootstrap import upload_receiver
from geoclimate.runtime.telemetry import function_logger, function_metrics

logger = function_logger("ingest")
metrics = function_metrics("ingest")
processor = BatchProcessor(event_type=EventType.SQS)


def take(record: SQSRecord) -> None:
    """Take one upload in; an error makes its message come again."""
    try:
        outcome = upload_receiver()(record.body)
    except Exception:
        logger.exception("upload failed, its message comes again", extra={"message_id": record.message_id})
        metrics.add_metric("FilesFailed", MetricUnit.Count, 1)
        raise
    logger.info("upload handled", extra=outcome.summary)
    metrics.add_metric("FilesQuarantined", MetricUnit.Count, 0 if outcome.quarantined is None else 1)
    if outcome.report is not None:
        metrics.add_metric("RowsAccepted", MetricUnit.Count, outcome.report.rows.accepted)
        metrics.add_metric("RowsRefused", MetricUnit.Count, outcome.report.rows.refused)
    metrics.add_metric("Files" + outcome.status.title().replace("_", ""), MetricUnit.Count, 1)


@logger.inject_lambda_context
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> PartialItemFailureResponse:
    """Take an SQS batch of `UploadEvent`s, give the messages that must come again."""
    return process_partial_response(event=event, record_handler=take, processor=processor, context=context)
