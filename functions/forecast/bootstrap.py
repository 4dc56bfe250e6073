"""Wiring of the forecast function."""

from collections.abc import Callable
from functools import lru_cache
from typing import Final

import boto3
from botocore.config import Config

from functions.forecast.settings import ForecastSettings
from geoclimate.adapters.dynamodb_calibrations import DynamoCalibrationStore
from geoclimate.adapters.dynamodb_circuits import DynamoCircuitStore
from geoclimate.adapters.dynamodb_forecasts import DynamoForecastStore
from geoclimate.adapters.dynamodb_models import DynamoModelRegistry
from geoclimate.adapters.dynamodb_observations import DynamoObservationStore
from geoclimate.adapters.dynamodb_stations import DynamoStationStore
from geoclimate.adapters.dynamodb_weather import DynamoWeatherForecastStore
from geoclimate.adapters.onnx_engine import OnnxEngine
from geoclimate.adapters.s3_objects import S3Objects
from geoclimate.adapters.sagemaker_engine import SageMakerEngine
from geoclimate.contracts.workflows import ForecastRequest, ForecastResult
from geoclimate.features.input_spec import default_input_spec
from geoclimate.runtime.clock import utc_now
from geoclimate.services.climatology_engine import ClimatologyEngine
from geoclimate.services.guard_engine import GuardedEngine
from geoclimate.services.issue_forecasts import ForecastIssuer
from geoclimate.services.read_inputs import READS_AT_ONCE, InputReader, weather_from
from geoclimate.services.read_measurements import Measurements

_ENDPOINT_SECONDS: Final = 20
"""An endpoint that takes longer is passed over; a thousand stations are four calls of two attempts."""
_ATTEMPTS: Final = 2


@lru_cache(maxsize=1)
def forecast_issuer() -> Callable[[ForecastRequest], ForecastResult]:
    """The use case with its adapters, made once a process."""
    settings = ForecastSettings.from_environment()
    spec = default_input_spec(settings.target)
    dynamodb = boto3.client("dynamodb", config=Config(max_pool_connections=READS_AT_ONCE))
    runtime = boto3.client(
        "sagemaker-runtime",
        config=Config(read_timeout=_ENDPOINT_SECONDS, retries={"total_max_attempts": _ATTEMPTS, "mode": "standard"}),
    )
    registry = DynamoModelRegistry(dynamodb, settings.models_table, utc_now)
    artifacts = S3Objects(boto3.client("s3"), settings.artifacts_bucket)
    endpoint = GuardedEngine(
        engine=SageMakerEngine(runtime, settings.endpoint_name, spec.lead_hours),
        circuit=settings.endpoint_name,
        circuits=DynamoCircuitStore(dynamodb, settings.circuits_table),
        clock=utc_now,
    )
    climatology = ClimatologyEngine(settings.target, spec.lead_hours, registry, artifacts)
    measurements = Measurements(
        stations=DynamoStationStore(dynamodb, settings.stations_table),
        observations=DynamoObservationStore(dynamodb, settings.observations_table),
    )
    weather = DynamoWeatherForecastStore(dynamodb, settings.weather_table)
    return ForecastIssuer(
        inputs=InputReader(spec, measurements, weather_from(weather, spec)),
        engines=(endpoint, OnnxEngine(spec, registry, artifacts), climatology),
        climatology=climatology,
        calibrations=DynamoCalibrationStore(dynamodb, settings.verification_table),
        forecasts=DynamoForecastStore(dynamodb, settings.forecasts_table, settings.verification_table),
        clock=utc_now,
    ).issue
