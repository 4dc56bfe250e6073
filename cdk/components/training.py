"""Training: data set, jobs, evaluation, gate, registry, deployment; a state machine with SageMaker behind it."""

import base64
import json
from collections.abc import Mapping
from typing import Final

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3_assets as s3_assets
from constructs import Construct

from cdk.assets import stage_training_source
from cdk.components.access import acknowledge_wildcards, allow, allow_items, allow_objects
from cdk.components.deployment import MODELS, Deployment
from cdk.components.function import PythonFunction
from cdk.components.layers import Layers
from cdk.components.rollback import Rollback
from cdk.components.sagemaker_access import allow_passing, container_image, sagemaker_arn, sagemaker_role
from cdk.components.storage import CHECKPOINTS, MEMBERS, Storage
from cdk.components.training_starts import TrainingStarts
from cdk.components.workflow import Workflow
from cdk.config import FORECAST_TARGET, Stage
from functions.dataset.settings import DatasetSettings
from functions.production.settings import ProductionSettings
from functions.promote.settings import PromoteSettings
from functions.prune.settings import PruneSettings
from functions.register.settings import RegisterSettings
from functions.smoke.settings import SmokeSettings
from geoclimate.contracts.tables import TRAINING_SORT_KEY

DATASETS: Final = "datasets/"
REGISTERED: Final = f"{MODELS}*/registered/"
_RUNS: Final = "Step Functions names executions; the rights are on those of this one machine."


