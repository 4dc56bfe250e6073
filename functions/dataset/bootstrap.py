"""Wiring of the dataset function."""

from collections.abc import Callable
from functools import lru_cache, partial

import boto3

from functions.dataset.settings import DatasetSettings
from geoclimate.adapters.dynamodb_observations import DynamoObservationStore
from geoclimate.adapters.dynamodb_stations import DynamoStationStore
from geoclimate.adapters.dynamodb_weather import DynamoWeatherForecastStore
from geoclimate.adapters.s3_objects import S3Objects
from geoclimate.contracts.workflows import DatasetRequest, DatasetResult
from geoclimate.services.build_dataset import build_dataset
from geoclimate.services.read_measurements import Measurements


@lru_cache(maxsize=1)
def dataset_builder() -> Callable[[DatasetRequest], DatasetResult]:
    """The use case with its adapters, made once a process."""
    settings = DatasetSettings.from_environment()
    dynamodb = boto3.client("dynamodb")
    measurements = Measurements(
        stations=DynamoStationStore(dynamodb, settings.stations_table),
        observations=DynamoObservationStore(dynamodb, settings.observations_table),
    )
    return partial(
        build_dataset,
        measurements=measurements,
        weather=DynamoWeatherForecastStore(dynamodb, settings.weather_table),
        objects=S3Objects(boto3.client("s3"), settings.artifacts_bucket),
    )
