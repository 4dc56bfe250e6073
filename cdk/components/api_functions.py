"""The functions behind the gateway, each with what it may do and no more."""

from aws_cdk import aws_apigateway as apigateway
from constructs import Construct

from cdk.components.access import allow, allow_items
from cdk.components.function import PythonFunction
from cdk.components.identity import Identity
from cdk.components.layers import Layers
from cdk.components.storage import Storage
from cdk.config import Stage
from functions.accounts.settings import AccountsSettings
from functions.api.settings import ApiSettings
from functions.work.settings import WorkSettings
from geoclimate.contracts.tables import PLACES_INDEX


def reading_function(scope: Construct, *, stage: Stage, layers: Layers, storage: Storage) -> PythonFunction:
    """What reads stations, observations and forecasts."""
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
            "observations_table": storage.observations.table_name,
            "stations_table": storage.stations.table_name,
            "forecasts_table": storage.forecasts.table_name,
            "verification_table": storage.verification.table_name,
        },
        snap_start=stage.snap_start,
    )
    allow_items(function.role, ["GetItem", "Query"], storage.stations)
    allow(function.role, ["dynamodb:Query"], [f"{storage.stations.table_arn}/index/{PLACES_INDEX}"])
    allow_items(function.role, ["Query"], storage.observations, storage.forecasts, storage.verification)
    return function


def accounts_function(
    scope: Construct,
    *,
    stage: Stage,
    layers: Layers,
    storage: Storage,
    identity: Identity,
    rest: apigateway.RestApi,
) -> PythonFunction:
    """What concerns accounts."""
    return PythonFunction(
        scope,
        "Accounts",
        stage=stage,
        layers=layers,
        name="accounts",
        description="Answers the API's requests about accounts",
        settings=AccountsSettings,
        environment={
            "stage": stage.name,
            "accounts_table": storage.accounts.table_name,
            "audit_table": storage.audit.table_name,
            "usage_table": storage.usage.table_name,
            "user_pool_id": identity.pool.user_pool_id,
            "user_pool_client_id": identity.client.user_pool_client_id,
            "rest_api_id": rest.rest_api_id,
        },
        snap_start=stage.snap_start,
    )


def work_function(scope: Construct, *, stage: Stage, layers: Layers, storage: Storage) -> PythonFunction:
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
            "models_table": storage.models.table_name,
            "accounts_table": storage.accounts.table_name,
            "audit_table": storage.audit.table_name,
            "usage_table": storage.usage.table_name,
            "jobs_table": storage.jobs.table_name,
        },
    )
    allow_items(function.role, ["GetItem", "Query"], storage.models)
    return function
