"""Answers that need not be sent again."""

import subprocess
import sys

import pytest
from fastapi import Request

from geoclimate.runtime.web.caching import tagged

_BODY = b'{"a":1}'


def _request(**headers: str) -> Request:
    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return Request({"type": "http", "headers": raw})


_TAG = tagged(_request(), _BODY, seconds=60).headers["etag"]


def test_an_answer_has_a_strong_tag_and_is_private() -> None:
    answer = tagged(_request(), _BODY, seconds=60)

    assert (answer.status_code, answer.body, answer.headers["content-type"]) == (200, _BODY, "application/json")
    assert answer.headers["etag"].startswith('"')
    assert answer.headers["cache-control"] == "private, max-age=60"
    assert answer.headers["vary"] == "Accept, Authorization"


def test_another_body_has_another_tag() -> None:
    assert tagged(_request(), b'{"a":2}', seconds=60).headers["etag"] != _TAG


def test_a_tag_is_the_same_in_every_process() -> None:
    program = (
        "from fastapi import Request; from geoclimate.runtime.web.caching import tagged;"
        f"print(tagged(Request({{'type': 'http', 'headers': []}}), {_BODY!r}, seconds=60).headers['etag'])"
    )

    printed = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout

    assert printed.strip() == _TAG


@pytest.mark.parametrize("given", [_TAG, f"W/{_TAG}", f'"a",{_TAG}', f'"a" , W/{_TAG} ,"b"', "*", " * "])
def test_what_the_caller_has_is_not_sent_again(given: str) -> None:
    answer = tagged(_request(if_none_match=given), _BODY, seconds=60)

    assert (answer.status_code, answer.body, answer.headers["etag"]) == (304, b"", _TAG)
    assert "content-type" not in answer.headers


@pytest.mark.parametrize("given", ["", '"other"', _TAG.strip('"'), f"{_TAG[:-1]}", '"*"', "W/"])
def test_another_tag_gets_the_answer(given: str) -> None:
    assert tagged(_request(if_none_match=given), _BODY, seconds=60).status_code == 200
