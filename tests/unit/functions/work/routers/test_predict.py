"""`/v1/predict`: one series, or a thousand."""

import datetime as dt
import json
from typing import Any

import pytest

from geoclimate.contracts.predict import PredictAnswer, PredictBatchAnswer
from geoclimate.domain.models import RegistryStage
from tests.api_events import signed_in
from tests.engine_fakes import EngineInMemory
from tests.unit.functions.work.conftest import Work
from tests.workflow_fakes import NOW, RegistryInMemory, record

ONE = {
    "issue_time": "2026-01-31T05:00:00Z",
    "latitude": 39.95,
    "longitude": 116.47,
    "history": {"pm25": [40.0] * 40 + [None] * 8 + [41.0] * 24},
}
MANY: dict[str, Any] = {
    "issue_time": "2026-01-31T05:00:00Z",
    "latitudes": [39.95, -33.9],
    "longitudes": [116.47, 151.2],
    "history": {"pm25": [[40.0] * 72, [12.0] * 72], "temperature": [[-3.5] * 72, [None] * 72]},
}


@pytest.fixture
def served(work: Work) -> Work:
    work.registry = RegistryInMemory([record("v2", RegistryStage.PRODUCTION), record("v1", RegistryStage.RETIRED)])
    work.engines = [EngineInMemory("endpoint"), EngineInMemory("onnx"), EngineInMemory("climatology")]
    return work


def test_predicts_one_series(served: Work) -> None:
    answer = served.request("POST", "/v1/predict", json=ONE | {"exceed": 41.0})
    assert answer.status_code == 200, answer.text
    given = PredictAnswer.model_validate_json(answer.text, extra="forbid")
    assert (given.parameter, given.unit, given.engine, given.model_version) == ("pm25", "µg/m³", "endpoint", "v2")
    assert len(given.quantiles) == len(given.median) == len(given.lead_hours)
    assert given.exceedance is not None
    assert (given.median[0], given.exceedance[0]) == (41.0, 0.5)
    assert given.lower[0] < given.median[0] < given.upper[0]


def test_predicts_many_series_at_once(served: Work) -> None:
    answer = served.request("POST", "/v1/predict/batch", json=MANY)
    given = PredictBatchAnswer.model_validate_json(answer.text, extra="forbid")
    assert [each[0] for each in given.median if each] == [40.0, 12.0]
    assert (given.exceedance, given.problems) == (None, ())


def test_a_series_that_cannot_be_forecast_is_null_with_a_problem_of_its_own(served: Work) -> None:
    body = json.loads(json.dumps(MANY))
    body["history"]["pm25"][1] = [None] * 72
    answer = served.request("POST", "/v1/predict/batch", json=body).json()
    assert (answer["quantiles"][1], answer["median"][1], answer["lower"][1]) == (None, None, None)
    assert [each["pointer"] for each in answer["problems"]] == ["/body/history/pm25/1"]
    assert answer["median"][0][0] == 40.0


def test_a_short_history_is_answered_with_a_warning(served: Work) -> None:
    body = ONE | {"history": {"pm25": [40.0] * 24}}
    given = served.request("POST", "/v1/predict", json=body).json()
    assert [each["pointer"] for each in given["warnings"]] == ["/body/history/pm25"]


def test_the_light_model_answers_where_the_endpoint_does_not(served: Work) -> None:
    served.engines[0].fail("no such endpoint")
    assert served.request("POST", "/v1/predict", json=ONE).json()["engine"] == "onnx"


def test_where_nobody_answers_nothing_of_the_inside_is_said(served: Work) -> None:
    for engine in served.engines:
        engine.fail("secret-endpoint-name")
    problem = served.problem("POST", "/v1/predict", json=ONE)
    assert problem.status == 503
    assert "secret" not in problem.detail


