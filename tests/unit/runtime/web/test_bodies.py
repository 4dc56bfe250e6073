"""Bodies that are no JSON, or not such as every reader reads alike."""

import json

import httpx
import pytest
from aws_lambda_powertools import Logger
from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict

from geoclimate.runtime.web.app import web_app
from geoclimate.runtime.web.bodies import LARGEST_BODY
from geoclimate.runtime.web.guarded_route import GuardedRoute, requires
from tests.api_events import signed_in
from tests.web_calls import ask


class Matrix(BaseModel):
    model_config = ConfigDict(allow_inf_nan=False, extra="forbid")

    name: str = ""
    values: list[float] = []


def send(body: bytes, content_type: str | None = "application/json") -> httpx.Response:
    routes = APIRouter(route_class=GuardedRoute)

    @routes.post("/v1/predict")
    @requires("predictions:create")
    async def predict(matrix: Matrix) -> Matrix:
        return matrix

    app = web_app([routes], Logger(service="test"))
    headers = {} if content_type is None else {"content-type": content_type}
    return ask(app, signed_in(), "POST", "/v1/predict", body=body, headers=headers)


def problem(answer: httpx.Response) -> tuple[int, str]:
    assert answer.headers["content-type"] == "application/problem+json"
    return answer.status_code, str(answer.json()["type"]).rpartition(":")[2]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"{", "line 1, column 2"),
        (b'{"values": [NaN]}', "NaN"),
        (b'{"values": [-Infinity]}', "-Infinity"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"values":' + b"[" * 100_000 + b"]" * 100_000 + b"}", "nested too deeply"),
        (b'{"values": [' + b"9" * 5_000 + b"]}", "digits"),
        (b"\xff\xfe", "byte 1"),
        ('{"name": "ä"}'.encode("latin-1"), "not UTF-8"),
        ('{"name": "a"}'.encode("utf-16"), "not UTF-8"),
        (b"\xef\xbb\xbf{}", "not JSON"),
        (b"{}{}", "not JSON"),
        (b"\x00", "not JSON"),
        (b'{"name": "\\ud800"}', "half of a surrogate pair"),
        (b'{"name": "a", "values": [], "name": "a"}', "'name' twice"),
        (b'{"values": [{"x": {"a": 1, "\\u0061": 2}}]}', "'a' twice"),
        (b"\x1f\x8b\x08\x00", "not UTF-8"),
    ],
)
def test_a_body_that_is_no_json_is_refused_with_what_is_wrong(body: bytes, said: str) -> None:
    answer = send(body)
    assert problem(answer) == (400, "malformed-body")
    assert said in answer.json()["detail"]


@pytest.mark.parametrize("content_type", [None, "text/plain", "application/xml", "multipart/form-data", "", "x" * 500])
def test_a_body_of_another_content_type_is_not_taken(content_type: str | None) -> None:
    answer = send(b"{}", content_type)
    assert problem(answer) == (415, "unsupported-media-type")
    assert len(answer.json()["detail"]) < 200


@pytest.mark.parametrize(
    "content_type", ["application/json", "application/json; charset=utf-8", "application/geo+json", "APPLICATION/JSON"]
)
def test_json_is_taken_under_each_of_its_names(content_type: str) -> None:
    assert send(b'{"values": [1]}', content_type).json() == {"name": "", "values": [1.0]}


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        (b'{"values": [1, "x"]}', "/body/values/1"),
        (b'{"values": [1e999]}', "/body/values/0"),
        (b'{"valeus": []}', "/body/valeus"),
        (b"[]", "/body"),
        (b"null", "/body"),
        (b"", "/body"),
    ],
)
def test_a_member_that_cannot_be_used_is_named_by_a_pointer(body: bytes, pointer: str) -> None:
    answer = send(body)
    assert problem(answer) == (422, "invalid-body")
    assert [cause["pointer"] for cause in answer.json()["errors"]] == [pointer]


def test_of_very_many_mistakes_some_are_named_and_the_rest_is_counted() -> None:
    answer = send(b'{"values": [' + b",".join([b'"x"'] * 1_000) + b"]}")
    assert problem(answer) == (422, "invalid-body")
    assert len(answer.json()["errors"]) == 50
    assert answer.json()["detail"].endswith("and 950 more like these.")
    assert len(answer.content) < 20_000


def test_ten_megabytes_are_taken_and_not_one_byte_more() -> None:
    name = b"x" * (LARGEST_BODY - len(b'{"name":""}'))
    taken = send(b'{"name":"' + name + b'"}')
    assert (taken.status_code, len(taken.json()["name"])) == (200, len(name))
    assert problem(send(b'{"name":"' + name + b'x"}')) == (413, "request-too-large")


def test_a_whole_surrogate_pair_is_a_character() -> None:
    assert send(b'{"name": "\\ud83d\\ude00"}').json()["name"] == "\U0001f600"


@pytest.mark.parametrize(
    "text", ["{{7*7}}", "${jndi:ldap://x}", "'; DROP TABLE a; --", "<script>", "../../etc", "\u202e\x00"]
)
def test_text_is_text_whatever_it_says(text: str) -> None:
    assert send(json.dumps({"name": text}).encode()).json()["name"] == text
