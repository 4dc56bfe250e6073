"""Wiring of the forecast function."""

from collections.abc import Callable
from functools import lru_cache

import boto3

from functions.forecast.settings import ForecastSettings
from geoclimate.adapters.dynamodb_forecasts import DynamoForecastStore
from geoclimate.adapters.dynamodb_observations import DynamoObservationStore
from geoclimate.adapters.dynamodb_stations import DynamoStationStore
from geoclimate.adapters.sagemaker_endpoint import SageMakerEndpoint
from geoclimate.contracts.workflows import ForecastRequest, ForecastResult
from geoclimate.runtime.clock import utc_now
from geoclimate.services.make_forecasts import ForecastMaker
from geoclimate.services.read_measurements import Measurements


@lru_cache(maxsize=1)
def forecast_maker() -> Callable[[ForecastRequest], ForecastResult]:
    """The use case with its adapters, made once a process."""
    settings = ForecastSettings()
    dynamodb = boto3.client("dynamodb")
    return ForecastMaker(
        target=settings.target,
        measurements=Measurements(
            stations=DynamoStationStore(dynamodb, settings.stations_table),
            observations=DynamoObservationStore(dynamodb, settings.observations_table),
        ),
        endpoint=SageMakerEndpoint(boto3.client("sagemaker-runtime"), settings.endpoint_name),
        forecasts=DynamoForecastStore(dynamodb, settings.forecasts_table, settings.verification_table),
        clock=utc_now,
    ).make
