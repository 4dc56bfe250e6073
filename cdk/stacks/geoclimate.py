"""The platform: one stack a stage, which connects the components and does nothing else."""

import aws_cdk as cdk
from constructs import Construct

from cdk.components.api import Api
from cdk.components.backfill import Backfill
from cdk.components.backups import Backups
from cdk.components.compaction import Compaction
from cdk.components.drift import Drift
from cdk.components.endpoint_scaling import EndpointScaling
from cdk.components.forecasting import Forecasting
from cdk.components.identity import Identity
from cdk.components.ingestion import Ingestion
from cdk.components.jobs import Jobs
from cdk.components.key_expiry import KeyExpiry
from cdk.components.lake import Lake
from cdk.components.layers import Layers
from cdk.components.observability import Observability
from cdk.components.privacy import Privacy
from cdk.components.storage import Storage
from cdk.components.training import Training
from cdk.components.verification import Verification
from cdk.config import Stage


class GeoClimateStack(cdk.Stack):
    """Everything that one stage needs."""

    def __init__(self, scope: Construct, *, stage: Stage) -> None:
        super().__init__(
            scope,
            stage.stack_name,
            description="GeoClimate: air-quality observations and forecasts",
            termination_protection=stage.keeps_data,
            analytics_reporting=False,
        )
        layers = Layers(self, "Layers", stage=stage)
        storage = Storage(self, "Storage", stage=stage)
        lake = Lake(self, "Lake", stage=stage, storage=storage)
        ingestion = Ingestion(self, "Ingestion", stage=stage, layers=layers, storage=storage)
        backfill = Backfill(self, "Backfill", stage=stage, layers=layers, storage=storage)
        compaction = Compaction(self, "Compaction", stage=stage, layers=layers, storage=storage)
        forecasting = Forecasting(self, "Forecasting", stage=stage, layers=layers, storage=storage)
        training = Training(
            self, "Training", stage=stage, layers=layers, storage=storage, forecast=forecasting.function
        )
        drift = Drift(self, "Drift", stage=stage, layers=layers, storage=storage)
        verification = Verification(self, "Verification", stage=stage, layers=layers, storage=storage)
        identity = Identity(self, "Identity", stage=stage)
        privacy = Privacy(self, "Privacy", stage=stage, layers=layers, storage=storage, identity=identity)
        jobs = Jobs(self, "Jobs", stage=stage, layers=layers, storage=storage)
        api = Api(
            self,
            "Api",
            stage=stage,
            layers=layers,
            storage=storage,
            identity=identity,
            training=training,
            jobs=jobs,
            privacy=privacy,
        )
        expiry = KeyExpiry(self, "KeyExpiry", stage=stage, layers=layers, storage=storage)
        backups = Backups(self, "Backups", stage=stage, layers=layers, storage=storage)
        workflows = [
            training.workflow,
            training.deployment.workflow,
            training.rollback.workflow,
            jobs.workflow,
            backfill.workflow,
            compaction.workflow,
            backups.backup,
            backups.restore,
            *privacy.workflows,
        ]
        if stage.endpoint.scales:
            scaling = EndpointScaling(self, "EndpointScaling", stage=stage)
            workflows.append(scaling.workflow)
        Observability(
            self,
            "Observability",
            quarantine=ingestion.quarantine,
            functions=[
                ingestion.function,
                forecasting.function,
                verification.function,
                drift.function,
                *api.functions,
                jobs.function,
                expiry.function,
                *backfill.functions,
                *compaction.functions,
                *training.functions,
                *backups.functions,
                *privacy.functions,
            ],
            workflows=workflows,
            rest=api.rest,
            fallbacks=forecasting.fallbacks,
            drifts=drift.detected,
        )
        outputs = {
            "ApiId": api.rest.rest_api_id,
            "ApiStageName": api.rest.deployment_stage.stage_name,
            "ApiUrl": api.rest.url,
            "UserPoolId": identity.pool.user_pool_id,
            "UserPoolClientId": identity.client.user_pool_client_id,
            "UploadsBucketName": storage.uploads.bucket_name,
            "ArtifactsBucketName": storage.artifacts.bucket_name,
            "BackupsBucketName": storage.backups.bucket_name,
            "ResultsBucketName": storage.results.bucket_name,
            "LakeBucketName": storage.lake.bucket_name,
            "LakeDatabaseName": stage.lake_database,
            "LakeWorkGroupName": lake.work_group.name,
            "QuarantineQueueUrl": ingestion.quarantine.queue_url,
            "BackfillStateMachineArn": backfill.workflow.machine.state_machine_arn,
            "CompactionStateMachineArn": compaction.workflow.machine.state_machine_arn,
            "TrainingStateMachineArn": training.workflow.machine.state_machine_arn,
            "DeploymentStateMachineArn": training.deployment.workflow.machine.state_machine_arn,
            "RollbackStateMachineArn": training.rollback.workflow.machine.state_machine_arn,
            "BackupStateMachineArn": backups.backup.machine.state_machine_arn,
            "RestoreStateMachineArn": backups.restore.machine.state_machine_arn,
            "ForecastFunctionName": forecasting.function.function.function_name,
            "VerifyFunctionName": verification.function.function.function_name,
            "ExpireFunctionName": expiry.function.function.function_name,
            "DriftFunctionName": drift.function.function.function_name,
            "IngestFunctionName": ingestion.function.function.function_name,
            "SmokeFunctionName": training.smoke.function.function_name,
            "EndpointName": stage.endpoint_name,
            "ObservationsTableName": storage.observations.table_name,
            "WeatherTableName": storage.weather.table_name,
            "ForecastsTableName": storage.forecasts.table_name,
            "VerificationTableName": storage.verification.table_name,
            "StationsTableName": storage.stations.table_name,
            "FilesTableName": storage.files.table_name,
            "ModelsTableName": storage.models.table_name,
            "AccountsTableName": storage.accounts.table_name,
            "UsageTableName": storage.usage.table_name,
            "AuditTableName": storage.audit.table_name,
            "JobsTableName": storage.jobs.table_name,
            **{f"ApiKeyId{plan.capitalize()}": key.key_id for plan, key in api.keys.items()},
        }
        for name, value in outputs.items():
            cdk.CfnOutput(self, name, value=value)
        for name, value in stage.tags.items():
            cdk.Tags.of(self).add(name, value)