class Training(Construct):
    """The training workflow, the functions of its states, and the roles that SageMaker takes.

    Attributes:
        functions: The functions of the states.
        smoke: The one that asks the endpoint.
        workflow: The state machine.
        deployment: The one that it hands a good model to.
        rollback: The one that puts a former model back.
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
        dataset = self._dataset(layers, storage)
        register = self._register(layers, storage)
        smoke = self.smoke = self._smoke(layers, storage)
        promote = self._promote(layers, storage)
        production = self._production(layers, storage)
        prune = self._prune(layers, storage)
        self.functions = (dataset, register, smoke, promote, production, prune)
        self.deployment = Deployment(
            self, "Deployment", stage=stage, storage=storage, promote=promote, smoke=smoke, forecast=forecast
        )
        self.rollback = Rollback(self, "Rollback", stage=stage, promote=promote, smoke=smoke, forecast=forecast)
        self.workflow = Workflow(
            self,
            "Workflow",
            stage=stage,
            file="training.asl.json",
            description="Trains and evaluates a model, and deploys it if it passes the gate",
            substitutions={
                "ArtifactsBucket": storage.artifacts.bucket_name,
                "CodeDigest": source.asset_hash,
                "DatasetFunctionArn": dataset.function.function_arn,
                "DeploymentArn": self.deployment.workflow.machine.state_machine_arn,
                "DriftIntervalHours": str(stage.training.drift_interval_hours),
                "Hyperparameters": _encoded(stage.training.hyperparameters),
                "ManagedSpot": json.dumps(stage.training.spot_wait_s is not None),
                "ModelsTable": storage.models.table_name,
                "NamePrefix": stage.prefix,
                "ProductionFunctionArn": production.function.function_arn,
                "PromoteFunctionArn": promote.function.function_arn,
                "PruneFunctionArn": prune.function.function_arn,
                "Region": cdk.Stack.of(self).region,
                "RegisterFunctionArn": register.function.function_arn,
                "SourceUri": source.s3_object_url,
                "Target": FORECAST_TARGET,
                "TrainingImage": container_image(self, stage.training.image),
                "TrainingInstanceType": stage.training.instance_type,
                "TrainingInstances": str(stage.training.instances),
                "TrainingMaxRuntimeSeconds": str(stage.training.max_runtime_s),
                "TrainingRoleArn": training_role.role_arn,
                "TrainingStoppingCondition": _encoded(_stopping_condition(stage)),
                "TrainingVolumeGb": str(stage.training.volume_gb),
                "TurnSortKey": TRAINING_SORT_KEY,
            },
            functions=[dataset, production, register, promote, prune],
        )
        self._allow_jobs(self.workflow.role, training_role)
        allow_items(self.workflow.role, ["GetItem", "PutItem"], storage.models)
        _allow_executions(self.workflow, self.deployment.workflow)
        TrainingStarts(self, "Starts", stage=stage, workflow=self.workflow, artifacts=storage.artifacts)

    def _training_role(self, storage: Storage, source: s3_assets.Asset) -> iam.Role:
        role = sagemaker_role(self, "TrainingRole", stage=self._stage, what="training jobs", log_folder="TrainingJobs")
        allow_objects(role, ["GetObject"], storage.artifacts, storage.key, prefix=DATASETS)
        # The evaluation reads the members and the model in production; a job that was broken off, its checkpoints.
        for prefix in (MEMBERS, CHECKPOINTS, MODELS):
            allow_objects(role, ["GetObject", "PutObject"], storage.artifacts, storage.key, prefix=prefix)
        # A channel is a prefix, which SageMaker lists.
        allow(role, ["s3:ListBucket"], [storage.artifacts.bucket_arn])
        allow(role, ["s3:GetObject"], [f"{source.bucket.bucket_arn}/{source.s3_object_key}"])
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

    def _prune(self, layers: Layers, storage: Storage) -> PythonFunction:
        function = PythonFunction(
            self,
            "Prune",
            stage=self._stage,
            layers=layers,
            name="prune",
            description="Deletes what was made to serve models that nothing goes back to",
            settings=PruneSettings,
            environment={
                "models_table": storage.models.table_name,
                "endpoint_name": self._stage.endpoint_name,
                "name_prefix": self._stage.prefix,
            },
        )
        allow_items(function.role, ["Query"], storage.models)
        model, config = (sagemaker_arn(self, kind, f"{self._stage.prefix}-*") for kind in ("model", "endpoint-config"))
        named = "The workflow names models and configurations by version, under the stage's prefix."
        allow(function.role, ["sagemaker:DescribeEndpoint"], [self._endpoint_arn])
        allow(
            function.role,
            ["sagemaker:DeleteEndpointConfig", "sagemaker:DescribeEndpointConfig"],
            [config],
            wildcard_reason=named,
        )
        allow(function.role, ["sagemaker:DeleteModel"], [model], wildcard_reason=named)
        allow(
            function.role,
            ["sagemaker:ListEndpointConfigs", "sagemaker:ListModels"],
            ["*"],
            wildcard_reason="A list of names has no resource to name.",
        )
        return function

    def _allow_jobs(self, role: iam.Role, training_role: iam.Role) -> None:
        jobs = sagemaker_arn(self, "training-job", f"{self._stage.prefix}-*")
        allow(
            role,
            [
                f"sagemaker:{action}"
                for action in ("AddTags", "CreateTrainingJob", "DescribeTrainingJob", "ListTags", "StopTrainingJob")
            ],
            [jobs],
            wildcard_reason="The workflow names jobs by version, under the stage's prefix.",
        )
        allow_passing(role, training_role)
        # How Step Functions waits for a job or an execution (.sync): managed rules of these names.
        allow(
            role,
            ["events:DescribeRule", "events:PutRule", "events:PutTargets"],
            [
                cdk.Stack.of(self).format_arn(
                    service="events", resource="rule", resource_name=f"StepFunctionsGetEventsFor{what}Rule"
                )
                for what in ("SageMakerTrainingJobs", "StepFunctionsExecution")
            ],
        )

    def _source(self) -> s3_assets.Asset:
        staged = stage_training_source()
        return s3_assets.Asset(self, "Source", path=str(staged.path), asset_hash=staged.digest)

    @property
    def _endpoint_arn(self) -> str:
        return sagemaker_arn(self, "endpoint", self._stage.endpoint_name)


def _allow_executions(training: Workflow, deployment: Workflow) -> None:
    """Let the workflow start a deployment and wait for it, and ask whether another run of itself is under way.

    In a policy of its own it can name its own machine, since that waits only for the role's first one.
    """
    own, deployed = training.executions, deployment.executions
    policy = iam.Policy(
        training,
        "Executions",
        roles=[training.role],
        statements=[
            iam.PolicyStatement(actions=["states:StartExecution"], resources=[deployment.machine.state_machine_arn]),
            iam.PolicyStatement(actions=["states:DescribeExecution"], resources=[own, deployed]),
            iam.PolicyStatement(actions=["states:StopExecution"], resources=[deployed]),
        ],
    )
    acknowledge_wildcards(policy, _RUNS, [own, deployed])


def _stopping_condition(stage: Stage) -> Mapping[str, int]:
    limits = {"MaxRuntimeInSeconds": stage.training.max_runtime_s}
    if stage.training.spot_wait_s is not None:
        limits["MaxWaitTimeInSeconds"] = stage.training.spot_wait_s
    return limits


def _encoded(value: Mapping[str, object]) -> str:
    # Base64 has no character that would need escaping inside the workflow's JSON.
    return base64.b64encode(json.dumps(dict(value), sort_keys=True).encode()).decode("ascii")