@pytest.mark.parametrize(("model", "status"), [("v2", 200), ("production", 200), ("v1", 409), ("v9", 404)])
def test_a_model_may_be_named(served: Work, model: str, status: int) -> None:
    answer = served.request("POST", "/v1/predict", json=ONE | {"model": model})
    assert answer.status_code == status
    if status == 409:
        assert "POST /v1/jobs" in answer.json()["hint"]


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"issue_time": "2026-01-31T05:30:00Z"}, "/body/issue_time"),
        ({"issue_time": "2026-01-31T05:00:00"}, "/body/issue_time"),
        ({"issue_time": (NOW + dt.timedelta(hours=3)).isoformat()}, "/body/issue_time"),
        ({"latitude": 91}, "/body/latitude"),
        ({"longitude": None}, "/body/longitude"),
        ({"latitude": True}, "/body/latitude"),
        ({"latitude": "39.95"}, "/body/latitude"),
        ({"exceed": "35.4"}, "/body/exceed"),
        ({"exceed": False}, "/body/exceed"),
        ({"models": "v2"}, "/body/models"),
        ({"model": "../v2"}, "/body/model"),
        ({"exceed": "high"}, "/body/exceed"),
        ({"history": None}, "/body/history"),
        ({"history": {"o3": [1.0] * 24}}, "/body/history/pm25"),
        ({"history": {"pm25": "none"}}, "/body/history/pm25"),
        ({"history": {"pm25": [40.0] * 23 + [-999]}}, "/body/history/pm25/23"),
        ({"history": {"pm25": [40.0] * 11}}, "/body/history/pm25"),
        ({"history": {"pm25": [None] * 24}}, "/body/history/pm25"),
        ({"history": {"pm25": [40.0] * 24, "no": [1.0] * 24}}, "/body/history/no"),
    ],
)
def test_what_cannot_be_used_is_named(served: Work, change: dict[str, Any], pointer: str) -> None:
    problem = served.problem("POST", "/v1/predict", json=ONE | change)
    assert problem.status == 422
    assert pointer in [cause.pointer for cause in problem.errors or ()]
    assert served.engines[0].asked == []


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"latitudes": [1.0]}, "/body/longitudes"),
        ({"latitudes": [1.0, 2.0, 3.0], "longitudes": [1.0, 2.0, 3.0]}, "/body/history/pm25"),
        ({"latitudes": [1.0, 95.0]}, "/body/latitudes/1"),
        ({"longitudes": [1.0, True]}, "/body/longitudes/1"),
        ({"history": {"pm25": [[40.0] * 24, [40.0] * 23]}}, "/body/history/pm25/1"),
        ({"history": {"pm25": [[40.0] * 24, [40.0] * 23 + ["x"]]}}, "/body/history/pm25/1/23"),
        ({"history": {"pm25": [[None] * 24] * 2}}, "/body/history/pm25/0"),
    ],
)
def test_in_a_batch_too(served: Work, change: dict[str, Any], pointer: str) -> None:
    problem = served.problem("POST", "/v1/predict/batch", json=MANY | change)
    assert problem.status == 422
    assert pointer in [cause.pointer for cause in problem.errors or ()]


@pytest.mark.parametrize("path", ["/v1/predict", "/v1/predict/batch"])
@pytest.mark.parametrize("body", ["[]", "null", "7", '"text"'])
def test_a_body_that_is_no_object_is_refused(served: Work, path: str, body: str) -> None:
    problem = served.problem("POST", path, content=body, headers={"content-type": "application/json"})
    assert problem.status == 422


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-Infinity"])
def test_what_is_no_json_is_refused(served: Work, value: str) -> None:
    body = json.dumps(ONE).replace("41.0", value, 1)
    problem = served.problem("POST", "/v1/predict", content=body, headers={"content-type": "application/json"})
    assert problem.status in {400, 422}
    assert "null" in problem.detail


@pytest.mark.parametrize("path", ["/v1/predict", "/v1/predict/batch"])
@pytest.mark.parametrize("content_type", ["text/csv", ""])
def test_a_body_that_does_not_say_that_it_is_json_is_refused(served: Work, path: str, content_type: str) -> None:
    headers = {"content-type": content_type} if content_type else {}
    problem = served.problem("POST", path, content=json.dumps(ONE), headers=headers)
    assert problem.status == 415
    assert served.engines[0].asked == []


def test_swapped_coordinates_are_told_with_those_that_were_meant(served: Work) -> None:
    problem = served.problem("POST", "/v1/predict", json=ONE | {"latitude": 116.47, "longitude": 39.95})
    (cause,) = problem.errors or ()
    assert (problem.status, cause.pointer) == (422, "/body/latitude")
    assert "did you mean latitude 39.95 and longitude 116.47?" in cause.detail


def test_swapped_coordinates_of_one_series_among_many_are_told_too(served: Work) -> None:
    swapped = {"latitudes": [39.95, 151.2], "longitudes": [116.47, -33.9]}
    (cause,) = served.problem("POST", "/v1/predict/batch", json=MANY | swapped).errors or ()
    assert cause.pointer == "/body/latitudes/1"
    assert "did you mean latitude -33.9 and longitude 151.2?" in cause.detail


@pytest.mark.parametrize(
    "place",
    [
        {"latitude": 116.47, "longitude": 139.95},
        {"latitude": 216.47, "longitude": 39.95},
        {"latitude": 116.47, "longitude": "39.95"},
        {"latitude": "north", "longitude": 39.95},
    ],
)
def test_coordinates_that_make_no_sense_either_way_are_not_guessed_at(served: Work, place: dict[str, Any]) -> None:
    problem = served.problem("POST", "/v1/predict", json=ONE | place)
    assert problem.status == 422
    assert "did you mean" not in problem.detail


def test_no_body_at_all_is_said(served: Work) -> None:
    assert served.problem("POST", "/v1/predict").status == 422


def test_a_larger_one_is_refused_with_how_to_use_jobs(served: Work) -> None:
    body = MANY | {"latitudes": [1.0] * 1001, "longitudes": [1.0] * 1001, "history": {"pm25": [[40.0] * 24] * 1001}}
    problem = served.problem("POST", "/v1/predict/batch", json=body)
    assert problem.status == 413
    assert "POST /v1/jobs" in (problem.hint or "")


def test_only_who_may_predict_predicts(served: Work) -> None:
    served.event = signed_in([])
    assert served.problem("POST", "/v1/predict", json=ONE).status == 403
