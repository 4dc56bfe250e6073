"""The watch for drift: every day, and the event that asks for training."""

from typing import Final

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from constructs import Construct

from cdk.components.access import allow, allow_items, allow_objects
from cdk.components.function import PythonFunction
from cdk.components.layers import Layers
from cdk.components.storage import Storage
from cdk.config import FORECAST_TARGET, Stage
from functions.drift.settings import DriftSettings
from geoclimate.contracts.drift import DRIFT_DETAIL_TYPE, DRIFT_PREFIX, DRIFT_SOURCE
from geoclimate.contracts.metrics import DRIFTS_DETECTED, METRICS_NAMESPACE

_DAY: Final = cdk.Duration.days(1)


class Drift(Construct):
    """The scheduled watch for drift.

    Attributes:
        function: The drift function; it may also be invoked by hand.
        detected: Drifts that the runs of a day noticed.
    """

    def __init__(self, scope: Construct, construct_id: str, *, stage: Stage, layers: Layers, storage: Storage) -> None:
        super().__init__(scope, construct_id)
        self.function = PythonFunction(
            self,
            "Watch",
            stage=stage,
            layers=layers,
            name="drift",
            description="Looks for drift in what the stations measure",
            settings=DriftSettings,
            environment={
                "observations_table": storage.observations.table_name,
                "stations_table": storage.stations.table_name,
                "artifacts_bucket": storage.artifacts.bucket_name,
                "target": FORECAST_TARGET,
            },
        )
        role = self.function.role
        allow_items(role, ["Query"], storage.stations, storage.observations)
        allow_objects(role, ["GetObject", "PutObject"], storage.artifacts, storage.key, prefix=DRIFT_PREFIX)
        # Without it a missing object reads as "access denied" instead of "no such key".
        allow(role, ["s3:ListBucket"], [storage.artifacts.bucket_arn])
        bus = cdk.Stack.of(self).format_arn(service="events", resource="event-bus", resource_name="default")
        # AWS says of every event what it is; the local cloud does not, and would refuse it without "if exists".
        only_drift = {"events:source": DRIFT_SOURCE, "events:detail-type": DRIFT_DETAIL_TYPE}
        allow(role, ["events:PutEvents"], [bus], conditions={"StringEqualsIfExists": only_drift})
        self.detected = cloudwatch.Metric(
            namespace=METRICS_NAMESPACE,
            metric_name=DRIFTS_DETECTED,
            dimensions_map={"service": self.function.function.function_name},
            statistic="Sum",
            period=_DAY,
        )
        events.Rule(
            self,
            "Schedule",
            description="Looks for drift",
            schedule=events.Schedule.rate(cdk.Duration.hours(stage.drift_every_hours)),
            targets=[targets.LambdaFunction(self.function.function, event=events.RuleTargetInput.from_object({}))],
        )
