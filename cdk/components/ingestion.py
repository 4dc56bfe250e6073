"""A provider's file: bucket, EventBridge, queue, function, and the quarantine for what cannot be read."""

import aws_cdk as cdk
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from cdk.components.access import acknowledge, allow, allow_items, allow_objects
from cdk.components.function import PythonFunction
from cdk.components.layers import Layers
from cdk.components.storage import Storage
from cdk.config import Stage
from cdk.function_sizes import FUNCTION_SIZES
from functions.ingest.settings import IngestSettings
from geoclimate.contracts.backfill import BACKFILL_PREFIX, BACKFILL_REPORTS_PREFIX
from geoclimate.contracts.lake import UPLOADED_TABLES
from geoclimate.contracts.report import OWN_SUFFIXES

_DELIVERIES_BEFORE_QUARANTINE = 3
_NO_ARRIVALS = (
    *(f"*{suffix}" for suffix in OWN_SUFFIXES),
    f"{BACKFILL_PREFIX}*",
    f"{BACKFILL_REPORTS_PREFIX}*",
)


class Ingestion(Construct):
    """Takes files in.

    Attributes:
        function: The ingest function.
        quarantine: Dead-letter queue: what could not be read at all, with its reason.
    """

    def __init__(self, scope: Construct, construct_id: str, *, stage: Stage, layers: Layers, storage: Storage) -> None:
        super().__init__(scope, construct_id)
        self.quarantine = sqs.Queue(
            self,
            "Quarantine",
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
            retention_period=cdk.Duration.days(14),
        )
        acknowledge(self.quarantine, "It is the dead-letter queue.", "AwsSolutions-SQS3")
        arrivals = sqs.Queue(
            self,
            "Arrivals",
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
            # AWS's advice: six times the function's timeout, so that a retried batch is not delivered twice.
            visibility_timeout=cdk.Duration.seconds(6 * FUNCTION_SIZES["ingest"].timeout_s),
            retention_period=cdk.Duration.days(4),
            dead_letter_queue=sqs.DeadLetterQueue(
                queue=self.quarantine, max_receive_count=_DELIVERIES_BEFORE_QUARANTINE
            ),
        )
        events.Rule(
            self,
            "Uploaded",
            description="A file in the uploads bucket, neither a report beside it nor a file of a backfill",
            event_pattern=events.EventPattern(
                source=["aws.s3"],
                detail_type=["Object Created"],
                detail={
                    "bucket": {"name": [storage.uploads.bucket_name]},
                    # The workflow takes the files of a backfill, a bounded number at once.
                    "object": {"key": events.Match.anything_but_wildcard(*_NO_ARRIVALS)},
                },
            ),
            targets=[targets.SqsQueue(arrivals)],
        )
        self.function = PythonFunction(
            self,
            "Ingest",
            stage=stage,
            layers=layers,
            name="ingest",
            description="Validates a provider's file and stores its observations",
            settings=IngestSettings,
            environment={**places_of(storage), "quarantine_queue_url": self.quarantine.queue_url},
        )
        role = self.function.role
        allow_taking_files(role, storage)
        allow(role, ["sqs:SendMessage"], [self.quarantine.queue_arn])
        allow(
            role,
            ["sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"],
            [arrivals.queue_arn],
        )
        mapping = lambda_.EventSourceMapping(
            self,
            "Deliveries",
            target=self.function.function,
            event_source_arn=arrivals.queue_arn,
            # Files of one batch would share the function's time, and one that outlasts it would take the others along.
            batch_size=1,
            # Without a bound a thousand files take all that the account may run at once, and more than it may run come
            # back to the queue as if they had failed, until they are quarantined.
            max_concurrency=stage.backfill_concurrency,
            report_batch_item_failures=True,
        )
        # Lambda tries the queue when the mapping is made; the grants must be there by then.
        mapping.node.add_dependency(role)


def places_of(storage: Storage) -> dict[str, str]:
    """The part of an environment that names where files are read from and written to."""
    return {
        "observations_table": storage.observations.table_name,
        "weather_table": storage.weather.table_name,
        "stations_table": storage.stations.table_name,
        "files_table": storage.files.table_name,
        "uploads_bucket": storage.uploads.bucket_name,
        "lake_bucket": storage.lake.bucket_name,
    }


def allow_taking_files(role: iam.Role, storage: Storage, *, prefix: str = "") -> None:
    """Let a role take in the files under a prefix of the uploads bucket: rows into the stores, reports beside them."""
    allow_items(role, ["BatchGetItem", "PutItem"], storage.observations)
    allow_items(role, ["GetItem", "PutItem"], storage.stations, storage.files)
    allow_items(role, ["BatchGetItem", "BatchWriteItem", "GetItem", "PutItem"], storage.weather)
    allow_objects(role, ["GetObject", "GetObjectVersion", "PutObject"], storage.uploads, storage.key, prefix=prefix)
    for table in UPLOADED_TABLES:
        allow_objects(role, ["PutObject"], storage.lake, storage.key, prefix=table.prefix)
    # Without it a missing report reads as "access denied" instead of "no such key".
    allow(role, ["s3:ListBucket"], [storage.uploads.bucket_arn])
