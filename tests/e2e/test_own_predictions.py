"""With a model in production: forecasts of a caller's own series, and another version promoted and put back."""

import csv
import datetime as dt
import hashlib
import io
import json
import tarfile
from typing import Any

import httpx
import pytest

from geoclimate.contracts.model import CARD_FILE
from tests.e2e.conftest import Caller, Stack, caller
from tests.model_archives import tar

pytestmark = pytest.mark.e2e

_ISSUED = dt.datetime(2014, 12, 31, 16, tzinfo=dt.UTC)
_ONE: dict[str, Any] = {
    "issue_time": _ISSUED.isoformat(),
    "latitude": 39.95,
    "longitude": 116.47,
    "history": {"pm25": [60.0 + hour % 24 for hour in range(72)]},
}
_CHANGE_S = 300


@pytest.fixture(scope="module")
def analyst(stack: Stack, trained: dict[str, Any]) -> Caller:
    assert trained
    return caller(stack, "own.predictions@example.org")


@pytest.fixture(scope="module")
def operator(stack: Stack, trained: dict[str, Any]) -> Caller:
    assert trained
    return caller(stack, "operator.predictions@example.org", "operator")


def _production(operator: Caller) -> dict[str, Any]:
    models = operator.ask("GET", "/v1/models?parameter=pm25").json()["models"]
    (found,) = [model for model in models if model["stage"] == "production"]
    return dict(found)


@pytest.fixture(scope="module")
def candidate(stack: Stack, operator: Caller) -> str:
    """The version in production once more under another name, as if training had just registered it."""
    version = str(_production(operator)["version"])
    name = f"{version}-again"
    dynamodb, table = stack.client("dynamodb"), stack.outputs["ModelsTableName"]
    key = {"pk": {"S": "pm25"}, "sk": {"S": f"VERSION#{version}"}}
    item = dynamodb.get_item(TableName=table, Key=key)["Item"]
    s3, bucket = stack.client("s3"), stack.outputs["ArtifactsBucketName"]
    archive = s3.get_object(Bucket=bucket, Key=f"models/{version}/output/model.tar.gz")["Body"].read()
    renamed = _renamed(archive, name)
    s3.put_object(Bucket=bucket, Key=f"models/{name}/output/model.tar.gz", Body=renamed)
    changed = {
        "sk": f"VERSION#{name}",
        "version": name,
        "stage": "candidate",
        "judged_against": version,
        "artifact_uri": f"s3://{bucket}/models/{name}/output/model.tar.gz",
        "artifact_digest": hashlib.sha256(renamed).hexdigest(),
    }
    item |= {attribute: {"S": value} for attribute, value in changed.items()}
    for attribute in ("promoted_at", "replaced"):
        item.pop(attribute, None)
    dynamodb.put_item(TableName=table, Item=item)
    return name


def _renamed(archive: bytes, version: str) -> bytes:
    """The same model, whose card says another version: what is served must be what was meant."""
    with tarfile.open(fileobj=io.BytesIO(archive)) as given:
        opened = [(member.name, given.extractfile(member)) for member in given]
        members = [(name, file.read()) for name, file in opened if file is not None]
    return tar(
        [
            (name, json.dumps(json.loads(body) | {"version": version}).encode() if name.endswith(CARD_FILE) else body)
            for name, body in members
        ]
    )


def _done(operator: Caller, answer: httpx.Response) -> dict[str, Any]:
    assert answer.status_code == 202, answer.text
    path = f"/v1/models/changes/{answer.json()['change']}"
    return operator.until(path, "running", patience_s=_CHANGE_S)


def test_one_series_is_forecast_by_the_model_in_production(analyst: Caller, operator: Caller) -> None:
    answer = analyst.ask("POST", "/v1/predict", _ONE | {"exceed": 35.4})
    assert answer.status_code == 200, answer.text
    made = answer.json()
    assert (made["engine"], made["model_version"]) == ("endpoint", _production(operator)["version"])
    assert made["lead_hours"] == list(range(1, 25))
    for lower, median, upper in zip(made["lower"], made["median"], made["upper"], strict=True):
        assert 0 <= lower <= median <= upper < 1000
    assert len(made["exceedance"]) == 24


