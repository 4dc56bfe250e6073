"""`/v1/uploads`: a place for a file, and the report of what became of it."""

import json
from typing import Any

import pytest

from geoclimate.contracts.report import IngestReport
from geoclimate.domain.pseudonyms import pseudonym_of
from tests.api_events import ACCOUNT, OTHER_ACCOUNT, signed_in
from tests.unit.functions.work.conftest import Work
from tests.workflow_fakes import NOW

NAME = "location-8118-20240131.csv.gz"


@pytest.fixture
def provider(work: Work) -> Work:
    work.event = signed_in(["operator"])
    return work


def _begin(work: Work, **more: Any) -> dict[str, Any]:
    answer = work.request("POST", "/v1/uploads", json={"name": NAME, **more})
    assert answer.status_code == 201, answer.text
    created: dict[str, Any] = answer.json()
    assert answer.headers["location"] == f"uploads/{created['id']}"
    return created


def _report(work: Work, key: str, errors_key: str | None = None) -> IngestReport:
    report = IngestReport(
        file=key,
        version=None,
        digest="0" * 64,
        status="accepted",
        errors_key=errors_key,
        uploaded_at=NOW,
        finished_at=NOW,
        duration_ms=7,
    )
    work.files.files[f"{key}.report.json"] = report.model_dump_json().encode()
    return report


def test_gives_a_form_for_a_place_of_the_account_s_own(provider: Work) -> None:
    created = _begin(provider)
    key = created["form"]["fields"]["key"]
    assert key == f"providers/{pseudonym_of(ACCOUNT)}/{created['id']}/{NAME}"
    assert created["form"]["most_bytes"] == 2**30
    assert ACCOUNT not in key


def test_a_preview_lies_where_nothing_is_stored(provider: Work) -> None:
    assert _begin(provider, preview=True)["form"]["fields"]["key"].startswith("preview/providers/")


def test_a_mapping_lies_beside_the_file_before_it_comes(provider: Work) -> None:
    created = _begin(provider, name="wide.csv", mapping={"stations": "µ"})
    key = created["form"]["fields"]["key"]
    assert json.loads(provider.files.files[f"{key}.mapping.json"]) == {"stations": "µ"}


def test_an_upload_is_pending_until_its_report_is_there(provider: Work) -> None:
    created = _begin(provider)
    path = f"/v1/uploads/{created['id']}"
    pending = provider.request("GET", path).json()
    assert (pending["state"], pending["report"], pending["name"]) == ("pending", None, NAME)
    key = created["form"]["fields"]["key"]
    report = _report(provider, key)
    reported = provider.request("GET", path).json()
    assert reported["state"] == "reported"
    assert IngestReport.model_validate(reported["report"]) == report
    assert reported["errors_url"] is None


def test_refused_rows_have_a_link(provider: Work) -> None:
    created = _begin(provider)
    key = created["form"]["fields"]["key"]
    _report(provider, key, errors_key=f"{key}.errors.ndjson")
    answer = provider.request("GET", f"/v1/uploads/{created['id']}").json()
    assert answer["errors_url"] == f"https://store/{key}.errors.ndjson?signed"


def test_lists_the_account_s_uploads_in_pages(provider: Work) -> None:
    made = [_begin(provider)["id"] for _ in range(3)]
    first = provider.request("GET", "/v1/uploads", params={"limit": 2}).json()
    second = provider.request("GET", f"/v1/uploads{first['next']}").json()
    listed = [each["id"] for page in (first, second) for each in page["uploads"]]
    assert listed == sorted(made, reverse=True)
    assert second["next"] is None


def test_another_account_s_upload_is_not_there(provider: Work) -> None:
    created = _begin(provider)
    _report(provider, created["form"]["fields"]["key"])
    provider.event = signed_in(["admin"], account=OTHER_ACCOUNT)
    assert provider.problem("GET", f"/v1/uploads/{created['id']}").status == 404
    assert provider.request("GET", "/v1/uploads").json()["uploads"] == []


@pytest.mark.parametrize(
    "name",
    [
        "",
        "../a.csv",
        "a/b.csv",
        ".csv",
        "a..csv",
        "a b.csv",
        "a\n.csv",
        "x" * 300,
        "mapping.json",
        "a.csv.mapping.json",
        "a.csv.report.json",
        "a.errors.ndjson",
    ],
)
def test_a_name_that_is_no_file_s_is_refused(provider: Work, name: str) -> None:
    problem = provider.problem("POST", "/v1/uploads", json={"name": name})
    assert problem.status == 422
    assert [cause.pointer for cause in problem.errors or ()] == ["/body/name"]


def test_a_mapping_as_large_as_a_file_is_refused(provider: Work) -> None:
    problem = provider.problem("POST", "/v1/uploads", json={"name": NAME, "mapping": {"a": "x" * 2**20}})
    assert problem.status == 422
    assert [cause.pointer for cause in problem.errors or ()] == ["/body/mapping"]


@pytest.mark.parametrize(
    ("method", "path", "roles", "status"),
    [
        ("POST", "/v1/uploads", ["analyst"], 403),
        ("GET", "/v1/uploads", ["consumer"], 403),
        ("GET", "/v1/uploads/20260131-050607-1b9d6bcd4f2a", ["consumer"], 403),
        ("GET", "/v1/uploads", ["analyst"], 200),
        ("GET", "/v1/uploads/x", ["analyst"], 422),
    ],
)
def test_who_may_do_what(work: Work, method: str, path: str, roles: list[str], status: int) -> None:
    work.event = signed_in(roles)
    body = {"name": NAME} if method == "POST" else None
    assert work.request(method, path, json=body).status_code == status
