"""Tables and buckets: everything that keeps data."""

from typing import Final

import aws_cdk as cdk
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct

from cdk.components.access import acknowledge
from cdk.config import Stage
from geoclimate.contracts.lake import ATHENA_RESULTS_PREFIX
from geoclimate.contracts.tables import (
    ACTOR_KEY,
    ACTORS_INDEX,
    COUNTRIES_INDEX,
    COUNTRY_KEY,
    DAY_KEY,
    DAYS_INDEX,
    EXPIRES_AT,
    MOMENT_KEY,
    PARTITION_KEY,
    PLACE_KEY,
    PLACES_INDEX,
    SORT_KEY,
)

CHECKPOINTS: Final = "checkpoints/"
"""Where a training job that is broken off goes on from."""

MEMBERS: Final = "members/"
"""Single networks as their training jobs left them, which the evaluation puts together."""


class Storage(Construct):
    """The tables, the buckets, and the key that encrypts what is in the buckets.

    Attributes:
        key: Customer-managed key of the data buckets.
        observations: Packed days of observations.
        weather: Weather forecasts by place and issue time.
        forecasts: Forecasts made ahead, as they were issued.
        verification: What waits for its truth, the sums of scores, and what the calibration learned from them.
        stations: Catalogue of stations.
        files: Files that were taken, by content.
        models: Model registry.
        scratch: Where a backup is restored to be compared.
        accounts: Accounts, their keys and receipts.
        usage: Calls and their cost by account and day.
        requests: What was answered to requests with an idempotency key, for a day.
        audit: The audit log, chained by hashes.
        jobs: Bulk predictions and exports, by account.
        circuits: States of circuit breakers.
        uploads: Where providers drop files; tells EventBridge of each.
        artifacts: Data sets and models.
        backups: Exports and their manifests.
        results: What was made for one account: results of jobs, exports; each object goes by itself after some days.
        lake: Every observation that was ever taken, and what was refused, as Parquet; answers to queries on it.
        access_logs: Who read and wrote the other buckets.
    """

    def __init__(self, scope: Construct, construct_id: str, *, stage: Stage) -> None:
        super().__init__(scope, construct_id)
        self._stage = stage
        self._removal = cdk.RemovalPolicy.RETAIN if stage.keeps_data else cdk.RemovalPolicy.DESTROY

        self.key = kms.Key(
            self,
            "Key",
            description=f"Data buckets of {stage.stack_name}",
            enable_key_rotation=True,
            removal_policy=self._removal,
        )
        self.observations = self._table("Observations")
        self.weather = self._table("Weather")
        self.forecasts = self._table("Forecasts")
        self.verification = self._table("Verification")
        self.stations = self._table("Stations")
        self.stations.add_global_secondary_index(
            index_name=PLACES_INDEX,
            partition_key=dynamodb.Attribute(name=PARTITION_KEY, type=dynamodb.AttributeType.STRING),
            sort_key=dynamodb.Attribute(name=PLACE_KEY, type=dynamodb.AttributeType.STRING),
        )
        self.stations.add_global_secondary_index(
            index_name=COUNTRIES_INDEX,
            partition_key=dynamodb.Attribute(name=COUNTRY_KEY, type=dynamodb.AttributeType.STRING),
            sort_key=dynamodb.Attribute(name=SORT_KEY, type=dynamodb.AttributeType.STRING),
        )
        self.files = self._table("Files")
        self.models = self._table("Models")
        self.accounts = self._table("Accounts", expires=True)
        self.usage = self._table("Usage", expires=True)
        self.requests = self._table(
            "Requests",
            expires=True,
            expendable="It holds the answers of a day, to be given again to who repeats a request.",
        )
        self.audit = self._table("Audit")
        for index, key in ((ACTORS_INDEX, ACTOR_KEY), (DAYS_INDEX, DAY_KEY)):
            self.audit.add_global_secondary_index(
                index_name=index,
                partition_key=dynamodb.Attribute(name=key, type=dynamodb.AttributeType.STRING),
                sort_key=dynamodb.Attribute(name=MOMENT_KEY, type=dynamodb.AttributeType.STRING),
            )
        self.jobs = self._table("Jobs", expires=True)
        self.scratch = self._table("Scratch", expendable="It holds copies of a backup only while they are compared.")
        self.circuits = self._table("Circuits", expendable="It holds what was found out in the last minutes.")

        self.access_logs = self._access_logs()
        self.uploads = self._bucket("Uploads")
        self.artifacts = self._bucket(
            "Artifacts",
            *(
                s3.LifecycleRule(
                    prefix=prefix,
                    expiration=cdk.Duration.days(stage.training_days),
                    noncurrent_version_expiration=cdk.Duration.days(1),
                )
                for prefix in (CHECKPOINTS, MEMBERS)
            ),
            s3.LifecycleRule(expired_object_delete_marker=True),
        )
        self.backups = self._bucket("Backups")
        # Without versions, since what is erased with an account must be gone.
        self.results = self._bucket(
            "Results", s3.LifecycleRule(expiration=cdk.Duration.days(stage.result_days)), versioned=False
        )
        self.lake = self._bucket(
            "Lake",
            s3.LifecycleRule(
                prefix=ATHENA_RESULTS_PREFIX,
                expiration=cdk.Duration.days(stage.query_result_days),
                noncurrent_version_expiration=cdk.Duration.days(1),
            ),
            # Compaction leaves one for each file that it replaced, and a listing walks over all of them.
            s3.LifecycleRule(expired_object_delete_marker=True),
        )
        _tell_event_bridge(self.uploads)

    def _table(self, name: str, *, expendable: str | None = None, expires: bool = False) -> dynamodb.Table:
        table = dynamodb.Table(
            self,
            name,
            partition_key=dynamodb.Attribute(name=PARTITION_KEY, type=dynamodb.AttributeType.STRING),
            sort_key=dynamodb.Attribute(name=SORT_KEY, type=dynamodb.AttributeType.STRING),
            billing_mode=dynamodb.BillingMode.PAY_PER_REQUEST,
            encryption=dynamodb.TableEncryption.AWS_MANAGED,
            time_to_live_attribute=EXPIRES_AT if expires else None,
            point_in_time_recovery_specification=dynamodb.PointInTimeRecoverySpecification(
                point_in_time_recovery_enabled=expendable is None
            ),
            deletion_protection=self._stage.keeps_data and expendable is None,
            removal_policy=self._removal if expendable is None else cdk.RemovalPolicy.DESTROY,
        )
        if expendable is not None:
            acknowledge(table, expendable, "AwsSolutions-DDB3")
        return table

    def _bucket(self, name: str, *rules: s3.LifecycleRule, versioned: bool = True) -> s3.Bucket:
        return s3.Bucket(
            self,
            name,
            encryption=s3.BucketEncryption.KMS,
            encryption_key=self.key,
            bucket_key_enabled=True,
            versioned=versioned,
            enforce_ssl=True,
            minimum_tls_version=1.2,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            server_access_logs_bucket=self.access_logs,
            server_access_logs_prefix=f"{name.lower()}/",
            lifecycle_rules=[
                s3.LifecycleRule(
                    noncurrent_version_expiration=(
                        cdk.Duration.days(self._stage.noncurrent_days) if versioned else None
                    ),
                    abort_incomplete_multipart_upload_after=cdk.Duration.days(7),
                ),
                *rules,
            ],
            removal_policy=self._removal,
        )

    def _access_logs(self) -> s3.Bucket:
        bucket = s3.Bucket(
            self,
            "AccessLogs",
            # Log delivery cannot use a customer's key without opening the key to the service.
            encryption=s3.BucketEncryption.S3_MANAGED,
            versioned=True,
            enforce_ssl=True,
            minimum_tls_version=1.2,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            lifecycle_rules=[
                s3.LifecycleRule(
                    expiration=cdk.Duration.days(self._stage.log_days),
                    noncurrent_version_expiration=cdk.Duration.days(self._stage.noncurrent_days),
                    abort_incomplete_multipart_upload_after=cdk.Duration.days(7),
                )
            ],
            removal_policy=self._removal,
        )
        acknowledge(bucket, "It holds the access logs; logging it into itself would never end.", "AwsSolutions-S1")
        return bucket


def _tell_event_bridge(bucket: s3.Bucket) -> None:
    # The construct's own switch deploys a Lambda of the CDK to call one API; the property of the resource does it.
    resource = bucket.node.default_child
    if not isinstance(resource, s3.CfnBucket):
        msg = f"{bucket.node.path} has no bucket resource"
        raise TypeError(msg)
    resource.notification_configuration = s3.CfnBucket.NotificationConfigurationProperty(
        event_bridge_configuration=s3.CfnBucket.EventBridgeConfigurationProperty(event_bridge_enabled=True)
    )
