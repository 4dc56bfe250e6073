"""Forecasts are scored against what was observed later, and taken to the lake, by a schedule."""

import aws_cdk as cdk
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from constructs import Construct

from cdk.components.access import allow_items, allow_objects
from cdk.components.function import PythonFunction
from cdk.components.layers import Layers
from cdk.components.storage import Storage
from cdk.config import Stage
from functions.verify.settings import VerifySettings
from geoclimate.contracts.lake import FORECASTS


class Verification(Construct):
    """The scheduled verification.

    Attributes:
        function: The verify function; it may also be invoked by hand.
    """

    def __init__(self, scope: Construct, construct_id: str, *, stage: Stage, layers: Layers, storage: Storage) -> None:
        super().__init__(scope, construct_id)
        self.function = PythonFunction(
            self,
            "Verify",
            stage=stage,
            layers=layers,
            name="verify",
            description="Scores forecasts against what was observed later and takes them to the lake",
            settings=VerifySettings,
            environment={
                "forecasts_table": storage.forecasts.table_name,
                "observations_table": storage.observations.table_name,
                "verification_table": storage.verification.table_name,
                "lake_bucket": storage.lake.bucket_name,
            },
        )
        role = self.function.role
        # What was issued can be read here and not changed.
        allow_items(role, ["BatchGetItem"], storage.forecasts)
        allow_items(role, ["Query"], storage.observations)
        # Deleting items in a transaction and in a batch are rights of their own.
        allow_items(
            role,
            ["BatchGetItem", "BatchWriteItem", "DeleteItem", "GetItem", "PutItem", "Query"],
            storage.verification,
        )
        allow_objects(role, ["PutObject"], storage.lake, storage.key, prefix=FORECASTS.prefix)
        events.Rule(
            self,
            "Schedule",
            description="Scores forecasts whose last hour is over",
            schedule=events.Schedule.rate(cdk.Duration.minutes(stage.verify_every_minutes)),
            targets=[targets.LambdaFunction(self.function.function, event=events.RuleTargetInput.from_object({}))],
        )
