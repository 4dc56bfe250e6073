"""The OpenAPI document: complete, and the one that is committed."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from geoclimate.contracts.gateway_problems import all_problems
from geoclimate.contracts.gateway_routes import GatewayRoute, route_of
from local.openapi import DOCUMENT, made_document

_DOCUMENT: dict[str, Any] = made_document()
_OPERATIONS = {
    operation["operationId"]: (path, operation)
    for path, operations in _DOCUMENT["paths"].items()
    for operation in operations.values()
}


def _references(node: object) -> Iterator[str]:
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        for child in node.values():
            yield from _references(child)
    elif isinstance(node, list):
        for child in node:
            yield from _references(child)


def test_the_committed_document_is_the_apps() -> None:
    assert json.loads(DOCUMENT.read_text(encoding="utf-8")) == _DOCUMENT, "run: make openapi"


def test_addresses_are_relative_to_the_document() -> None:
    assert [server["url"] for server in _DOCUMENT["servers"]] == ["."]


@pytest.mark.parametrize("name", _OPERATIONS)
def test_every_operation_says_what_it_does(name: str) -> None:
    _, operation = _OPERATIONS[name]

    assert operation["summary"]
    assert operation["description"]
    assert operation["tags"]


_SECURITY: dict[str, list[dict[str, list[str]]]] = {
    "open": [],
    "token": [{"token": []}],
    "token and key": [{"token": [], "key": []}],
}


@pytest.mark.parametrize("name", _OPERATIONS)
def test_an_operation_asks_for_what_the_gateway_asks_for(name: str) -> None:
    path, operation = _OPERATIONS[name]
    route = route_of(path)

    assert route is not None
    assert operation["security"] == _SECURITY[route.access]
    if path.startswith("/v1/"):
        refused = set() if route.access == "open" else {"401", "403"}
        assert {"429", "500", "503"} | refused <= operation["responses"].keys()


@pytest.mark.parametrize(
    ("path", "function", "access"),
    [
        ("/health", "api", "open"),
        ("/v1/stations/{station}/forecast", "api", "token and key"),
        ("/v1/auth/sign-in", "accounts", "open"),
        ("/v1/me", "accounts", "token"),
        ("/v1/me/usage", "accounts", "token"),
        ("/v1/predict", "work", "token and key"),
        ("/v1/predictions", "api", "token and key"),
        ("/edr", "api", "token and key"),
    ],
)
def test_the_most_exact_path_of_the_gateway_is_taken(path: str, function: str, access: str) -> None:
    route = route_of(path)

    assert isinstance(route, GatewayRoute)
    assert (route.function, route.access) == (function, access)


def test_the_gateway_answers_itself_what_no_path_fits() -> None:
    assert [route_of(path) for path in ("/", "/v1", "/v2/stations", "/health/more")] == [None] * 4


def test_both_credentials_are_declared() -> None:
    schemes = _DOCUMENT["components"]["securitySchemes"]

    assert (schemes["token"]["type"], schemes["token"]["scheme"]) == ("http", "bearer")
    assert (schemes["key"]["type"], schemes["key"]["in"], schemes["key"]["name"]) == ("apiKey", "header", "x-api-key")


@pytest.mark.parametrize("name", _OPERATIONS)
def test_every_error_is_documented_as_a_problem_with_an_example(name: str) -> None:
    for status, response in _OPERATIONS[name][1]["responses"].items():
        if int(status) < 400:
            continue
        assert list(response["content"]) == ["application/problem+json"]
        content = response["content"]["application/problem+json"]
        assert content["schema"] == {"$ref": "#/components/schemas/Problem"}
        assert [example["value"]["status"] for example in content["examples"].values()] == [int(status)] * len(
            content["examples"]
        )


@pytest.mark.parametrize("name", _OPERATIONS)
def test_what_may_be_repeated_later_says_when(name: str) -> None:
    waits = {problem.code for problem in all_problems() if "Retry-After" in problem.headers}

    for response in _OPERATIONS[name][1]["responses"].values():
        codes = response.get("content", {}).get("application/problem+json", {}).get("examples", {}).keys()
        assert ("Retry-After" in response.get("headers", {})) == bool(codes & waits)


@pytest.mark.parametrize("name", _OPERATIONS)
def test_an_answer_that_a_caller_may_have_already_has_a_tag(name: str) -> None:
    responses = _OPERATIONS[name][1]["responses"]
    tagged = [status for status, response in responses.items() if "ETag" in response.get("headers", {})]

    assert tagged == (["200", "304"] if "304" in responses else [])


def _shows(schema: dict[str, Any]) -> bool:
    """Whether a schema says what a value of it looks like."""
    if schema.keys() & {"example", "examples", "enum", "const", "default", "$ref"} or schema.get("type") == "boolean":
        return True
    return any(one.get("type") != "null" and _shows(one) for one in schema.get("anyOf", ()))


@pytest.mark.parametrize("name", _OPERATIONS)
def test_every_parameter_has_an_example(name: str) -> None:
    for parameter in _OPERATIONS[name][1].get("parameters", ()):
        if "$ref" not in parameter:
            assert "example" in parameter or _shows(parameter["schema"]), parameter["name"]


def test_every_reference_leads_somewhere() -> None:
    named = {f"#/components/{kind}/{name}" for kind, members in _DOCUMENT["components"].items() for name in members}

    assert set(_references(_DOCUMENT)) <= named


def test_the_query_of_an_operation_is_described() -> None:
    given = _OPERATIONS["get_observations"][1]["parameters"]
    parameters = {one["name"]: one for one in given if "$ref" not in one}

    assert {"station", "parameter", "from", "to", "as_of"} <= parameters.keys()
    # A cursor's is in the schema that stands beside null.
    assert all('"description": "' in json.dumps(one) for one in parameters.values())
    assert parameters["parameter"]["required"]
    assert not parameters["from"]["required"]


@pytest.mark.parametrize("status", ["201", "202"])
def test_whatever_was_made_or_begun_says_where_it_is(status: str) -> None:
    answers = {
        name: operation["responses"][status]
        for name, (_, operation) in _OPERATIONS.items()
        if status in operation["responses"]
    }

    assert len(answers) >= 3
    for name, answer in answers.items():
        assert answer["headers"]["Location"]["schema"]["type"] == "string", name
