"""The mail of the local cloud, as `make mail` prints it."""

from pathlib import Path
from typing import Any

import httpx
import pytest

from local import mail
from local.cloud import Running
from local.place import Place

PLACE = Place(4566, Path("nowhere"))


def message(to: str, text: str, at: float) -> dict[str, Any]:
    return {"To": [to], "Subject": "Your verification code", "BodyText": text, "BodyHtml": "", "Timestamp": at}


@pytest.fixture
def inbox(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[dict[str, Any]]]:
    kept: dict[str, list[dict[str, Any]]] = {}
    running = Running(1, "", 4566, auth=True, ready=True)

    def get(url: str, **_: object) -> httpx.Response:
        assert url == "http://127.0.0.1:4566/_ministack/ses/messages"
        return httpx.Response(200, json={"messages": kept}, request=httpx.Request("GET", url))

    monkeypatch.setattr(mail, "status", lambda _: running)
    monkeypatch.setattr(httpx, "get", get)
    return kept


def test_the_newest_message_is_printed_last(
    inbox: dict[str, list[dict[str, Any]]], capsys: pytest.CaptureFixture[str]
) -> None:
    inbox["000000000000"] = [message("ada@example.org", "second", 60.0), message("ada@example.org", "first", 0.0)]
    assert mail.main([]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "1970-01-01 00:00:00 UTC  to ada@example.org",
        "Your verification code",
        "first",
        "",
        "1970-01-01 00:01:00 UTC  to ada@example.org",
        "Your verification code",
        "second",
    ]


def test_only_the_mail_of_an_address_is_given(inbox: dict[str, list[dict[str, Any]]]) -> None:
    inbox["000000000000"] = [message("ada@example.org", "hers", 0.0), message("bob@example.org", "his", 1.0)]
    assert [one["BodyText"] for one in mail.read_mail(PLACE, "ADA@example.org")] == ["hers"]


def test_an_empty_inbox_says_so(inbox: dict[str, list[dict[str, Any]]], capsys: pytest.CaptureFixture[str]) -> None:
    assert inbox == {}
    assert mail.main([]) == 0
    assert "no mail yet" in capsys.readouterr().out


def test_without_a_cloud_it_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(mail, "status", lambda _: None)
    assert mail.main([]) == 1
    assert "make up" in capsys.readouterr().err


def test_a_port_that_is_none_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GEOCLIMATE_PORT", "abc")
    assert mail.main([]) == 1
    assert "GEOCLIMATE_PORT must be a port number" in capsys.readouterr().err
