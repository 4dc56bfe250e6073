"""Where a function's credentials come from."""

import datetime as dt
import json
from typing import Any

import pytest
from botocore.exceptions import CredentialRetrievalError, NoCredentialsError

from geoclimate.adapters.aws_signature import Credentials
from geoclimate.adapters.function_credentials import FunctionCredentials

NOW = dt.datetime(2014, 12, 31, 16, tzinfo=dt.UTC)
CONTAINER = {
    "AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://127.0.0.1:9001/2021/credentials",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN": "may I",
}


class Container:
    """Stands for `http.client.HTTPConnection` to the container."""

    def __init__(self) -> None:
        self.asked: list[dict[str, str]] = []
        self.content: Any = {
            "AccessKeyId": "AKID",
            "SecretAccessKey": "secret",
            "Token": "token",
            "Expiration": "2014-12-31T17:00:00Z",
        }

    def __call__(self, host: str, port: int, timeout: float) -> "Container":
        assert (host, port, timeout) == ("127.0.0.1", 9001, 2)
        return self

    def request(self, method: str, path: str, headers: dict[str, str]) -> None:
        assert (method, path) == ("GET", "/2021/credentials")
        self.asked.append(headers)

    def getresponse(self) -> "Container":
        return self

    def read(self) -> bytes:
        return self.content if isinstance(self.content, bytes) else json.dumps(self.content).encode()

    def close(self) -> None:
        pass


@pytest.fixture
def container(monkeypatch: pytest.MonkeyPatch) -> Container:
    made = Container()
    monkeypatch.setattr("geoclimate.adapters.function_credentials.http.client.HTTPConnection", made)
    return made


def test_those_of_the_environment_come_first() -> None:
    environment = {"AWS_ACCESS_KEY_ID": "AKID", "AWS_SECRET_ACCESS_KEY": "secret", **CONTAINER}

    assert FunctionCredentials(environment)() == Credentials("AKID", "secret", None)
    assert FunctionCredentials({**environment, "AWS_SESSION_TOKEN": "token"})().token == "token"


def test_those_of_a_restored_process_come_from_its_container_until_they_end(container: Container) -> None:
    times = [NOW]
    credentials = FunctionCredentials(CONTAINER, lambda: times[-1])

    assert credentials() == credentials() == Credentials("AKID", "secret", "token")
    times.append(NOW + dt.timedelta(minutes=54))
    credentials()
    assert container.asked == [{"Authorization": "may I"}]
    times.append(NOW + dt.timedelta(minutes=55))
    credentials()
    assert len(container.asked) == 2


def test_without_any_it_says_so() -> None:
    with pytest.raises(NoCredentialsError):
        FunctionCredentials({})()


@pytest.mark.parametrize("content", [b"<html>", {}, {"AccessKeyId": "AKID"}, []])
def test_an_answer_that_is_none_is_said_without_repeating_it(container: Container, content: Any) -> None:
    container.content = content

    with pytest.raises(CredentialRetrievalError) as caught:
        FunctionCredentials(CONTAINER, lambda: NOW)()

    assert "AKID" not in str(caught.value)


@pytest.mark.parametrize("address", ["http://example.org/", "https://127.0.0.1:9001/", "file:///etc/passwd"])
def test_the_containers_token_is_sent_nowhere_else(container: Container, address: str) -> None:
    with pytest.raises(CredentialRetrievalError):
        FunctionCredentials({**CONTAINER, "AWS_CONTAINER_CREDENTIALS_FULL_URI": address}, lambda: NOW)()

    assert container.asked == []
