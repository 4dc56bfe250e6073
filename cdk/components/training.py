"""Training: data set, job, gate, registry, endpoint, smoke test; a state machine with SageMaker behind it."""

import base64
import json
from collections.abc import Mapping
from typing import Final

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3_assets as s3_assets
from aws_cdk import region_info
from constructs import Construct

from cdk.assets import stage_training_source
from cdk.components.access import allow, allow_items, allow_objects
from cdk.components.function import PythonFunction
from cdk.components.layers import Layers
from cdk.components.storage import Storage
from cdk.components.workflow import Workflow
from cdk.config import FORECAST_TARGET, Stage
from functions.dataset.settings import DatasetSettings
from functions.production.settings import ProductionSettings
from functions.promote.settings import PromoteSettings
from functions.register.settings import RegisterSettings
from functions.smoke.settings import SmokeSettings

DATASETS: Final = "datasets/"
MODELS: Final = "models/"
REGISTERED: Final = f"{MODELS}*/registered/"


class Training(Construct):
    """The training workflow, the functions of its states, and the roles that SageMaker takes.

    Attributes:
        functions: The functions of the states.
        smoke: The one that asks the endpoint.
        workflow: The state machine.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        stage: Stage,
        layers: Layers,
        storage: Storage,
        forecast: PythonFunction,
    ) -> None:
        super().__init__(scope, construct_id)
        self._stage = stage
        source = self._source()
        training_role = self._training_role(storage, source)
        endpoint_role = self._endpoint_role(storage)
        dataset = self._dataset(layers, storage)
        register = self._register(layers, storage)
        smoke = self.smoke = self._smoke(layers, storage)
        promote = self._promote(layers, storage)
        production = self._production(layers, storage)
        self.functions = (dataset, register, smoke, promote, production)
        self.workflow = Workflow(
            self,
            "Workflow",
            stage=stage,
            file="training.asl.json",
            description="Trains a model, and serves it if it beats the baseline",
            substitutions={
                "ArtifactsBucket": storage.artifacts.bucket_name,
                "DatasetFunctionArn": dataset.function.function_arn,
                "EndpointInstanceCount": str(stage.endpoint.min_instances),
                "EndpointInstanceType": stage.endpoint.instance_type,
                "EndpointName": stage.endpoint_name,
                "EndpointRoleArn": endpoint_role.role_arn,
                "ForecastFunctionArn": forecast.function.function_arn,
                "Hyperparameters": _encoded(stage.training.hyperparameters),
                "InferenceImage": self._image(stage.endpoint.image),
                "NamePrefix": stage.prefix,
                "PromoteFunctionArn": promote.function.function_arn,
                "Region": cdk.Stack.of(self).region,
                "RegisterFunctionArn": register.function.function_arn,
                "SmokeFunctionArn": smoke.function.function_arn,
                "SourceUri": source.s3_object_url,
                "Target": FORECAST_TARGET,
                "TrainingImage": self._image(stage.training.image),
                "TrainingInstanceType": stage.training.instance_type,
                "TrainingMaxRuntimeSeconds": str(stage.training.max_runtime_s),
                "TrainingRoleArn": training_role.role_arn,
                "TrainingVolumeGb": str(stage.training.volume_gb),
            },
            functions=[*self.functions, forecast],
        )
        self._allow_sagemaker(self.workflow.role, training_role, endpoint_role)

    def _training_role(self, storage: Storage, source: s3_assets.Asset) -> iam.Role:
        role = self._sagemaker_role("TrainingRole", "training jobs", "TrainingJobs")
        allow_objects(role, ["GetObject"], storage.artifacts, storage.key, prefix=DATASETS)
        allow_objects(role, ["PutObject"], storage.artifacts, storage.key, prefix=MODELS)
        # A channel is a prefix, which SageMaker lists.
        allow(role, ["s3:ListBucket"], [storage.artifacts.bucket_arn])
        allow(role, ["s3:GetObject"], [f"{source.bucket.bucket_arn}/{source.s3_object_key}"])
        return role

    def _endpoint_role(self, storage: Storage) -> iam.Role:
        role = self._sagemaker_role("EndpointRole", "endpoint", "Endpoints")
        allow_objects(role, ["GetObject"], storage.artifacts, storage.key, prefix=MODELS)
        return role

    def _sagemaker_role(self, construct_id: str, what: str, log_folder: str) -> iam.Role:
        stack = cdk.Stack.of(self)
        role = iam.Role(
            self,
            construct_id,
            assumed_by=iam.ServicePrincipal("sagemaker.amazonaws.com"),
            description=f"What the {what} of {self._stage.stack_name} may do",
        )
        log_groups = stack.format_arn(
            service="logs",
            resource="log-group",
            resource_name=f"/aws/sagemaker/{log_folder}*",
            arn_format=cdk.ArnFormat.COLON_RESOURCE_NAME,
        )
        allow(
            role,
            ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
            [log_groups],
            wildcard_reason="SageMaker names the groups and streams of its containers.",
        )
        allow(
            role,
            ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
            [
                stack.format_arn(
                    service="ecr",
                    account=stack.regional_fact(region_info.FactName.DLC_REPOSITORY_ACCOUNT),
                    resource="repository",
                    resource_name=image.split(":", 1)[0],
                )
                for image in (self._stage.training.image, self._stage.endpoint.image)
            ],
        )
        allow(role, ["ecr:GetAuthorizationToken"], ["*"], wildcard_reason="A registry token has no resource to name.")
        allow(
            role,
            ["cloudwatch:PutMetricData"],
            ["*"],
            conditions={"StringLike": {"cloudwatch:namespace": "/aws/sagemaker/*"}},
            wildcard_reason="Metrics have no resource to name; the namespace is named instead.",
        )
        return role

    def _dataset(self, layers: Layers, storage: Storage) -> PythonFunction:
        function = PythonFunction(
            self,
            "Dataset",
            stage=self._stage,
            layers=layers,
            name="dataset",
            description="Freezes the stored observations into a data set",
            settings=DatasetSettings,
            environment={
                "observations_table": storage.observations.table_name,
                "stations_table": storage.stations.table_name,
                "weather_table": storage.weather.table_name,
                "artifacts_bucket": storage.artifacts.bucket_name,
            },
        )
        allow_items(function.role, ["Query"], storage.observations, storage.stations, storage.weather)
        allow_objects(function.role, ["PutObject"], storage.artifacts, storage.key, prefix=DATASETS)
        return function

    def _register(self, layers: Layers, storage: Storage) -> PythonFunction:
        function = PythonFunction(
            self,
            "Register",
            stage=self._stage,
            layers=layers,
            name="register",
            description="Records a trained model and passes the gate's verdict on it",
            settings=RegisterSettings,
            environment={
                "models_table": storage.models.table_name,
                "artifacts_bucket": storage.artifacts.bucket_name,
            },
        )
        allow_items(function.role, ["GetItem", "PutItem"], storage.models)
        allow_objects(function.role, ["GetObject"], storage.artifacts, storage.key, prefix=MODELS)
        # Beside a version's artifact, never over it.
        allow_objects(function.role, ["PutObject"], storage.artifacts, storage.key, prefix=REGISTERED)
        # Without it a missing artifact reads as "access denied" instead of "no such key".
        allow(function.role, ["s3:ListBucket"], [storage.artifacts.bucket_arn])
        return function

    def _smoke(self, layers: Layers, storage: Storage) -> PythonFunction:
        function = PythonFunction(
            self,
            "Smoke",
            stage=self._stage,
            layers=layers,
            name="smoke",
            description="Asks the endpoint with real inputs and checks who answers",
            settings=SmokeSettings,
            environment={
                "observations_table": storage.observations.table_name,
                "weather_table": storage.weather.table_name,
                "stations_table": storage.stations.table_name,
                "endpoint_name": self._stage.endpoint_name,
            },
        )
        allow_items(function.role, ["Query"], storage.observations, storage.stations, storage.weather)
        allow(function.role, ["sagemaker:InvokeEndpoint"], [self._endpoint_arn])
        return function

    def _promote(self, layers: Layers, storage: Storage) -> PythonFunction:
        function = PythonFunction(
            self,
            "Promote",
            stage=self._stage,
            layers=layers,
            name="promote",
            description="Moves a model to its next stage",
            settings=PromoteSettings,
            environment={"models_table": storage.models.table_name},
        )
        allow_items(function.role, ["GetItem", "PutItem", "UpdateItem"], storage.models)
        return function

    def _production(self, layers: Layers, storage: Storage) -> PythonFunction:
        function = PythonFunction(
            self,
            "Production",
            stage=self._stage,
            layers=layers,
            name="production",
            description="Tells which model is in production",
            settings=ProductionSettings,
            environment={"models_table": storage.models.table_name},
        )
        allow_items(function.role, ["GetItem"], storage.models)
        return function

    def _allow_sagemaker(self, role: iam.Role, *passed: iam.Role) -> None:
        versions = {
            kind: self._sagemaker_arn(kind, f"{self._stage.prefix}-*")
            for kind in ("training-job", "model", "endpoint-config")
        }
        named = "The workflow names jobs, models and configurations by version, under the stage's prefix."
        for actions, resources in (
            (["CreateTrainingJob", "DescribeTrainingJob", "StopTrainingJob"], [versions["training-job"]]),
            (["CreateModel"], [versions["model"]]),
            (["CreateEndpointConfig"], [versions["endpoint-config"]]),
            (["CreateEndpoint", "UpdateEndpoint"], [self._endpoint_arn, versions["endpoint-config"]]),
            (["DeleteEndpoint", "DescribeEndpoint"], [self._endpoint_arn]),
            (["AddTags"], [*versions.values(), self._endpoint_arn]),
        ):
            allow(role, [f"sagemaker:{action}" for action in actions], resources, wildcard_reason=named)
        allow(
            role,
            ["iam:PassRole"],
            [role_passed.role_arn for role_passed in passed],
            conditions={"StringEquals": {"iam:PassedToService": "sagemaker.amazonaws.com"}},
        )
        # How Step Functions waits for a job (.sync): a managed rule of this name.
        allow(
            role,
            ["events:DescribeRule", "events:PutRule", "events:PutTargets"],
            [
                cdk.Stack.of(self).format_arn(
                    service="events",
                    resource="rule",
                    resource_name="StepFunctionsGetEventsForSageMakerTrainingJobsRule",
                )
            ],
        )

    def _source(self) -> s3_assets.Asset:
        staged = stage_training_source()
        return s3_assets.Asset(self, "Source", path=str(staged.path), asset_hash=staged.digest)

    def _image(self, repository_and_tag: str) -> str:
        stack = cdk.Stack.of(self)
        # AWS publishes its containers from another account in some regions; the template carries the table.
        account = stack.regional_fact(region_info.FactName.DLC_REPOSITORY_ACCOUNT)
        return f"{account}.dkr.ecr.{stack.region}.{stack.url_suffix}/{repository_and_tag}"

    @property
    def _endpoint_arn(self) -> str:
        return self._sagemaker_arn("endpoint", self._stage.endpoint_name)

    def _sagemaker_arn(self, kind: str, name: str) -> str:
        return cdk.Stack.of(self).format_arn(service="sagemaker", resource=kind, resource_name=name)


def _encoded(hyperparameters: Mapping[str, str]) -> str:
    # Base64 has no character that would need escaping inside the workflow's JSON.
    return base64.b64encode(json.dumps(dict(hyperparameters), sort_keys=True).encode()).decode("ascii")
