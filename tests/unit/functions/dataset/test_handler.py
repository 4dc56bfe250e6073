"""The dataset function as Step Functions calls it."""

from functools import partial

import pytest

from functions.dataset import handler as entry
from geoclimate.domain.errors import InvalidInput
from geoclimate.services.build_dataset import build_dataset
from geoclimate.services.read_measurements import Measurements
from tests.api_fakes import ObservationsInMemory, StationsInMemory, hourly
from tests.ingest_fakes import Trouble, WeatherInMemory
from tests.lambda_context import CONTEXT
from tests.load_event import load_event
from tests.workflow_fakes import ObjectsInMemory


@pytest.fixture(autouse=True)
def _wired(monkeypatch: pytest.MonkeyPatch) -> None:
    measurements = Measurements(StationsInMemory(), ObservationsInMemory(hourly(200)))
    build = partial(
        build_dataset, measurements=measurements, weather=WeatherInMemory(Trouble()), objects=ObjectsInMemory()
    )
    monkeypatch.setattr(entry, "dataset_builder", lambda: build)


def test_answers_with_the_data_set_that_it_wrote() -> None:
    answer = entry.handler(load_event("stepfunctions/dataset"), CONTEXT)
    assert answer["uri"] == f"s3://bucket/datasets/pm25/{answer['digest']}/"
    assert (answer["stations"], answer["hours"]) == (1, 200)


@pytest.mark.parametrize("target", ["../secrets", "PM 2.5", "", None])
def test_refuses_a_target_that_is_no_parameter_code_and_names_the_field(target: object) -> None:
    with pytest.raises(InvalidInput, match="not a DatasetRequest: target: "):
        entry.handler(load_event("stepfunctions/dataset", target=target), CONTEXT)


def test_an_error_of_the_use_case_leaves_the_handler_as_it_is() -> None:
    with pytest.raises(InvalidInput, match="no station has observations of no2"):
        entry.handler(load_event("stepfunctions/dataset", target="no2"), CONTEXT)
