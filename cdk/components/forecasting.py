"""Forecasts are made ahead, by a schedule; a request never runs a model."""

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from constructs import Construct

from cdk.components.access import allow, allow_items, allow_objects
from cdk.components.function import PythonFunction
from cdk.components.layers import Layers
from cdk.components.storage import Storage
from cdk.components.training import REGISTERED
from cdk.config import FORECAST_TARGET, Stage
from functions.forecast.settings import ForecastSettings
from geoclimate.contracts.metrics import FALLBACK_FORECASTS, METRICS_NAMESPACE


class Forecasting(Construct):
    """The scheduled forecast.

    Attributes:
        function: The forecast function; it may also be invoked by hand.
        fallbacks: Forecasts that the endpoint did not make, in one period of the schedule.
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
            description="Asks the endpoint, or who answers in its place, for every station's next hours",
            settings=ForecastSettings,
            environment={
                "observations_table": storage.observations.table_name,
                "weather_table": storage.weather.table_name,
                "stations_table": storage.stations.table_name,
                "forecasts_table": storage.forecasts.table_name,
                "verification_table": storage.verification.table_name,
                "models_table": storage.models.table_name,
                "circuits_table": storage.circuits.table_name,
                "artifacts_bucket": storage.artifacts.bucket_name,
                "endpoint_name": stage.endpoint_name,
                "target": FORECAST_TARGET,
            },
        )
        role = self.function.role
        allow_items(role, ["GetItem", "Query"], storage.stations)
        allow_items(role, ["Query"], storage.observations, storage.weather)
        allow_items(role, ["PutItem", "Query"], storage.forecasts)
        allow_items(role, ["GetItem", "PutItem"], storage.verification)
        allow_items(role, ["GetItem"], storage.models)
        allow_items(role, ["GetItem", "PutItem"], storage.circuits)
        allow_objects(role, ["GetObject"], storage.artifacts, storage.key, prefix=REGISTERED)
        # Without it a missing file reads as "access denied" instead of "no such key".
        allow(role, ["s3:ListBucket"], [storage.artifacts.bucket_arn])
        endpoint = cdk.Stack.of(self).format_arn(
            service="sagemaker", resource="endpoint", resource_name=stage.endpoint_name
        )
        allow(role, ["sagemaker:InvokeEndpoint"], [endpoint])
        self.fallbacks = cloudwatch.Metric(
            namespace=METRICS_NAMESPACE,
            metric_name=FALLBACK_FORECASTS,
            dimensions_map={"service": self.function.function.function_name},
            statistic="Sum",
            period=cdk.Duration.minutes(stage.forecast_every_minutes),
        )
        events.Rule(
            self,
            "Schedule",
            description="Makes forecasts ahead",
            schedule=events.Schedule.rate(cdk.Duration.minutes(stage.forecast_every_minutes)),
            targets=[targets.LambdaFunction(self.function.function, event=events.RuleTargetInput.from_object({}))],
        )
