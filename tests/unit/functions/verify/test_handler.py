"""The verify function as its schedule and as people call it."""

import datetime as dt

import pytest

from functions.verify import handler as entry
from functions.verify.handler import RESERVE
from geoclimate.contracts.verification import VerifyRequest, VerifyResult
from geoclimate.domain.errors import IntegrityError, InvalidInput, Unavailable
from tests.api_fakes import NOW
from tests.lambda_context import CONTEXT
from tests.load_event import load_event

DONE = VerifyResult(archived=1, forecasts=2, hours=3, late_hours=0, finished=True)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[VerifyRequest, dt.datetime]]:
    calls: list[tuple[VerifyRequest, dt.datetime]] = []

    def verify(request: VerifyRequest, until: dt.datetime) -> VerifyResult:
        calls.append((request, until))
        return DONE

    monkeypatch.setattr(entry, "verification", lambda: verify)
    monkeypatch.setattr(entry, "utc_now", lambda: NOW)
    return calls


@pytest.mark.parametrize("event", [load_event("eventbridge/schedule"), {}])
def test_a_schedule_asks_for_nothing_special(
    asked: list[tuple[VerifyRequest, dt.datetime]], event: dict[str, object]
) -> None:
    assert entry.handler(event, CONTEXT) == DONE.model_dump()
    assert [request for request, _ in asked] == [VerifyRequest()]


def test_late_truth_is_looked_for_on_demand(asked: list[tuple[VerifyRequest, dt.datetime]]) -> None:
    entry.handler(load_event("invoke/verify_look_again"), CONTEXT)
    assert [request.look_again for request, _ in asked] == [True]


def test_a_run_ends_before_lambda_ends_it(asked: list[tuple[VerifyRequest, dt.datetime]]) -> None:
    entry.handler({}, CONTEXT)
    assert [until for _, until in asked] == [NOW + dt.timedelta(minutes=15) - RESERVE]


@pytest.mark.parametrize("error", [Unavailable("DynamoDB does not answer"), IntegrityError("no sums")])
def test_a_run_that_breaks_off_is_logged_and_raised(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, error: Exception
) -> None:
    def verify(*_: object) -> VerifyResult:
        raise error

    monkeypatch.setattr(entry, "verification", lambda: verify)
    with pytest.raises(type(error)):
        entry.handler({}, CONTEXT)
    [logged] = caplog.records
    assert (logged.levelname, logged.message[:22]) == ("ERROR", "verification broke off")


@pytest.mark.usefixtures("asked")
def test_refuses_what_is_neither() -> None:
    with pytest.raises(InvalidInput, match="not a VerifyTrigger"):
        entry.handler({"look_again": "perhaps"}, CONTEXT)
