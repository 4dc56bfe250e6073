"""How a model gets to the endpoint: staging, a tenth of the traffic under watch, then all of it, or back."""

from collections.abc import Sequence
from typing import Final

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_iam as iam
from constructs import Construct

from cdk.components.access import allow, allow_objects
from cdk.components.function import PythonFunction
from cdk.components.sagemaker_access import allow_passing, container_image, sagemaker_arn, sagemaker_role
from cdk.components.storage import Storage
from cdk.components.workflow import Workflow
from cdk.config import FORECAST_TARGET, Stage

MODELS: Final = "models/"
CANARY: Final = "Canary"
"""Name of the variant that a new model has while it is tried; the workflow's file names it too."""
_PERIOD: Final = cdk.Duration.minutes(1)


class Deployment(Construct):
    """The deployment workflow, the alarms that it watches, and the role of the serving containers.

    Attributes:
        workflow: The state machine.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        stage: Stage,
        storage: Storage,
        promote: PythonFunction,
        smoke: PythonFunction,
        forecast: PythonFunction,
    ) -> None:
        super().__init__(scope, construct_id)
        self._stage = stage
        endpoint_role = sagemaker_role(self, "EndpointRole", stage=stage, what="endpoint", log_folder="Endpoints")
        allow_objects(endpoint_role, ["GetObject"], storage.artifacts, storage.key, prefix=MODELS)
        errors, model_errors, latency = self._alarms()
        canary = stage.endpoint.canary
        self.workflow = Workflow(
            self,
            "Workflow",
            stage=stage,
            file="deployment.asl.json",
            description="Puts a model on the endpoint, and takes it back if it does not hold",
            substitutions={
                "ArtifactsBucket": storage.artifacts.bucket_name,
                "CanaryLooks": str(canary.looks),
                "CanaryLookSeconds": str(canary.every_s),
                "EndpointInstanceCount": str(stage.endpoint.min_instances),
                "EndpointInstanceType": stage.endpoint.instance_type,
                "EndpointName": stage.endpoint_name,
                "EndpointRoleArn": endpoint_role.role_arn,
                "ErrorsAlarm": errors.alarm_name,
                "ForecastFunctionArn": forecast.function.function_arn,
                "InferenceImage": container_image(self, stage.endpoint.image),
                "LatencyAlarm": latency.alarm_name,
                "ModelErrorsAlarm": model_errors.alarm_name,
                "NamePrefix": stage.prefix,
                "PromoteFunctionArn": promote.function.function_arn,
                "Region": cdk.Stack.of(self).region,
                "SmokeFunctionArn": smoke.function.function_arn,
                "Target": FORECAST_TARGET,
            },
            functions=[promote, smoke, forecast],
        )
        self._allow_sagemaker(self.workflow.role, endpoint_role)
        allow(
            self.workflow.role,
            ["cloudwatch:DescribeAlarms"],
            [
                cdk.Stack.of(self).format_arn(
                    service="cloudwatch",
                    resource="alarm",
                    resource_name="*",
                    arn_format=cdk.ArnFormat.COLON_RESOURCE_NAME,
                )
            ],
            wildcard_reason="CloudWatch asks for the right to describe all alarms, whichever are named.",
        )

    def _alarms(self) -> Sequence[cloudwatch.Alarm]:
        """Alarms on the variant of a new model; without one they have no data, and are silent."""
        return [
            self._alarm("CanaryErrors", "Invocation5XXErrors", "Sum", 0, "The new model's answers were server errors"),
            self._alarm("CanaryModelErrors", "InvocationModelErrors", "Sum", 0, "The new model's container failed"),
            # SageMaker measures in microseconds.
            self._alarm(
                "CanaryLatency",
                "ModelLatency",
                "p90",
                self._stage.endpoint.canary.latency_ms * 1_000,
                "The new model is slow",
            ),
        ]

    def _alarm(
        self, construct_id: str, metric: str, statistic: str, threshold: float, description: str
    ) -> cloudwatch.Alarm:
        measured = cloudwatch.Metric(
            namespace="AWS/SageMaker",
            metric_name=metric,
            dimensions_map={"EndpointName": self._stage.endpoint_name, "VariantName": CANARY},
            statistic=statistic,
            period=_PERIOD,
        )
        return measured.create_alarm(
            self,
            construct_id,
            alarm_description=f"{description}; the deployment workflow looks at this while it tries a model",
            threshold=threshold,
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
            evaluation_periods=1,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
        )

    def _allow_sagemaker(self, role: iam.Role, endpoint_role: iam.Role) -> None:
        endpoint = sagemaker_arn(self, "endpoint", self._stage.endpoint_name)
        model, config = (sagemaker_arn(self, kind, f"{self._stage.prefix}-*") for kind in ("model", "endpoint-config"))
        named = "The workflow names models and configurations by version, under the stage's prefix."
        for actions, resources in (
            (["CreateModel"], [model]),
            (["CreateEndpointConfig", "DescribeEndpointConfig"], [config]),
            (["CreateEndpoint", "UpdateEndpoint"], [endpoint, config]),
            (["DeleteEndpoint", "DescribeEndpoint"], [endpoint]),
            (["AddTags"], [model, config, endpoint]),
        ):
            allow(role, [f"sagemaker:{action}" for action in actions], resources, wildcard_reason=named)
        allow_passing(role, endpoint_role)
