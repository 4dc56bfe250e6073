"""Wiring of the smoke function."""

from collections.abc import Callable
from functools import lru_cache

import boto3
from botocore.config import Config

from functions.smoke.settings import SmokeSettings
from geoclimate.adapters.dynamodb_observations import DynamoObservationStore
from geoclimate.adapters.dynamodb_stations import DynamoStationStore
from geoclimate.adapters.dynamodb_weather import DynamoWeatherForecastStore
from geoclimate.adapters.sagemaker_engine import SageMakerEngine
from geoclimate.contracts.workflows import SmokeRequest, SmokeResult
from geoclimate.features.input_spec import default_input_spec
from geoclimate.services.read_inputs import READS_AT_ONCE, InputReader, weather_from
from geoclimate.services.read_measurements import Measurements
from geoclimate.services.smoke_test import smoke_test


@lru_cache(maxsize=1)
def endpoint_tester() -> Callable[[SmokeRequest], SmokeResult]:
    """The use case with its adapters, made once a process."""
    settings = SmokeSettings.from_environment()
    dynamodb = boto3.client("dynamodb", config=Config(max_pool_connections=READS_AT_ONCE))
    measurements = Measurements(
        stations=DynamoStationStore(dynamodb, settings.stations_table),
        observations=DynamoObservationStore(dynamodb, settings.observations_table),
    )
    weather = DynamoWeatherForecastStore(dynamodb, settings.weather_table)
    runtime = boto3.client("sagemaker-runtime")

    def test(request: SmokeRequest) -> SmokeResult:
        spec = default_input_spec(request.target)
        inputs = InputReader(spec, measurements, weather_from(weather, spec))
        endpoint = SageMakerEngine(runtime, settings.endpoint_name, spec.lead_hours, request.variant)
        return smoke_test(request, inputs=inputs, endpoint=endpoint)

    return test
