"""The functions behind the gateway, each with what it may do and no more."""

import json
from dataclasses import asdict

import aws_cdk as cdk
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from constructs import Construct

from cdk.components.access import allow, allow_items, allow_objects
from cdk.components.function import PythonFunction
from cdk.components.gateway_access import allow_key_issue
from cdk.components.identity import Identity
from cdk.components.jobs import RESULTS, Jobs
from cdk.components.layers import Layers
from cdk.components.privacy import Privacy
from cdk.components.sagemaker_access import sagemaker_arn
from cdk.components.storage import Storage
from cdk.components.training import REGISTERED, Training
from cdk.config import FORECAST_TARGET, USAGE_PLANS, Stage
from functions.accounts.settings import AccountsSettings
from functions.api.settings import ApiSettings
from functions.work.settings import WorkSettings
from geoclimate.contracts.report import PREVIEW_PREFIX, PROVIDERS_PREFIX
from geoclimate.contracts.tables import ACTORS_INDEX, COUNTRIES_INDEX, DAYS_INDEX, PLACES_INDEX


def reading_function(scope: Construct, *, stage: Stage, layers: Layers, storage: Storage) -> PythonFunction:
    """What reads stations, observations and forecasts."""
    cursor_key = kms.Key(
        scope,
        "CursorKey",
        description=f"Derives the key that signs the cursors of {stage.stack_name}",
        key_spec=kms.KeySpec.HMAC_256,
        key_usage=kms.KeyUsage.GENERATE_VERIFY_MAC,
        # Nothing is lost with it: whoever pages through a list begins anew.
        removal_policy=cdk.RemovalPolicy.DESTROY,
    )
    function = PythonFunction(
        scope,
        "Handler",
        stage=stage,
        layers=layers,
        name="api",
        description="Answers the API's requests to read",
        settings=ApiSettings,
        environment={
            "stage": stage.name,
            "allowed_origins": json.dumps(stage.allowed_origins),
            "observations_table": storage.observations.table_name,
            "stations_table": storage.stations.table_name,
            "forecasts_table": storage.forecasts.table_name,
            "verification_table": storage.verification.table_name,
            "models_table": storage.models.table_name,
            "cursor_key_id": cursor_key.key_id,
            "audit_table": storage.audit.table_name,
            **_metering(storage),
        },
        snap_start=stage.snap_start,
    )
    _allow_metering(function.role, storage)
    _allow_auditing(function.role, storage)
    allow_items(function.role, ["BatchGetItem", "GetItem", "Query"], storage.stations)
    allow(
        function.role,
        ["dynamodb:Query"],
        [f"{storage.stations.table_arn}/index/{index}" for index in (PLACES_INDEX, COUNTRIES_INDEX)],
    )
    allow_items(function.role, ["BatchGetItem", "Query"], storage.observations)
    allow_items(function.role, ["Query"], storage.forecasts, storage.verification)
    allow_items(function.role, ["GetItem"], storage.models)
    allow(function.role, ["kms:GenerateMac"], [cursor_key.key_arn])
    return function


def accounts_function(
    scope: Construct,
    *,
    stage: Stage,
    layers: Layers,
    storage: Storage,
    identity: Identity,
    privacy: Privacy,
    rest: apigateway.RestApi,
) -> PythonFunction:
    """What concerns accounts."""
    function = PythonFunction(
        scope,
        "Accounts",
        stage=stage,
        layers=layers,
        name="accounts",
        description="Answers the API's requests about accounts",
        settings=AccountsSettings,
        environment={
            "stage": stage.name,
            "allowed_origins": json.dumps(stage.allowed_origins),
            "audit_table": storage.audit.table_name,
            "requests_table": storage.requests.table_name,
            **_metering(storage),
            "user_pool_id": identity.pool.user_pool_id,
            "user_pool_client_id": identity.client.user_pool_client_id,
            "rest_api_id": rest.rest_api_id,
            "results_bucket": storage.results.bucket_name,
            "export_machine_arn": privacy.exporting.machine.state_machine_arn,
            "erasure_machine_arn": privacy.erasing.machine.state_machine_arn,
        },
        snap_start=stage.snap_start,
    )
    role = function.role
    allow_items(role, ["DeleteItem", "GetItem", "PutItem", "Query", "UpdateItem"], storage.accounts)
    allow_items(role, ["Query"], storage.usage)
    _allow_auditing(role, storage)
    _allow_answering_once(role, storage)
    allow(
        role,
        ["dynamodb:Query"],
        [
            storage.audit.table_arn,
            *(f"{storage.audit.table_arn}/index/{index}" for index in (ACTORS_INDEX, DAYS_INDEX)),
        ],
    )
    allow_key_issue(role)
    _allow_administration(role, identity)
    for workflow in privacy.workflows:
        allow(role, ["states:StartExecution"], [workflow.machine.state_machine_arn])
    # What the function signs an address for is read with its own rights.
    allow_objects(role, ["GetObject"], storage.results, storage.key, prefix="*/exports/")
    return function


