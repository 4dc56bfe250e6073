"""Forecasts are made ahead, by a schedule; a request never runs a model."""

import aws_cdk as cdk
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from constructs import Construct

from cdk.components.access import allow, allow_items
from cdk.components.function import PythonFunction
from cdk.components.layers import Layers
from cdk.components.storage import Storage
from cdk.config import FORECAST_TARGET, Stage
from functions.forecast.settings import ForecastSettings


class Forecasting(Construct):
    """The scheduled forecast.

    Attributes:
        function: The forecast function; it may also be invoked by hand.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        stage: Stage,
        layers: Layers,
        storage: Storage,
    ) -> None:
        super().__init__(scope, construct_id)
        self.function = PythonFunction(
            self,
            "Forecast",
            stage=stage,
            layers=layers,
            name="forecast",
            description="Asks the endpoint for every station's next hours and stores the answer",
            settings=ForecastSettings,
            environment={
                "observations_table": storage.observations.table_name,
                "stations_table": storage.stations.table_name,
                "forecasts_table": storage.forecasts.table_name,
                "verification_table": storage.verification.table_name,
                "endpoint_name": stage.endpoint_name,
                "target": FORECAST_TARGET,
            },
        )
        role = self.function.role
        allow_items(role, ["GetItem", "Query"], storage.stations)
        allow_items(role, ["Query"], storage.observations)
        allow_items(role, ["PutItem", "Query"], storage.forecasts)
        allow_items(role, ["PutItem"], storage.verification)
        endpoint = cdk.Stack.of(self).format_arn(
            service="sagemaker", resource="endpoint", resource_name=stage.endpoint_name
        )
        allow(role, ["sagemaker:InvokeEndpoint"], [endpoint])
        events.Rule(
            self,
            "Schedule",
            description="Makes forecasts ahead",
            schedule=events.Schedule.rate(cdk.Duration.minutes(stage.forecast_every_minutes)),
            targets=[targets.LambdaFunction(self.function.function, event=events.RuleTargetInput.from_object({}))],
        )
