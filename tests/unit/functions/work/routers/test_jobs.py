"""`/v1/jobs`: begun, followed, cancelled, each by its own account alone."""

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from geoclimate.contracts.jobs import JobAnswer, JobDetailAnswer
from geoclimate.contracts.predict import MOST_SERIES
from geoclimate.domain.costs import cost_of
from geoclimate.domain.errors import Unavailable
from geoclimate.domain.jobs import Job
from geoclimate.services.account_jobs import MOST_ACTIVE, input_key
from geoclimate.services.job_ports import Progress
from tests.api_events import ACCOUNT, OTHER_ACCOUNT, signed_in
from tests.unit.functions.work.conftest import Work
from tests.workflow_fakes import NOW, record

EXPORT = {
    "kind": "export",
    "what": "observations",
    "stations": ["openaq-8118"],
    "parameters": ["pm25"],
    "from": "2014-01-01T00:00:00Z",
    "to": "2015-01-01T00:00:00Z",
}
PREDICT = {"kind": "predict", "input": "csv"}


def _begin(work: Work, job: dict[str, Any]) -> dict[str, Any]:
    answer = work.request("POST", "/v1/jobs", json={"job": job})
    assert answer.status_code == 202, answer.text
    created: dict[str, Any] = answer.json()
    assert answer.headers["location"] == f"jobs/{created['id']}"
    return created


def test_an_export_begins_at_once(work: Work) -> None:
    created = _begin(work, EXPORT)
    assert (created["state"], created["progress"], created["form"]) == ("running", 0.0, None)
    assert work.jobs_workflow.started == {created["id"]: {"account": ACCOUNT, "job": created["id"]}}


def test_a_prediction_gets_a_form_for_its_table(work: Work) -> None:
    created = _begin(work, PREDICT)
    assert created["state"] == "awaiting_input"
    assert created["form"]["fields"]["key"] == input_key(ACCOUNT, created["id"])
    assert created["form"]["most_bytes"] == 100 * 2**20


@pytest.mark.parametrize(("job", "cost"), [(EXPORT, 5), (EXPORT | {"stations": [f"s-{n}" for n in range(30)]}, 7)])
def test_an_export_costs_by_its_series(work: Work, job: dict[str, Any], cost: int) -> None:
    assert work.request("POST", "/v1/jobs?estimate=true", json={"job": job}).json()["cost"] == cost


def test_a_table_costs_what_the_largest_batch_costs_so_that_nobody_sends_one_to_pay_less(work: Work) -> None:
    estimate = work.request("POST", "/v1/jobs?estimate=true", json={"job": PREDICT}).json()
    assert estimate["cost"] == cost_of("create_batch_prediction", MOST_SERIES)
    assert work.jobs_workflow.started == {}


def test_or_brings_its_table(work: Work) -> None:
    created = _begin(work, PREDICT | {"table": "series,pm25\na,1"})
    assert (created["state"], created["form"]) == ("running", None)
    assert work.results.bodies[input_key(ACCOUNT, created["id"])] == b"series,pm25\na,1"
    assert "series" not in work.jobs.jobs[ACCOUNT, created["id"]].request


def test_a_model_that_there_is_not_is_refused_before_a_table_is_sent_for_it(work: Work) -> None:
    problem = work.problem("POST", "/v1/jobs", json={"job": PREDICT | {"model": "v9"}})
    assert (problem.status, "no version v9" in (problem.detail or "")) == (404, True)
    assert not work.jobs.jobs


@pytest.mark.parametrize("model", ["v1", "production"])
def test_a_version_that_is_registered_and_the_one_in_production_may_be_named(work: Work, model: str) -> None:
    work.registry.register(record("v1"), who="workflow", why="passed the gate")
    assert _begin(work, PREDICT | {"model": model})["state"] == "awaiting_input"


def test_a_job_tells_how_far_it_is_and_then_where_its_result_is(work: Work) -> None:
    created = _begin(work, EXPORT | {"output": "csv"})
    path = f"/v1/jobs/{created['id']}"
    work.jobs.go_on(ACCOUNT, created["id"], Progress(done=3, total=12, files=1, rows=70))
    under_way = JobDetailAnswer.model_validate(work.request("GET", path).json())
    assert (under_way.state, under_way.progress, under_way.rows, under_way.results) == ("running", 0.25, 70, ())
    work.jobs.end(ACCOUNT, created["id"], "succeeded", NOW)
    done = JobDetailAnswer.model_validate(work.request("GET", path).json())
    assert (done.state, done.progress) == ("succeeded", 1.0)
    assert done.results == (f"https://store/{ACCOUNT}/jobs/{created['id']}/part-00000.csv?signed",)


def test_a_job_that_failed_says_why(work: Work) -> None:
    created = _begin(work, EXPORT)
    work.jobs.end(ACCOUNT, created["id"], "failed", NOW, "No table was sent.")
    answer = work.request("GET", f"/v1/jobs/{created['id']}").json()
    assert (answer["state"], answer["failure"], answer["results"]) == ("failed", "No table was sent.", [])


def test_a_job_is_cancelled_and_stays_so(work: Work) -> None:
    created = _begin(work, EXPORT)
    for _ in range(2):
        answer = JobAnswer.model_validate(work.request("DELETE", f"/v1/jobs/{created['id']}").json())
        assert answer.state == "cancelled"
    stopped = work.jobs_workflow.find(created["id"])
    assert stopped is not None
    assert stopped.state == "stopped"