@pytest.mark.parametrize(
    ("change", "status", "pointer"),
    [
        ({"latitude": 116.47, "longitude": 39.95}, 422, "/body/latitude"),
        ({"history": {"pm25": [60.0] * 71 + [-999]}}, 422, "/body/history/pm25/71"),
        ({"model": "geoclimate-nowhere"}, 404, None),
    ],
)
def test_what_cannot_be_forecast_is_named(
    analyst: Caller, change: dict[str, Any], status: int, pointer: str | None
) -> None:
    answer = analyst.ask("POST", "/v1/predict", _ONE | change)
    assert answer.status_code == status, answer.text
    assert [cause["pointer"] for cause in answer.json().get("errors") or ()] == ([] if pointer is None else [pointer])


def test_a_table_of_series_is_forecast_by_a_job(analyst: Caller) -> None:
    first = _ISSUED - dt.timedelta(hours=72)
    rows = [
        f"s{one},{40 + 3 * one},116.4,{(first + dt.timedelta(hours=hour)).isoformat()},{50 + hour % 24}"
        for one in range(2)
        for hour in range(72)
    ]
    table = "\n".join(["series,latitude,longitude,start,pm25", *rows])
    begun = analyst.ask(
        "POST", "/v1/jobs", {"job": {"kind": "predict", "input": "csv", "output": "csv", "table": table}}
    )
    assert begun.status_code == 202, begun.text
    job = analyst.until(f"/v1/jobs/{begun.json()['id']}", "running")
    assert job["state"] == "succeeded", job
    texts = [httpx.get(address, timeout=30, trust_env=False).text for address in job["results"]]
    made = [row for text in texts for row in csv.DictReader(io.StringIO(text))]
    assert len(made) == job["rows"]
    assert {(row["series"], row["latitude"], row["unit"]) for row in made} == {
        ("s0", "40", "µg/m³"),
        ("s1", "43", "µg/m³"),
    }
    assert {row["problem"] for row in made} == {""}


def test_a_promotion_needs_the_right_and_a_reason(analyst: Caller, operator: Caller, candidate: str) -> None:
    path = f"/v1/models/{candidate}/promotion"
    assert analyst.ask("POST", path, {"reason": "it is the same one again"}).status_code == 403
    for body in ({}, {"reason": "short"}):
        answer = operator.ask("POST", path, body)
        assert answer.status_code == 422
        assert [cause["pointer"] for cause in answer.json()["errors"]] == ["/body/reason"]


def test_a_version_is_promoted_with_a_reason_and_put_back_with_another(operator: Caller, candidate: str) -> None:
    before = _production(operator)["version"]
    promoted = _done(
        operator, operator.ask("POST", f"/v1/models/{candidate}/promotion", {"reason": "tried by a test of the whole"})
    )
    assert promoted["state"] == "succeeded", promoted
    assert _production(operator)["version"] == candidate
    decisions = operator.ask("GET", f"/v1/models/{candidate}").json()["decisions"]
    assert [(each["after"], each["why"]) for each in decisions] == [
        ("staging", "tried by a test of the whole"),
        ("production", "tried by a test of the whole"),
    ]
    assert all(each["who"].startswith("account:") for each in decisions)
    back = _done(operator, operator.ask("POST", "/v1/models/rollback", {"reason": "the test is over, as it was"}))
    assert back["state"] == "succeeded", back
    assert _production(operator)["version"] == before


def test_what_is_in_production_is_not_promoted_again(operator: Caller) -> None:
    version = _production(operator)["version"]
    answer = operator.ask("POST", f"/v1/models/{version}/promotion", {"reason": "it is there already"})
    assert answer.status_code == 409
