"""Bulk predictions and exports: a state machine and the function that does a step of a job."""

from typing import Final

from constructs import Construct

from cdk.components.access import allow, allow_items, allow_objects
from cdk.components.function import PythonFunction
from cdk.components.layers import Layers
from cdk.components.sagemaker_access import sagemaker_arn
from cdk.components.storage import Storage
from cdk.components.training import REGISTERED
from cdk.components.workflow import Workflow
from cdk.config import FORECAST_TARGET, Stage
from functions.bulk.settings import BulkSettings

RESULTS: Final = "*/jobs/"
"""In the bucket of results: the jobs' files, by account."""


class Jobs(Construct):
    """Does jobs.

    Attributes:
        function: The bulk function.
        workflow: The state machine; one execution a job.
    """

    def __init__(self, scope: Construct, construct_id: str, *, stage: Stage, layers: Layers, storage: Storage) -> None:
        super().__init__(scope, construct_id)
        self.function = PythonFunction(
            self,
            "Bulk",
            stage=stage,
            layers=layers,
            name="bulk",
            description="Does a step of a bulk prediction or an export",
            settings=BulkSettings,
            environment={
                "jobs_table": storage.jobs.table_name,
                "results_bucket": storage.results.bucket_name,
                "stations_table": storage.stations.table_name,
                "observations_table": storage.observations.table_name,
                "forecasts_table": storage.forecasts.table_name,
                "models_table": storage.models.table_name,
                "circuits_table": storage.circuits.table_name,
                "artifacts_bucket": storage.artifacts.bucket_name,
                "endpoint_name": stage.endpoint_name,
                "target": FORECAST_TARGET,
            },
        )
        role = self.function.role
        allow_items(role, ["GetItem", "UpdateItem"], storage.jobs)
        allow_items(role, ["BatchGetItem"], storage.stations)
        allow_items(role, ["Query"], storage.observations, storage.forecasts)
        allow_items(role, ["GetItem"], storage.models)
        allow_items(role, ["GetItem", "PutItem"], storage.circuits)
        allow_objects(role, ["GetObject", "PutObject"], storage.results, storage.key, prefix=RESULTS)
        allow_objects(role, ["GetObject"], storage.artifacts, storage.key, prefix=REGISTERED)
        # Without it a missing file reads as "access denied" instead of "no such key".
        allow(role, ["s3:ListBucket"], [storage.artifacts.bucket_arn, storage.results.bucket_arn])
        allow(role, ["sagemaker:InvokeEndpoint"], [sagemaker_arn(self, "endpoint", stage.endpoint_name)])
        self.workflow = Workflow(
            self,
            "Workflow",
            stage=stage,
            file="job.asl.json",
            description="Does a job of an account",
            substitutions={"BulkFunctionArn": self.function.function.function_arn},
            functions=[self.function],
            logs_data=False,
        )
