"""Keys that have ended are taken from the gateway, by a schedule."""

import aws_cdk as cdk
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from constructs import Construct

from cdk.components.access import allow_items
from cdk.components.function import PythonFunction
from cdk.components.gateway_access import allow_key_deletion
from cdk.components.layers import Layers
from cdk.components.storage import Storage
from cdk.config import Stage
from functions.expire.settings import ExpireSettings


class KeyExpiry(Construct):
    """The scheduled end of keys.

    Attributes:
        function: The expire function; it may also be invoked by hand.
    """

    def __init__(self, scope: Construct, construct_id: str, *, stage: Stage, layers: Layers, storage: Storage) -> None:
        super().__init__(scope, construct_id)
        self.function = PythonFunction(
            self,
            "Expire",
            stage=stage,
            layers=layers,
            name="expire",
            description="Takes keys that have ended by themselves from the gateway",
            settings=ExpireSettings,
            environment={"accounts_table": storage.accounts.table_name},
        )
        role = self.function.role
        allow_items(role, ["DeleteItem", "GetItem", "Query", "UpdateItem"], storage.accounts)
        allow_key_deletion(role)
        events.Rule(
            self,
            "Schedule",
            description="Ends expired keys",
            schedule=events.Schedule.rate(cdk.Duration.minutes(stage.expire_every_minutes)),
            targets=[targets.LambdaFunction(self.function.function, event=events.RuleTargetInput.from_object({}))],
        )
