"""The table of problems: complete, stable, and safe as a gateway's template."""

import json
import re
from pathlib import Path

import pytest

from geoclimate.contracts.gateway_problems import GATEWAY_PROBLEMS, all_problems, gateway_headers, gateway_template
from geoclimate.contracts.http import Problem
from geoclimate.contracts.problems import DOMAIN_PROBLEMS, INTERNAL_ERROR, ProblemType, problem_of
from geoclimate.domain import errors

_DOCS = Path(__file__).parents[3] / "docs" / "problems.md"


def test_every_branch_of_the_domains_errors_has_a_status() -> None:
    branches = {kind for kind in errors.GeoClimateError.__subclasses__() if kind.__module__ == errors.__name__}

    assert branches <= set(DOMAIN_PROBLEMS)


def test_a_domain_error_keeps_its_code_and_title() -> None:
    for kind, problem in DOMAIN_PROBLEMS.items():
        assert (problem.code, problem.title) == (kind.code, kind.title)


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (errors.UnknownStation("x"), 404),
        (errors.UnknownParameter("x"), 422),
        (errors.UnknownSeries("x"), 404),
        (errors.NoForecast("x"), 404),
        (errors.InvalidQuery("from", "x"), 422),
        (errors.UnreadableFile("gzip", "x"), 422),
        (errors.Conflict("x"), 409),
        (errors.Unavailable("x"), 503),
        (errors.IntegrityError("x"), 500),
    ],
)
def test_an_error_becomes_the_status_of_its_class(error: errors.GeoClimateError, status: int) -> None:
    assert problem_of(error).status == status


def test_an_error_without_an_entry_becomes_its_parents_problem() -> None:
    class LostStation(errors.UnknownStation):
        code = "lost-station"

    assert problem_of(LostStation("x")).code == "unknown-station"


def test_a_code_means_one_thing() -> None:
    kinds: dict[str, set[tuple[str, str]]] = {}
    for problem in (*DOMAIN_PROBLEMS.values(), *GATEWAY_PROBLEMS.values()):
        kinds.setdefault(problem.code, set()).add((problem.title, problem.detail))

    assert {code for code, meanings in kinds.items() if len(meanings) > 1} == set()


@pytest.mark.parametrize(
    ("response_type", "status", "code"),
    [
        ("UNAUTHORIZED", 401, "unauthorized"),
        ("EXPIRED_TOKEN", 401, "unauthorized"),
        ("ACCESS_DENIED", 403, "forbidden"),
        ("INVALID_API_KEY", 403, "invalid-api-key"),
        ("MISSING_AUTHENTICATION_TOKEN", 404, "unknown-path"),
        ("REQUEST_TOO_LARGE", 413, "request-too-large"),
        ("UNSUPPORTED_MEDIA_TYPE", 415, "unsupported-media-type"),
        ("THROTTLED", 429, "throttled"),
        ("QUOTA_EXCEEDED", 429, "quota-exceeded"),
        ("AUTHORIZER_FAILURE", 500, "internal-error"),
        ("INTEGRATION_FAILURE", 503, "unavailable"),
        ("INTEGRATION_TIMEOUT", 503, "unavailable"),
    ],
)
def test_the_gateways_own_answers_have_a_status_and_a_type(response_type: str, status: int, code: str) -> None:
    assert (GATEWAY_PROBLEMS[response_type].status, GATEWAY_PROBLEMS[response_type].code) == (status, code)


def test_only_the_gateways_fallbacks_leave_the_status_to_the_gateway() -> None:
    assert {name for name, problem in GATEWAY_PROBLEMS.items() if problem.status is None} == {
        "DEFAULT_4XX",
        "DEFAULT_5XX",
    }


@pytest.mark.parametrize("problem", GATEWAY_PROBLEMS.values(), ids=GATEWAY_PROBLEMS)
def test_a_template_renders_to_a_problem(problem: ProblemType) -> None:
    rendered = json.loads(gateway_template(problem).replace("$context.requestId", "f00"))

    body = Problem.model_validate(rendered, extra="forbid")
    assert (body.type, body.status, body.request_id) == (problem.uri, problem.status, "f00")
    assert body.instance == "urn:geoclimate:request:f00"


@pytest.mark.parametrize("problem", GATEWAY_PROBLEMS.values(), ids=GATEWAY_PROBLEMS)
def test_a_template_uses_no_variable_that_a_caller_can_write(problem: ProblemType) -> None:
    assert set(re.findall(r"\$[\w.]+", gateway_template(problem))) == {"$context.requestId"}


@pytest.mark.parametrize("problem", GATEWAY_PROBLEMS.values(), ids=GATEWAY_PROBLEMS)
def test_gateway_headers_are_mapping_expressions(problem: ProblemType) -> None:
    headers = gateway_headers(problem, cross_origin=True)

    assert headers["Content-Type"] == "'application/problem+json'"
    assert headers["X-Content-Type-Options"] == "'nosniff'"
    assert headers["Cache-Control"] == "'no-store'"
    assert headers["X-Request-Id"] == "context.requestId"
    for expression in headers.values():
        assert re.fullmatch(r"'[^']*'|context\.\w+", expression)


def test_pages_of_other_origins_read_the_gateway_s_answers_only_where_the_stage_lets_them_in() -> None:
    problem = GATEWAY_PROBLEMS["UNAUTHORIZED"]

    assert gateway_headers(problem, cross_origin=True)["Access-Control-Allow-Origin"] == "'*'"
    assert not any(name.startswith("Access") for name in gateway_headers(problem, cross_origin=False))


def test_a_throttled_caller_is_told_when_to_return_and_an_unknown_one_how_to_sign_in() -> None:
    assert gateway_headers(GATEWAY_PROBLEMS["THROTTLED"], cross_origin=False)["Retry-After"] == "'1'"
    assert gateway_headers(GATEWAY_PROBLEMS["UNAUTHORIZED"], cross_origin=False)["WWW-Authenticate"] == "'Bearer'"


def test_codes_are_listed_once_and_keep_their_status() -> None:
    listed = {problem.code: problem for problem in all_problems()}

    assert len(listed) == len(all_problems())
    assert listed["internal-error"] == INTERNAL_ERROR


def test_the_docs_have_a_section_for_every_code_with_its_status_and_title() -> None:
    text = _DOCS.read_text(encoding="utf-8")
    sections = re.findall(r"^## ([a-z-]+)\n\n\*\*(\d+|as sent): (.+?)\.?\*\*", text, flags=re.MULTILINE)

    assert sections == [(problem.code, str(problem.status or "as sent"), problem.title) for problem in all_problems()]
