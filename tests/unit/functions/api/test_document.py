"""The OpenAPI document: complete, and the one that is committed."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from functions.api.app import create_app
from tests.unit.functions.api.conftest import Api

_COMMITTED = Path(__file__).parents[4] / "docs" / "openapi.json"
_DOCUMENT: dict[str, Any] = create_app().openapi()
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
    committed = json.loads(_COMMITTED.read_text(encoding="utf-8"))

    assert committed == _DOCUMENT, "run: python -m functions.api.openapi > docs/openapi.json"


def test_addresses_are_relative_to_the_document() -> None:
    assert [server["url"] for server in _DOCUMENT["servers"]] == ["."]


@pytest.mark.parametrize("name", _OPERATIONS)
def test_every_operation_says_what_it_does(name: str) -> None:
    _, operation = _OPERATIONS[name]

    assert operation["summary"]
    assert operation["description"]
    assert operation["tags"]


@pytest.mark.parametrize("name", _OPERATIONS)
def test_what_is_under_v1_needs_a_token_and_a_key_and_the_rest_is_open(name: str) -> None:
    path, operation = _OPERATIONS[name]

    assert operation["security"] == ([{"token": [], "key": []}] if path.startswith("/v1/") else [])
    if path.startswith("/v1/"):
        assert {"401", "403", "429", "500", "503"} <= operation["responses"].keys()


def test_both_credentials_are_declared() -> None:
    schemes = _DOCUMENT["components"]["securitySchemes"]

    assert (schemes["token"]["type"], schemes["token"]["scheme"]) == ("http", "bearer")
    assert (schemes["key"]["type"], schemes["key"]["in"], schemes["key"]["name"]) == ("apiKey", "header", "x-api-key")


@pytest.mark.parametrize("name", _OPERATIONS)
def test_every_error_is_documented_as_a_problem_with_an_example(name: str) -> None:
    for status, response in _OPERATIONS[name][1]["responses"].items():
        if status == "200":
            continue
        assert list(response["content"]) == ["application/problem+json"]
        content = response["content"]["application/problem+json"]
        assert content["schema"] == {"$ref": "#/components/schemas/Problem"}
        assert [example["value"]["status"] for example in content["examples"].values()] == [int(status)] * len(
            content["examples"]
        )


def test_every_reference_leads_somewhere() -> None:
    names = {reference.removeprefix("#/components/schemas/") for reference in _references(_DOCUMENT)}

    assert names <= _DOCUMENT["components"]["schemas"].keys()


def test_the_query_of_an_operation_is_described(api: Api) -> None:
    parameters = {one["name"]: one for one in _OPERATIONS["get_observations"][1]["parameters"]}

    assert list(parameters) == ["station", "parameter", "from", "to", "as_of"]
    assert all(one["description"] for one in parameters.values())
    assert parameters["parameter"]["required"]
    assert not parameters["from"]["required"]
    assert api.get("/openapi.json").json()["paths"].keys() == _DOCUMENT["paths"].keys()
