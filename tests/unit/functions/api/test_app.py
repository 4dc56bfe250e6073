"""What holds for every answer of the API."""

import re

import pytest

from tests.unit.functions.api.conftest import Api

_ANSWERS = [
    ("/health", {}),
    ("/v1/stations", {}),
    ("/v1/stations/openaq-900001/forecast", {"parameter": "pm25"}),
    ("/v1/stations/openaq-0", {}),
    ("/v1/stations/openaq-900001/forecast", {}),
    ("/nowhere", {}),
]


@pytest.mark.parametrize(("path", "query"), _ANSWERS)
def test_every_answer_has_the_security_headers(api: Api, path: str, query: dict[str, str]) -> None:
    headers = api.get(path, **query).headers

    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["cache-control"].startswith(("no-store", "private, max-age="))
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert "max-age" in headers["strict-transport-security"]


_KEPT = ["/v1/parameters", "/v1/aqi/standards", "/v1/aqi/standards/us-epa-2024", "/v1/stations/openaq-900001"]


@pytest.mark.parametrize("path", _KEPT)
def test_what_changes_seldom_is_not_sent_again(api: Api, path: str) -> None:
    first = api.get(path)
    api.headers["If-None-Match"] = first.headers["etag"]

    again = api.get(path)

    assert (first.status_code, again.status_code, again.content) == (200, 304, b"")


@pytest.mark.parametrize("path", ["/v1/stations", "/health", "/nowhere"])
def test_what_changes_or_fails_is_not_kept(api: Api, path: str) -> None:
    assert api.get(path).headers["cache-control"] == "no-store"


@pytest.mark.parametrize("path", ["/", "/nowhere", "/v1", "/v1/stations/", "/docs/", "/redoc", "/v1/stations/a/b"])
def test_an_unknown_path_is_404_and_says_where_the_paths_are(api: Api, path: str) -> None:
    problem = api.problem(path)

    assert (problem.status, problem.type) == (404, "urn:geoclimate:problem:unknown-path")
    assert "/openapi.json" in str(problem.hint)


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_a_wrong_method_is_405_and_says_which_are_right(api: Api, method: str) -> None:
    answer = api.request(method, "/v1/stations")

    assert (answer.status_code, answer.headers["allow"]) == (405, "GET")
    assert answer.json()["type"] == "urn:geoclimate:problem:method-not-allowed"


def test_what_nobody_foresaw_is_500_logged_once_and_hidden(api: Api, caplog: pytest.LogCaptureFixture) -> None:
    class Broken:
        def list_after(self, *_: object) -> None:
            message = "secret: the row is 17"
            raise KeyError(message)

    api.stations = Broken()

    answer = api.get("/v1/stations")

    assert (answer.status_code, answer.json()["type"]) == (500, "urn:geoclimate:problem:internal-error")
    assert not re.search(r"secret|KeyError|Traceback|\.py", answer.text)
    (record,) = caplog.records
    assert record.levelname == "ERROR"
    assert record.exc_info is not None
    assert "secret: the row is 17" in str(record.exc_info[1])
    assert vars(record)["request_id"] == answer.json()["request_id"] == answer.headers["x-request-id"]
    assert (vars(record)["method"], vars(record)["path"]) == ("GET", "/v1/stations")


def test_two_requests_have_two_ids(api: Api) -> None:
    assert api.problem("/nowhere").request_id != api.problem("/nowhere").request_id
