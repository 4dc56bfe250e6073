"""Backups that are proven by restoring them, and the restore itself."""

from collections.abc import Collection
from typing import Final

import aws_cdk as cdk
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from constructs import Construct

from cdk.components.access import allow, allow_items, allow_objects
from cdk.components.function import PythonFunction
from cdk.components.layers import Layers
from cdk.components.storage import Storage
from cdk.components.workflow import Workflow
from cdk.config import Stage
from functions.backup.settings import BackupSettings
from functions.restore.settings import RestoreSettings
from functions.seal.settings import SealSettings

# Where the exports lie; geoclimate.contracts.backups has the layout.
_PREFIX: Final = "backups/"


class Backups(Construct):
    """The backup and restore workflows and the functions of their states.

    Attributes:
        signing_key: Key of the manifests' signatures (HMAC): who can write the bucket still cannot forge a backup.
        functions: The three functions.
        backup: The backup workflow: by schedule and on demand.
        restore: The restore workflow: on demand.
    """

    def __init__(self, scope: Construct, construct_id: str, *, stage: Stage, layers: Layers, storage: Storage) -> None:
        super().__init__(scope, construct_id)
        self.signing_key = kms.Key(
            self,
            "SigningKey",
            description=f"Signs the backup manifests of {stage.stack_name}",
            key_spec=kms.KeySpec.HMAC_256,
            key_usage=kms.KeyUsage.GENERATE_VERIFY_MAC,
            removal_policy=cdk.RemovalPolicy.RETAIN if stage.keeps_data else cdk.RemovalPolicy.DESTROY,
        )
        tables = {
            "observations_table": storage.observations,
            "weather_table": storage.weather,
            "stations_table": storage.stations,
            "files_table": storage.files,
            "forecasts_table": storage.forecasts,
            "verification_table": storage.verification,
            "models_table": storage.models,
        }
        backup = self._backup(stage, layers, storage)
        seal = self._seal(stage, layers, storage)
        restore = self._restore(stage, layers, storage, tables)
        self.functions = (backup, seal, restore)

        self.backup = Workflow(
            self,
            "BackupWorkflow",
            stage=stage,
            file="backup.asl.json",
            description="Exports every table at one moment, signs the manifest, restores into scratch and compares",
            substitutions={
                "BackupFunctionArn": backup.function.function_arn,
                "SealFunctionArn": seal.function.function_arn,
                "RestoreFunctionArn": restore.function.function_arn,
                "BackupsBucket": storage.backups.bucket_name,
                "BackupsKeyArn": storage.key.key_arn,
                "ObservationsTableArn": storage.observations.table_arn,
                "WeatherTableArn": storage.weather.table_arn,
                "ModelsTableArn": storage.models.table_arn,
                "ForecastsTableArn": storage.forecasts.table_arn,
                "VerificationTableArn": storage.verification.table_arn,
                "StationsTableArn": storage.stations.table_arn,
                "FilesTableArn": storage.files.table_arn,
            },
            functions=self.functions,
        )
        _allow_export(self.backup.role, storage, tables.values())
        self.restore = Workflow(
            self,
            "RestoreWorkflow",
            stage=stage,
            file="restore.asl.json",
            description="Writes a backup's items back into the tables",
            substitutions={"RestoreFunctionArn": restore.function.function_arn},
            functions=[restore],
        )
        events.Rule(
            self,
            "Schedule",
            description="Takes a backup",
            schedule=events.Schedule.rate(cdk.Duration.minutes(stage.backup_every_minutes)),
            targets=[targets.SfnStateMachine(self.backup.machine, input=events.RuleTargetInput.from_object({}))],
        )

    def _backup(self, stage: Stage, layers: Layers, storage: Storage) -> PythonFunction:
        function = PythonFunction(
            self,
            "Backup",
            stage=stage,
            layers=layers,
            name="backup",
            description="Checks and digests the export of one table",
            settings=BackupSettings,
            environment={"backups_bucket": storage.backups.bucket_name},
        )
        allow_objects(function.role, ["GetObject"], storage.backups, storage.key, prefix=_PREFIX)
        # Without it a missing object reads as "access denied" instead of "no such key".
        allow(function.role, ["s3:ListBucket"], [storage.backups.bucket_arn])
        return function

    def _seal(self, stage: Stage, layers: Layers, storage: Storage) -> PythonFunction:
        function = PythonFunction(
            self,
            "Seal",
            stage=stage,
            layers=layers,
            name="seal",
            description="Writes and signs a backup's manifest",
            settings=SealSettings,
            environment={
                "backups_bucket": storage.backups.bucket_name,
                "signing_key": self.signing_key.key_arn,
            },
        )
        allow_objects(function.role, ["GetObject", "PutObject"], storage.backups, storage.key)
        # Without it a missing object reads as "access denied" instead of "no such key".
        allow(function.role, ["s3:ListBucket"], [storage.backups.bucket_arn])
        allow(function.role, ["kms:GenerateMac", "kms:VerifyMac"], [self.signing_key.key_arn])
        return function

    def _restore(
        self, stage: Stage, layers: Layers, storage: Storage, tables: dict[str, dynamodb.Table]
    ) -> PythonFunction:
        function = PythonFunction(
            self,
            "Restore",
            stage=stage,
            layers=layers,
            name="restore",
            description="Checks a backup's signature and digests and writes one table back",
            settings=RestoreSettings,
            environment={name: table.table_name for name, table in tables.items()}
            | {
                "scratch_table": storage.scratch.table_name,
                "backups_bucket": storage.backups.bucket_name,
                "signing_key": self.signing_key.key_arn,
            },
        )
        allow_items(function.role, ["BatchGetItem", "BatchWriteItem"], *tables.values(), storage.scratch)
        allow_objects(function.role, ["GetObject"], storage.backups, storage.key)
        # Without it a missing object reads as "access denied" instead of "no such key".
        allow(function.role, ["s3:ListBucket"], [storage.backups.bucket_arn])
        allow(function.role, ["kms:VerifyMac"], [self.signing_key.key_arn])
        return function


def _allow_export(role: iam.Role, storage: Storage, tables: Collection[dynamodb.Table]) -> None:
    """Let a role export tables: DynamoDB writes to the bucket with the rights of who asked for the export."""
    allow_items(role, ["ExportTableToPointInTime"], *tables)
    allow(
        role,
        ["dynamodb:DescribeExport"],
        [f"{table.table_arn}/export/*" for table in tables],
        wildcard_reason="DynamoDB makes the name of an export when it begins.",
    )
    # The three that AWS names for an export ("Requesting a table export in DynamoDB").
    allow_objects(
        role, ["AbortMultipartUpload", "PutObject", "PutObjectAcl"], storage.backups, storage.key, prefix=_PREFIX
    )
