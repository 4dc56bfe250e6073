"""A problem type as an HTTP answer."""

import json

import pytest

from geoclimate.contracts.http import Problem, ProblemCause
from geoclimate.contracts.problems import INVALID_QUERY, METHOD_NOT_ALLOWED, UNAVAILABLE
from geoclimate.runtime.web.problem_response import problem_response


def test_an_occurrence_says_what_is_wrong_one_by_one() -> None:
    causes = [ProblemCause(name="from", pointer="/query/from", detail="has no offset")]

    response = problem_response(INVALID_QUERY, "r-1", "/v1/stations", detail="'from' has no offset.", causes=causes)

    assert (response.status_code, response.headers["content-type"]) == (422, "application/problem+json")
    body = Problem.model_validate(json.loads(bytes(response.body)), extra="forbid")
    assert body.type == "urn:geoclimate:problem:invalid-query"
    assert (body.status, body.detail) == (422, "'from' has no offset.")
    assert (body.instance, body.request_id) == ("urn:geoclimate:request:r-1", "r-1")
    assert body.hint == INVALID_QUERY.hint
    assert body.errors == tuple(causes)


def test_without_an_occurrence_the_type_speaks_for_itself() -> None:
    body = json.loads(bytes(problem_response(UNAVAILABLE, "r-1", "/v1/stations").body))

    assert body["detail"] == UNAVAILABLE.detail
    assert "errors" not in body


def test_the_types_headers_and_the_occurrences_both_go_out() -> None:
    assert problem_response(UNAVAILABLE, "r-1", "/v1/stations").headers["retry-after"] == "5"
    assert (
        problem_response(METHOD_NOT_ALLOWED, "r-1", "/v1/stations", headers={"Allow": "GET"}).headers["allow"] == "GET"
    )


@pytest.mark.parametrize(
    ("path", "link"),
    [
        ("/health", "docs/problems#unavailable"),
        ("/v1/stations", "../docs/problems#unavailable"),
        ("/v1/stations/x/forecast", "../../../docs/problems#unavailable"),
        ("", "docs/problems#unavailable"),
    ],
)
def test_it_links_to_the_page_that_explains_it_under_any_stage(path: str, link: str) -> None:
    assert problem_response(UNAVAILABLE, "r-1", path).headers["link"] == f'<{link}>; rel="help"'
