"""A frozen data set of what is stored."""

import json

import pytest

from geoclimate.contracts.workflows import DatasetRequest
from geoclimate.domain.errors import InvalidInput
from geoclimate.features.dataset import TrainingDataset
from geoclimate.services.build_dataset import build_dataset
from geoclimate.services.read_measurements import Measurements
from tests.api_fakes import EMBASSY, ObservationsInMemory, StationsInMemory, hourly
from tests.ingest_fakes import Trouble, WeatherInMemory
from tests.workflow_fakes import ObjectsInMemory

REQUEST = DatasetRequest(target="pm25")


def _measurements(hours: int = 200) -> Measurements:
    return Measurements(StationsInMemory(), ObservationsInMemory(hourly(hours)))


def _no_weather() -> WeatherInMemory:
    return WeatherInMemory(Trouble())


def test_the_data_set_holds_every_station_that_measures_the_target() -> None:
    objects = ObjectsInMemory()
    result = build_dataset(REQUEST, measurements=_measurements(), weather=_no_weather(), objects=objects)
    dataset = TrainingDataset.from_bytes(objects.bodies[f"datasets/pm25/{result.digest}/dataset.npz"])
    assert dataset.stations == (EMBASSY.id,)
    assert dataset.parameters[0] == "pm25"
    assert (result.stations, result.hours) == (1, 200)
    assert result.uri == f"s3://bucket/datasets/pm25/{result.digest}/"


def test_the_same_observations_give_the_same_address() -> None:
    objects = ObjectsInMemory()
    first = build_dataset(REQUEST, measurements=_measurements(), weather=_no_weather(), objects=objects)
    assert build_dataset(REQUEST, measurements=_measurements(), weather=_no_weather(), objects=objects) == first
    assert len(objects.bodies) == 2


def test_the_manifest_says_what_the_data_set_holds() -> None:
    objects = ObjectsInMemory()
    result = build_dataset(REQUEST, measurements=_measurements(), weather=_no_weather(), objects=objects)
    manifest = json.loads(objects.bodies[f"datasets/pm25/{result.digest}/manifest.json"])
    assert manifest["digest"] == result.digest
    assert manifest["target_hours"] == 200
    assert [station["id"] for station in manifest["stations"]] == [EMBASSY.id]


@pytest.mark.parametrize(
    "measurements",
    [Measurements(StationsInMemory([]), ObservationsInMemory()), _measurements(0)],
    ids=["no station", "no observation"],
)
def test_an_empty_store_says_what_to_do(measurements: Measurements) -> None:
    objects = ObjectsInMemory()
    with pytest.raises(
        InvalidInput, match="no station has observations of pm25; drop files in the uploads bucket first"
    ):
        build_dataset(REQUEST, measurements=measurements, weather=_no_weather(), objects=objects)
    assert objects.bodies == {}