def test_a_job_that_has_ended_cannot_be_cancelled(work: Work) -> None:
    created = _begin(work, EXPORT)
    work.jobs.end(ACCOUNT, created["id"], "succeeded", NOW)
    assert work.problem("DELETE", f"/v1/jobs/{created['id']}").status == 409


def test_jobs_are_listed_in_pages(work: Work) -> None:
    made = [_begin(work, EXPORT)["id"] for _ in range(3)]
    first = work.request("GET", "/v1/jobs", params={"limit": 2}).json()
    second = work.request("GET", f"/v1/jobs{first['next']}").json()
    assert [each["id"] for page in (first, second) for each in page["jobs"]] == sorted(made, reverse=True)


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_another_account_s_job_is_not_there(work: Work, method: str) -> None:
    created = _begin(work, EXPORT)
    work.event = signed_in(["admin"], account=OTHER_ACCOUNT)
    assert work.problem(method, f"/v1/jobs/{created['id']}").status == 404
    assert work.request("GET", "/v1/jobs").json()["jobs"] == []
    assert work.jobs.jobs[ACCOUNT, created["id"]].state == "running"


def test_an_account_has_so_many_under_way_at_a_time(work: Work) -> None:
    made = [_begin(work, EXPORT)["id"] for _ in range(MOST_ACTIVE)]
    assert work.problem("POST", "/v1/jobs", json={"job": EXPORT}).status == 409
    work.request("DELETE", f"/v1/jobs/{made[0]}")
    _begin(work, EXPORT)


def test_requests_at_the_same_moment_begin_no_more_than_that(work: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(MOST_ACTIVE - 1):
        _begin(work, EXPORT)
    add = work.jobs.add

    def after_another(job: Job, begun: int) -> bool:
        monkeypatch.setattr(work.jobs, "add", add)
        add(replace(job, id="20260131-050000-000000000002"), begun)
        return add(job, begun)

    monkeypatch.setattr(work.jobs, "add", after_another)
    assert work.problem("POST", "/v1/jobs", json={"job": EXPORT}).status == 409
    assert len(work.jobs.jobs) == MOST_ACTIVE


def test_one_that_is_always_outrun_is_told_to_come_again(work: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(work.jobs, "add", lambda *_: False)
    problem = work.problem("POST", "/v1/jobs", json={"job": EXPORT})
    assert problem.status == 409
    assert "repeat" in problem.detail
    assert not work.jobs_workflow.started


def test_a_job_that_cannot_be_started_is_marked(work: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise Unavailable("Step Functions does not answer")

    monkeypatch.setattr(work.jobs_workflow, "start", refuse)
    assert work.problem("POST", "/v1/jobs", json={"job": EXPORT}).status == 503
    [job] = work.jobs.jobs.values()
    assert job == replace(job, state="failed", finished_at=NOW)


@pytest.mark.parametrize(
    "job",
    [
        {},
        {"kind": "delete"},
        PREDICT | {"input": "xlsx"},
        PREDICT | {"input": "parquet", "table": "x"},
        PREDICT | {"model": "../v1"},
        EXPORT | {"from": "2015-01-01T00:00:00Z"},
        EXPORT | {"from": "2014-01-01T00:00:00"},
        EXPORT | {"from": "2001-01-01T00:00:00Z"},
        EXPORT | {"stations": []},
        EXPORT | {"stations": [f"s-{one}" for one in range(501)]},
        EXPORT | {"stations": [f"s-{one}" for one in range(500)], "parameters": ["a", "b", "c", "d", "e"]},
        EXPORT | {"what": "accounts"},
        EXPORT | {"format": "csv"},
    ],
)
def test_what_cannot_be_done_is_refused_before_it_begins(work: Work, job: dict[str, Any]) -> None:
    problem = work.problem("POST", "/v1/jobs", json={"job": job})
    assert problem.status == 422
    assert all((cause.pointer or "").startswith("/body/job") for cause in problem.errors or ())
    assert not work.jobs.jobs


def test_an_export_of_stations_that_there_are_not_names_each_of_them(work: Work) -> None:
    stations = ["openaq-nowhere", "openaq-8118", *(f"s-{one}" for one in range(30))]
    problem = work.problem("POST", "/v1/jobs", json={"job": EXPORT | {"stations": stations}})
    assert problem.status == 422
    assert [cause.pointer for cause in problem.errors or ()][:2] == ["/body/job/stations/0", "/body/job/stations/2"]
    assert len(problem.errors or ()) == 20
    assert "names 'openaq-nowhere', which is no station" in problem.detail
    assert "and 30 more" in problem.detail
    assert not work.jobs.jobs


def test_only_who_may_have_jobs_has_them(work: Work) -> None:
    work.event = signed_in([])
    assert work.problem("GET", "/v1/jobs").status == 403
    assert work.problem("POST", "/v1/jobs", json={"job": EXPORT}).status == 403


def test_a_job_ends_at_its_time(work: Work) -> None:
    created = _begin(work, EXPORT)
    work.jobs.end(ACCOUNT, created["id"], "succeeded", NOW + dt.timedelta(minutes=2))
    assert work.request("GET", f"/v1/jobs/{created['id']}").json()["finished_at"] == "2026-01-31T05:02:00Z"
