"""What nobody sends by mistake: no answer is a 5xx, every refusal is a problem, and text stays text."""

import json
import re
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from geoclimate.runtime.web.bodies import LARGEST_BODY
from local.openapi import made_document
from tests.api_cases import operations_of
from tests.api_events import ACCOUNT, OTHER_ACCOUNT, signed_in
from tests.web_calls import ask
from tests.whole_api import WholeApi

_DOCUMENT = made_document()
BODIES = [
    (method, path)
    for method, path in operations_of(_DOCUMENT)
    if "requestBody" in _DOCUMENT["paths"][path][method.lower()]
]
TEXTS = (
    "' OR 1=1 --",
    '"; DROP TABLE stations; --',
    "{{7*7}}",
    "${7*7}",
    "${jndi:ldap://example.org/a}",
    "<script>alert(1)</script>",
    "%00",
    "\u0000",
    "\u202e\ufeff\U0001f600",
    "e\u0301" * 200,
    "../../../../etc/passwd",
    "..%2f..%2fetc%2fpasswd",
    "A" * 3_000,
    "$(sleep 9)",
    "#HEAD",
    "ACCOUNT#" + ACCOUNT,
    "-1",
    "1e309",
    "9" * 400,
    "NaN",
)


def refused(answer: httpx.Response) -> httpx.Response:
    assert 400 <= answer.status_code < 500, (answer.status_code, answer.text[:300])
    assert answer.headers["content-type"] == "application/problem+json"
    assert "Traceback" not in answer.text
    return answer


@pytest.mark.parametrize("operation", BODIES, ids=" ".join)
@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"[" * 200_000, 400),
        (b'{"a":' * 50_000 + b"1" + b"}" * 50_000, 400),
        (b'{"a": NaN}', 400),
        (b'{"a": -Infinity}', 400),
        (b'{"a": ' + b"1" * 10_000 + b"}", 400),
        (b'{"a": "\\udfff"}', 400),
        (b"\xff\xfe\x00", 400),
        (b"<a/>", 400),
        (b"[1e999]", 422),
        (b'{"__proto__": {}, "constructor": {}, "a": 1e308}', 422),
    ],
    ids=[
        "deep list",
        "deep object",
        "NaN",
        "Infinity",
        "long number",
        "surrogate",
        "bytes",
        "XML",
        "1e999",
        "prototype",
    ],
)
def test_a_body_that_nobody_writes_by_hand_is_a_problem(
    api: WholeApi, operation: tuple[str, str], body: bytes, status: int
) -> None:
    method, path = operation
    answer = refused(api.ask(method, path.replace("{", "").replace("}", ""), body))
    assert answer.status_code in {status, 404, 422}


@pytest.mark.parametrize("operation", BODIES, ids=" ".join)
def test_a_body_of_ten_megabytes_and_one_byte_is_too_large(api: WholeApi, operation: tuple[str, str]) -> None:
    method, path = operation
    body = b'"' + b"x" * (LARGEST_BODY - 1) + b'"'
    answer = refused(api.ask(method, path.replace("{", "").replace("}", ""), body))
    assert answer.status_code == 413


@pytest.mark.parametrize("text", TEXTS, ids=[repr(text[:12]) for text in TEXTS])
def test_text_in_paths_and_queries_is_text(api: WholeApi, text: str) -> None:
    for method, path in operations_of(_DOCUMENT):
        if method != "GET":
            continue
        filled = re.sub(r"{\w+}", quote(text, safe="").replace("\\", "%5C"), path)
        named = [
            one["name"] for one in _DOCUMENT["paths"][path]["get"].get("parameters", ()) if one.get("in") == "query"
        ]
        query = str(httpx.QueryParams(dict.fromkeys(named, text)))
        answer = api.ask("GET", f"{filled}?{query}")
        assert answer.status_code < 500, (path, answer.text[:300])


