"""Wiring of the smoke function."""

from collections.abc import Callable
from functools import lru_cache

import boto3

from functions.smoke.settings import SmokeSettings
from geoclimate.adapters.dynamodb_observations import DynamoObservationStore
from geoclimate.adapters.dynamodb_stations import DynamoStationStore
from geoclimate.adapters.sagemaker_endpoint import SageMakerEndpoint
from geoclimate.contracts.workflows import SmokeRequest, SmokeResult
from geoclimate.services.read_measurements import Measurements
from geoclimate.services.smoke_test import smoke_test


@lru_cache(maxsize=1)
def endpoint_tester() -> Callable[[SmokeRequest], SmokeResult]:
    """The use case with its adapters, made once a process."""
    settings = SmokeSettings()
    dynamodb = boto3.client("dynamodb")
    measurements = Measurements(
        stations=DynamoStationStore(dynamodb, settings.stations_table),
        observations=DynamoObservationStore(dynamodb, settings.observations_table),
    )
    runtime = boto3.client("sagemaker-runtime")

    def test(request: SmokeRequest) -> SmokeResult:
        endpoint = SageMakerEndpoint(runtime, settings.endpoint_name, request.variant)
        return smoke_test(request, measurements=measurements, endpoint=endpoint)

    return test
