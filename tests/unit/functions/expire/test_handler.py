"""The expire function as its schedule calls it."""

import json

import pytest

from functions.expire import handler as entry
from geoclimate.services.end_expired_keys import EndedKeys
from tests.lambda_context import CONTEXT
from tests.load_event import load_event


@pytest.fixture(autouse=True)
def sweep(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(entry, "key_sweep", lambda: lambda: EndedKeys(("key001", "key002"), more=False))


def test_a_schedule_ends_keys(capsys: pytest.CaptureFixture[str]) -> None:
    assert entry.handler(load_event("eventbridge/schedule"), CONTEXT) == {"ended": 2, "more": False}
    (line,) = [each for each in capsys.readouterr().out.splitlines() if "CloudWatchMetrics" in each]
    assert json.loads(line)["KeysEnded"] == [2.0]
