"""`/v1/models`: read by everybody, decided by operators."""

from dataclasses import replace

import pytest

from geoclimate.contracts.models import ModelDetailAnswer
from geoclimate.domain.executions import Execution
from geoclimate.domain.models import RegistryStage
from geoclimate.domain.pseudonyms import pseudonym_of
from tests.api_events import ACCOUNT, signed_in
from tests.unit.functions.work.conftest import Work
from tests.workflow_fakes import NOW, RegistryInMemory, record

FORMER = replace(record("v1", RegistryStage.RETIRED), promoted_at=NOW)
PRESENT = replace(record("v2", RegistryStage.PRODUCTION), promoted_at=NOW, replaced="v1")
NEXT = replace(record("v3"), judged_against="v2")
REASON = {"reason": "The canary of last night was closer."}


@pytest.fixture
def operated(work: Work) -> Work:
    work.registry = RegistryInMemory([FORMER, PRESENT, NEXT])
    work.event = signed_in(["operator"])
    return work


def test_lists_the_newest_first(operated: Work) -> None:
    answer = operated.request("GET", "/v1/models", params={"parameter": "pm25"})
    assert [each["version"] for each in answer.json()["models"]] == ["v3", "v2", "v1"]


def test_gives_a_version_with_its_scores_and_decisions(operated: Work) -> None:
    operated.event = signed_in()
    operated.registry.stage("pm25", "v3", who="run-1", why="it passed the gate")
    answer = operated.request("GET", "/v1/models/v3")
    assert answer.status_code == 200
    given = ModelDetailAnswer.model_validate_json(answer.text)
    assert (given.version, given.stage, given.judged_against) == ("v3", "staging", "v2")
    assert given.evaluation.skill == pytest.approx(NEXT.evaluation.skill)
    assert [(each.after, each.who, each.why) for each in given.decisions] == [
        ("staging", "run-1", "it passed the gate"),
    ]
    assert given.card is None


def test_a_decision_of_a_workflow_does_not_tell_the_aws_account(operated: Work) -> None:
    operated.registry.stage("pm25", "v3", who="arn:aws:states:us-east-1:111122223333:execution:train:r1", why="passed")
    answer = operated.request("GET", "/v1/models/v3")
    assert [each["who"] for each in answer.json()["decisions"]] == ["workflow train/r1"]
    assert "111122223333" not in answer.text


def test_gives_the_card_as_it_was_written(operated: Work) -> None:
    uri = operated.artifacts.put("models/v2/registered/card.md", "# Model\nPM2.5 in µg/m³".encode(), "text/markdown")
    operated.registry = RegistryInMemory([replace(PRESENT, card_uri=uri)])
    assert operated.request("GET", "/v1/models/v2").json()["card"] == "# Model\nPM2.5 in µg/m³"


def test_a_card_that_was_cleaned_up_is_none(operated: Work) -> None:
    operated.registry = RegistryInMemory([replace(PRESENT, card_uri="s3://bucket/gone.md")])
    assert operated.request("GET", "/v1/models/v2").json()["card"] is None


@pytest.mark.parametrize(("method", "path"), [("GET", "/v1/models/v9"), ("POST", "/v1/models/v9/promotion")])
def test_an_unknown_version_is_not_found(operated: Work, method: str, path: str) -> None:
    problem = operated.problem(method, path, json=REASON if method == "POST" else None)
    assert (problem.status, problem.detail) == (404, "There is no version v9 of the pm25 model.")


def test_a_promotion_begins_and_says_where_to_look(operated: Work) -> None:
    answer = operated.request("POST", "/v1/models/v3/promotion", json=REASON)
    assert answer.status_code == 202, answer.text
    [(name, given)] = operated.deployment.started.items()
    assert answer.json() == {"change": name, "kind": "promotion", "version": "v3", "current": "v2"}
    assert answer.headers["location"] == f"../changes/{name}"
    assert given == {
        "target": "pm25",
        "version": "v3",
        "reason": REASON["reason"],
        "who": f"account:{pseudonym_of(ACCOUNT)}",
    }


def test_a_rollback_begins_and_says_where_to_look(operated: Work) -> None:
    answer = operated.request("POST", "/v1/models/rollback", json=REASON)
    assert answer.status_code == 202, answer.text
    [(name, given)] = operated.rollback.started.items()
    assert (given["version"], given["current"]) == ("v1", "v2")
    assert answer.headers["location"] == f"changes/{name}"


def test_a_rollback_may_name_its_version(operated: Work) -> None:
    answer = operated.request("POST", "/v1/models/rollback", json=REASON | {"version": "v1"})
    assert answer.json()["version"] == "v1"


def test_a_change_is_followed(operated: Work) -> None:
    name = operated.request("POST", "/v1/models/rollback", json=REASON).json()["change"]
    operated.rollback.states[name] = Execution(name, "failed", "version v1 failed its smoke test")
    assert operated.request("GET", f"/v1/models/changes/{name}").json() == {
        "change": name,
        "state": "failed",
        "cause": "version v1 failed its smoke test",
    }


@pytest.mark.parametrize("name", ["rollback-000000000000", "promotion-000000000000"])
def test_a_change_that_never_was_is_not_found(operated: Work, name: str) -> None:
    assert operated.problem("GET", f"/v1/models/changes/{name}").status == 404


def test_a_version_that_cannot_be_promoted_is_a_conflict(operated: Work) -> None:
    problem = operated.problem("POST", "/v1/models/v2/promotion", json=REASON)
    assert problem.status == 409
    assert "promote another version, or roll back" in problem.detail


@pytest.mark.parametrize("path", ["/v1/models/rollback", "/v1/models/v3/promotion"])
@pytest.mark.parametrize("roles", [["consumer"], ["analyst"]])
def test_only_who_may_decide_decides(operated: Work, path: str, roles: list[str]) -> None:
    operated.event = signed_in(roles)
    problem = operated.problem("POST", path, json=REASON)
    assert problem.status == 403
    assert "models:decide" in problem.detail
    assert not operated.deployment.started
    assert not operated.rollback.started


@pytest.mark.parametrize("body", [{}, {"reason": "worse"}, {"reason": "          x          "}, {"reason": "y" * 501}])
@pytest.mark.parametrize("path", ["/v1/models/rollback", "/v1/models/v3/promotion"])
def test_a_decision_needs_a_reason_that_others_understand(operated: Work, path: str, body: dict[str, str]) -> None:
    problem = operated.problem("POST", path, json=body)
    assert problem.status == 422
    assert [cause.pointer for cause in problem.errors or ()] == ["/body/reason"]
