"""Nobody sees another account's keys, usage, jobs or uploads: every route is tried with another's ids."""

import json
import re
from collections.abc import Iterator
from typing import Any, Final

import boto3
import pytest

from geoclimate.contracts.tables import account_partition
from geoclimate.runtime.web.idempotency import is_answered_once
from local.openapi import made_document
from tests.api_cases import Operation, operations_of
from tests.api_events import ACCOUNT, OTHER_ACCOUNT
from tests.whole_api import WholeApi

# What a path's id is of; ids of what belongs to nobody are not here.
OWNED: Final = {"key", "job", "upload", "receipt"}
JOB: Final = {"kind": "predict", "input": "csv"}
OPEN_BY_ID: Final = "/v1/receipts/"
"""Whoever knows the id of a receipt may see it: it holds 256 bits that are told once, and no data."""
_DOCUMENT: Final = made_document()


def ids_in(path: str) -> list[str]:
    return re.findall(r"{(\w+)}", path)


def operations_with(names: set[str]) -> list[Operation]:
    return [
        (method, path)
        for method, path in operations_of(_DOCUMENT)
        if names & set(ids_in(path)) and not path.startswith(OPEN_BY_ID)
    ]


@pytest.fixture(scope="module")
def mine(api: WholeApi) -> dict[str, str]:
    """Something of each kind that belongs to the first account, by the name that paths give its id."""
    owner = api.of(ACCOUNT, "admin")
    made = {
        "key": owner.ask("POST", "/v1/keys", {"name": "mine"}),
        "upload": owner.ask("POST", "/v1/uploads", {"name": "a.csv"}),
        "job": owner.ask("POST", "/v1/jobs", {"job": JOB}),
        "receipt": owner.ask("GET", "/v1/me/export"),
    }
    assert {name: answer.status_code for name, answer in made.items() if answer.is_error} == {}
    return {name: str(answer.json().get("id") or answer.json()["receipt"]) for name, answer in made.items()}


def kept(account: str) -> str:
    """Everything that the tables keep of an account, as text."""
    dynamodb = boto3.client("dynamodb")
    found: list[Any] = []
    own = ((table, account) for table in ("jobs", "usage", "requests"))
    for table, partition in (("accounts", account_partition(account)), *own):
        found += dynamodb.query(
            TableName=table,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": {"S": partition}},
        )["Items"]
    return json.dumps(found, sort_keys=True, default=str)


def test_the_first_account_has_something_of_each_kind(mine: dict[str, str]) -> None:
    assert mine.keys() == OWNED


@pytest.mark.parametrize("operation", operations_with(OWNED), ids=" ".join)
@pytest.mark.parametrize("role", ["consumer", "admin"])
def test_another_s_id_is_as_good_as_none(api: WholeApi, mine: dict[str, str], operation: Operation, role: str) -> None:
    method, path = operation
    stranger = api.of(OTHER_ACCOUNT, role)
    (name,) = (one for one in ids_in(path) if one in OWNED)
    before = kept(ACCOUNT)
    answers = []
    for given in (mine[name], mine[name][:-1] + ("0" if mine[name][-1] != "0" else "1")):
        body: dict[str, str] | None = {} if method in {"POST", "PUT", "PATCH"} else None
        answers.append(stranger.ask(method, path.replace(f"{{{name}}}", given), body))
    foreign, unknown = answers
    assert foreign.status_code in {403, 404, 422}, foreign.text
    # Not even that it exists: the same status, type and title as for an id that nobody has.
    assert {k: foreign.json()[k] for k in ("status", "type", "title")} == {
        k: unknown.json()[k] for k in ("status", "type", "title")
    }
    assert ACCOUNT not in foreign.text
    assert kept(ACCOUNT) == before


@pytest.mark.parametrize(
    "path", [path for method, path in operations_of(_DOCUMENT) if method == "GET" and not ids_in(path)]
)
def test_no_list_and_no_page_holds_another_s_ids(api: WholeApi, mine: dict[str, str], path: str) -> None:
    answer = api.of(OTHER_ACCOUNT).ask("GET", path)
    for told in (ACCOUNT, *mine.values()):
        assert told not in answer.text


@pytest.mark.parametrize("path", [path for method, path in operations_of(_DOCUMENT) if "{account}" in path])
@pytest.mark.parametrize("role", ["consumer", "analyst", "operator"])
def test_only_an_administrator_reaches_another_account_by_its_id(api: WholeApi, path: str, role: str) -> None:
    methods = [method for method, found in operations_of(_DOCUMENT) if found == path]
    for method in methods:
        answer = api.of(OTHER_ACCOUNT, role).ask(method, path.replace("{account}", ACCOUNT), {})
        assert answer.status_code == 403


def test_every_id_in_a_path_is_known_here_as_owned_or_shared() -> None:
    shared = {"station", "standard", "version", "change", "forecast", "name", "location", "account", "asset", "model"}
    named = {one for _, path in operations_of(_DOCUMENT) for one in ids_in(path)}
    assert named <= shared | OWNED, "say whether a new id belongs to an account"


def test_a_secret_is_marked_as_answered_once(api: WholeApi) -> None:
    """What an answer tells only once must not lie among kept answers."""
    secrets = {"secret", "value", "password"}
    schemas = _DOCUMENT["components"]["schemas"]
    for path, operations in _DOCUMENT["paths"].items():
        answers = operations.get("post", {}).get("responses", {})
        marked = _answered_once(api)
        for status, answer in answers.items():
            reference = answer.get("content", {}).get("application/json", {}).get("schema", {}).get("$ref", "")
            told = schemas.get(reference.rpartition("/")[2], {}).get("properties", {})
            if status.startswith("2") and secrets & set(told) and not path.startswith("/v1/auth"):
                assert operations["post"]["operationId"] in marked, path


def _answered_once(api: WholeApi) -> set[str]:
    return {name for name, endpoint in _endpoints(api) if is_answered_once(endpoint)}


def _endpoints(api: WholeApi) -> Iterator[tuple[str, Any]]:
    for app in api.apps.values():
        for included in app.routes:
            router: Any = getattr(included, "original_router", None)
            yield from ((route.name, route.endpoint) for route in getattr(router, "routes", ()))
