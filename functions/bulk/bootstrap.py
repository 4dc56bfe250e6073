"""Wiring of the bulk function."""

from functools import lru_cache
from typing import Final

import boto3
from botocore.config import Config

from functions.bulk.settings import BulkSettings
from geoclimate.adapters.dynamodb_circuits import DynamoCircuitStore
from geoclimate.adapters.dynamodb_forecast_history import DynamoForecastHistory
from geoclimate.adapters.dynamodb_jobs import DynamoJobStore
from geoclimate.adapters.dynamodb_models import DynamoModelRegistry
from geoclimate.adapters.dynamodb_observations import DynamoObservationStore
from geoclimate.adapters.dynamodb_stations import DynamoStationStore
from geoclimate.adapters.onnx_engine import OnnxEngine
from geoclimate.adapters.s3_objects import S3Objects
from geoclimate.adapters.sagemaker_engine import SageMakerEngine
from geoclimate.features.input_spec import default_input_spec
from geoclimate.runtime.clock import utc_now
from geoclimate.services.choose_predictor import PredictorChoice
from geoclimate.services.climatology_engine import ClimatologyEngine
from geoclimate.services.guard_engine import GuardedEngine
from geoclimate.services.predict_series import PRODUCTION_VARIANT
from geoclimate.services.run_job import JobRunner

_ENDPOINT_SECONDS: Final = 20
_ATTEMPTS: Final = 2


@lru_cache(maxsize=1)
def job_runner() -> JobRunner:
    """The use case with its adapters, made once a process."""
    settings = BulkSettings.from_environment()
    spec = default_input_spec(settings.target)
    dynamodb = boto3.client("dynamodb")
    s3 = boto3.client("s3")
    runtime = boto3.client(
        "sagemaker-runtime",
        config=Config(read_timeout=_ENDPOINT_SECONDS, retries={"total_max_attempts": _ATTEMPTS, "mode": "standard"}),
    )
    registry = DynamoModelRegistry(dynamodb, settings.models_table, utc_now)
    artifacts = S3Objects(s3, settings.artifacts_bucket)
    endpoint = GuardedEngine(
        engine=SageMakerEngine(runtime, settings.endpoint_name, spec.lead_hours, PRODUCTION_VARIANT),
        circuit=settings.endpoint_name,
        circuits=DynamoCircuitStore(dynamodb, settings.circuits_table),
        clock=utc_now,
    )
    climatology = ClimatologyEngine(settings.target, spec.lead_hours, registry, artifacts)
    return JobRunner(
        store=DynamoJobStore(dynamodb, settings.jobs_table),
        files=S3Objects(s3, settings.results_bucket),
        predictor=PredictorChoice(
            spec=spec,
            registry=registry,
            served=(endpoint, OnnxEngine(spec, registry, artifacts), climatology),
            light=lambda pinned: OnnxEngine(spec, pinned, artifacts),
        ).choose,
        stations=DynamoStationStore(dynamodb, settings.stations_table),
        observations=DynamoObservationStore(dynamodb, settings.observations_table),
        forecasts=DynamoForecastHistory(dynamodb, settings.forecasts_table),
        clock=utc_now,
    )