def work_function(
    scope: Construct, *, stage: Stage, layers: Layers, storage: Storage, training: Training, jobs: Jobs
) -> PythonFunction:
    """What makes the platform work: predictions, jobs, uploads, models."""
    function = PythonFunction(
        scope,
        "Work",
        stage=stage,
        layers=layers,
        name="work",
        description="Answers the API's requests for predictions, jobs, uploads and models",
        settings=WorkSettings,
        environment={
            "stage": stage.name,
            "allowed_origins": json.dumps(stage.allowed_origins),
            "models_table": storage.models.table_name,
            "audit_table": storage.audit.table_name,
            "requests_table": storage.requests.table_name,
            **_metering(storage),
            "jobs_table": storage.jobs.table_name,
            "artifacts_bucket": storage.artifacts.bucket_name,
            "deployment_machine_arn": training.deployment.workflow.machine.state_machine_arn,
            "rollback_machine_arn": training.rollback.workflow.machine.state_machine_arn,
            "target": FORECAST_TARGET,
            "stations_table": storage.stations.table_name,
            "circuits_table": storage.circuits.table_name,
            "endpoint_name": stage.endpoint_name,
            "uploads_bucket": storage.uploads.bucket_name,
            "results_bucket": storage.results.bucket_name,
            "job_machine_arn": jobs.workflow.machine.state_machine_arn,
        },
    )
    role = function.role
    _allow_metering(role, storage)
    _allow_auditing(role, storage)
    _allow_answering_once(role, storage)
    allow_items(role, ["GetItem", "Query"], storage.models)
    allow_objects(role, ["GetObject"], storage.artifacts, storage.key, prefix=REGISTERED)
    # Without it a missing file reads as "access denied" instead of "no such key".
    allow(role, ["s3:ListBucket"], [storage.artifacts.bucket_arn, storage.uploads.bucket_arn])
    allow_items(role, ["GetItem", "PutItem"], storage.circuits)
    allow_items(role, ["GetItem", "PutItem", "Query", "UpdateItem"], storage.jobs)
    allow_items(role, ["BatchGetItem"], storage.stations)
    allow_objects(role, ["GetObject", "PutObject"], storage.results, storage.key, prefix=RESULTS)
    # Whoever has a form or a link that the function signed does what it may do.
    for prefix in (PROVIDERS_PREFIX, f"{PREVIEW_PREFIX}{PROVIDERS_PREFIX}"):
        allow_objects(role, ["GetObject", "PutObject"], storage.uploads, storage.key, prefix=prefix)
    allow(role, ["sagemaker:InvokeEndpoint"], [sagemaker_arn(scope, "endpoint", stage.endpoint_name)])
    for workflow in (training.deployment.workflow, training.rollback.workflow, jobs.workflow):
        workflow.allow_starting(role)
    allow(
        role,
        ["states:StopExecution"],
        [jobs.workflow.executions],
        wildcard_reason="An execution has its job's id as its name; the right is on those of this one machine.",
    )
    return function


def _allow_administration(role: iam.Role, identity: Identity) -> None:
    """Give a role to see accounts, and to give and take their roles; signing in and up needs no rights."""
    actions = ("AdminAddUserToGroup", "AdminGetUser", "AdminListGroupsForUser", "AdminRemoveUserFromGroup")
    allow(
        role,
        [f"cognito-idp:{action}" for action in (*actions, "DescribeUserPool")],
        [identity.pool.user_pool_arn],
    )


def _metering(storage: Storage) -> dict[str, str]:
    """What a function must be told to know whose a key is, what was used, and what the plans allow."""
    return {
        "accounts_table": storage.accounts.table_name,
        "usage_table": storage.usage.table_name,
        "plans": json.dumps({name: asdict(plan) for name, plan in USAGE_PLANS.items()}),
    }


def _allow_metering(role: iam.Role, storage: Storage) -> None:
    """Give a role to look up whose a key is, and to count."""
    allow_items(role, ["GetItem"], storage.accounts)
    allow_items(role, ["UpdateItem"], storage.usage)


def _allow_auditing(role: iam.Role, storage: Storage) -> None:
    """Give a role to add to the audit log; to change or delete what is there, nobody is given."""
    allow_items(role, ["GetItem", "PutItem"], storage.audit)


def _allow_answering_once(role: iam.Role, storage: Storage) -> None:
    """Give a role to keep what it answered to requests with an idempotency key."""
    allow_items(role, ["PutItem", "UpdateItem"], storage.requests)
