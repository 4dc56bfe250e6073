"""`/health`."""

import pytest

from tests.api_fakes import SilentStore
from tests.unit.functions.api.conftest import Api


def test_health_says_which_stage_answers(api: Api) -> None:
    assert api.get("/health").json() == {"status": "ok", "stage": "test"}


def test_liveness_looks_at_no_store(api: Api) -> None:
    api.stations = api.observations = api.forecasts = api.skills = SilentStore()

    assert (api.get("/health/live").status_code, api.get("/health/live").json()) == (200, {"status": "live"})


def test_readiness_reads_every_store(api: Api) -> None:
    answer = api.get("/health/ready")

    assert answer.status_code == 200
    assert answer.json() == {
        "status": "ready",
        "checks": {"stations": "ok", "observations": "ok", "forecasts": "ok", "verification": "ok"},
    }


def test_readiness_is_503_and_names_what_does_not_answer(api: Api, caplog: pytest.LogCaptureFixture) -> None:
    api.forecasts = SilentStore()

    problem = api.problem("/health/ready")

    assert (problem.status, problem.type) == (503, "urn:geoclimate:problem:not-ready")
    assert problem.detail == "These stores do not answer: forecasts."
    assert [(cause.name, cause.detail) for cause in problem.errors or ()] == [("forecasts", "does not answer")]
    (record,) = caplog.records
    assert vars(record)["request_id"] == problem.request_id
    assert "secret-table-name timed out" in vars(record)["failures"]["forecasts"]
