"""Which changes of the OpenAPI document break callers."""

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest

from local.openapi import RELEASED, made_document
from local.openapi_changes import breaking_changes

SCHEMA = {
    "type": "object",
    "required": ["name", "state"],
    "properties": {
        "name": {"type": "string", "maxLength": 64},
        "state": {"enum": ["on", "off"], "type": "string"},
        "note": {"anyOf": [{"type": "string"}, {"type": "null"}]},
        "count": {"type": "integer"},
    },
}
DOCUMENT: dict[str, Any] = {
    "paths": {
        "/v1/things/{thing}": {
            "post": {
                "operationId": "create",
                "parameters": [
                    {"in": "path", "name": "thing", "required": True, "schema": {"type": "string"}},
                    {"in": "query", "name": "limit", "required": False, "schema": {"type": "integer", "maximum": 100}},
                ],
                "requestBody": {
                    "required": False,
                    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}},
                },
                "responses": {
                    "200": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Things"}}}},
                    "409": {"content": {"application/problem+json": {"schema": {"type": "object"}}}},
                },
            },
        }
    },
    "components": {
        "schemas": {
            "Thing": SCHEMA,
            "Things": {
                "type": "object",
                "required": ["things"],
                "properties": {"things": {"items": copy.deepcopy(SCHEMA)}},
            },
        }
    },
}

Change = Callable[[dict[str, Any], dict[str, Any], dict[str, Any]], object]
"""Of the operation, of what is sent, and of what is told."""


def changed(change: Change) -> list[str]:
    after = copy.deepcopy(DOCUMENT)
    told = after["components"]["schemas"]["Things"]["properties"]["things"]["items"]
    change(after["paths"]["/v1/things/{thing}"]["post"], after["components"]["schemas"]["Thing"], told)
    return breaking_changes(DOCUMENT, after)


def test_the_same_document_breaks_nobody() -> None:
    assert breaking_changes(DOCUMENT, DOCUMENT) == []


BREAKING: dict[str, Change] = {
    "'query limit' is gone": lambda operation, _, __: operation["parameters"].pop(),
    "must be given now": lambda operation, _, __: operation["parameters"][1].update(required=True),
    "new parameter": lambda operation, _, __: operation["parameters"].append(
        {"in": "query", "name": "why", "required": True, "schema": {}}
    ),
    "maximum is 50": lambda operation, _, __: operation["parameters"][1]["schema"].update(maximum=50),
    "minimum is 1": lambda operation, _, __: operation["parameters"][1]["schema"].update(minimum=1),
    "a body must be sent": lambda operation, _, __: operation["requestBody"].update(required=True),
    "body of application/json is not taken": lambda operation, _, __: operation.pop("requestBody"),
    "the answer 200 is gone": lambda operation, _, __: operation["responses"].pop("200"),
    "not given as application/json": lambda operation, _, __: operation["responses"]["200"].update(content={}),
    "operation id": lambda operation, _, __: operation.update(operationId="make"),
    "the body: note must be sent": lambda _, sent, __: sent["required"].append("note"),
    "the body: note is not taken": lambda _, sent, __: sent["properties"].pop("note"),
    "does not take 'off'": lambda _, sent, __: sent["properties"]["state"].update(enum=["on"]),
    "takes only some": lambda _, sent, __: sent["properties"]["name"].update(enum=["a"]),
    "maxLength is 8": lambda _, sent, __: sent["properties"]["name"].update(maxLength=8),
    "count is a string": lambda _, sent, __: sent["properties"]["count"].update(type="string"),
    "each item: name is gone": lambda _, __, told: told["properties"].pop("name"),
    "name may be missing": lambda _, __, told: told["required"].remove("name"),
    "can be 'broken' now": lambda _, __, told: told["properties"]["state"]["enum"].append("broken"),
    "count is a number": lambda _, __, told: told["properties"]["count"].update(type="number"),
    "name can be null": lambda _, __, told: told["properties"].update(
        name={"anyOf": [{"type": "string"}, {"type": "null"}]}
    ),
}


@pytest.mark.parametrize("said", BREAKING)
def test_what_breaks_a_caller_is_told_in_a_sentence(said: str) -> None:
    (sentence,) = changed(BREAKING[said])
    assert said.replace("'query limit'", "query limit") in sentence
    assert sentence.startswith("POST /v1/things/{thing}")


HARMLESS: dict[str, Change] = {
    "a new optional parameter": lambda operation, _, __: operation["parameters"].append(
        {"in": "query", "name": "why", "required": False, "schema": {}}
    ),
    "a parameter that need not be given any more": lambda operation, _, __: operation["parameters"][0].update(
        required=False
    ),
    "a wider limit": lambda operation, _, __: operation["parameters"][1]["schema"].update(maximum=500),
    "one more answer": lambda operation, _, __: operation["responses"].update({"202": {}}),
    "an error less": lambda operation, _, __: operation["responses"].pop("409"),
    "one more value that is taken": lambda _, sent, __: sent["properties"]["state"]["enum"].append("broken"),
    "a number where an integer was taken": lambda _, sent, __: sent["properties"]["count"].update(type="number"),
    "a new property of the body": lambda _, sent, __: sent["properties"].update(more={"type": "string"}),
    "a new property of the answer": lambda _, __, told: told["properties"].update(more={"type": "string"}),
    "a value that is not answered any more": lambda _, __, told: told["properties"]["state"].update(enum=["on"]),
}


@pytest.mark.parametrize("change", HARMLESS.values(), ids=HARMLESS)
def test_what_breaks_nobody_passes(change: Change) -> None:
    assert changed(change) == []


def test_a_path_that_is_gone_and_a_schema_that_holds_itself() -> None:
    looped = copy.deepcopy(DOCUMENT)
    looped["components"]["schemas"]["Thing"]["properties"]["inner"] = {"$ref": "#/components/schemas/Thing"}
    assert breaking_changes(looped, looped) == []
    assert breaking_changes(DOCUMENT, {**DOCUMENT, "paths": {}}) == ["POST /v1/things/{thing} is gone"]


def test_the_code_breaks_nobody_who_knows_the_released_document() -> None:
    assert breaking_changes(json.loads(RELEASED.read_text(encoding="utf-8")), made_document()) == []