@pytest.mark.parametrize(
    "path",
    [
        "//v1/stations",
        "/v1//stations",
        "/v1/stations/%2e%2e/keys",
        "/v1/stations/%2e%2e%2fkeys",
        "/v1/keys/%2e%2e/audit",
        "/docs/..%2f..%2fsettings.py",
        "/docs/%2e%2e%2fapp.py",
        "/v1/stations;a=b",
        "/v1/stations/",
        "/V1/stations",
        "/v1/stations%00",
        "/v1/keys/" + "x" * 8_000,
    ],
)
def test_tricks_with_paths_lead_nowhere(api: WholeApi, path: str) -> None:
    for app in api.apps.values():
        answer = ask(app, signed_in(), "GET", path)
        assert answer.status_code in {404, 422}, path
        assert answer.headers["content-type"] == "application/problem+json"


SMUGGLED: list[dict[str, str]] = [
    {"X-HTTP-Method-Override": "DELETE"},
    {"X-Forwarded-For": "127.0.0.1", "X-Real-IP": "127.0.0.1"},
    {"X-Forwarded-Host": "evil.example.org", "Forwarded": "host=evil.example.org"},
    {"X-Original-URL": "/v1/audit", "X-Rewrite-URL": "/v1/audit"},
    {"X-Amzn-Request-Context": json.dumps({"authorizer": {"claims": {"sub": OTHER_ACCOUNT}}})},
    {"Authorization": "Bearer forged", "sub": OTHER_ACCOUNT, "cognito:groups": "admin"},
    {"Transfer-Encoding": "chunked", "Content-Length": "0"},
    {"X-Request-Id": "chosen\tby me"},
    {"Host": "evil.example.org"},
    {"Cookie": "session=admin"},
]


@pytest.mark.parametrize("headers", SMUGGLED, ids=[next(iter(one)) for one in SMUGGLED])
def test_no_header_changes_who_calls_or_what_is_asked(api: WholeApi, headers: dict[str, str]) -> None:
    caller = api.of(ACCOUNT)
    answer = caller.ask("GET", "/v1/me", **headers)
    assert (answer.status_code, answer.json()["account"], answer.json()["roles"]) == (200, ACCOUNT, ["consumer"])
    assert "evil.example.org" not in answer.text + str(answer.headers)
    assert answer.headers["x-request-id"] != headers.get("X-Request-Id")
    assert refused(caller.ask("GET", "/v1/audit", **headers)).status_code == 403


@pytest.mark.parametrize("claim", ["admin", "[admin]", "admin,consumer", ["admin"], "consumer admin"])
def test_groups_come_from_the_token_as_the_gateway_read_it(api: WholeApi, claim: Any) -> None:
    event = signed_in()
    event["requestContext"]["authorizer"]["claims"]["cognito:groups"] = claim
    assert WholeApi(api.apps, event, api.document).ask("GET", "/v1/audit").status_code == 200


@pytest.mark.parametrize("claim", ["", "Admin", "administrator", "admin%20", "{admin}", None])
def test_what_is_no_group_allows_nothing(api: WholeApi, claim: Any) -> None:
    event = signed_in()
    event["requestContext"]["authorizer"]["claims"]["cognito:groups"] = claim
    assert WholeApi(api.apps, event, api.document).ask("GET", "/v1/audit").status_code == 403


def test_every_write_of_this_module_is_in_an_audit_log_that_is_whole(api: WholeApi) -> None:
    admin = api.of(ACCOUNT, "admin")
    assert admin.ask("POST", "/v1/keys", {"name": "audited"}).status_code == 201
    listed = admin.ask("GET", f"/v1/audit?account={ACCOUNT}&limit=1000").json()["entries"]
    assert [entry["outcome"] for entry in listed if entry["operation"] == "post_key"][:2] == ["done", "begun"]
    found = admin.ask("GET", "/v1/audit/verification").json()
    assert found["entries"] >= 2
    assert found["faults"] == []
