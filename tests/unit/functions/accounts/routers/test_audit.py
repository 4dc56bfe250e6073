"""`/v1/audit`."""

import datetime as dt
from dataclasses import replace
from typing import Any

import httpx
import pytest

from functions.accounts.app import create_app
from functions.accounts.routers import audit
from geoclimate.contracts.audit import place_text
from geoclimate.domain.audit import CHAINS, beginning
from geoclimate.domain.pseudonyms import pseudonym_of
from tests.api_events import ACCOUNT, signed_in
from tests.audit_fakes import NOW, AuditInMemory, event
from tests.web_calls import ask

ADMIN = signed_in(roles=("admin",))


class Reader:
    def __init__(self) -> None:
        self.log = AuditInMemory()
        self.app = create_app()
        self.app.state.watchers = ()

        async def log() -> AuditInMemory:
            return self.log

        async def clock() -> object:
            return lambda: NOW

        self.app.dependency_overrides = {audit.provide_audit: log, audit.provide_clock: clock}

    def get(self, query: str = "", path: str = "/v1/audit", event: dict[str, Any] = ADMIN) -> httpx.Response:
        return ask(self.app, event, "GET", path + query)

    def requests(self, query: str) -> list[str]:
        answer = self.get(query)
        assert answer.status_code == 200, answer.text
        return [entry["request_id"] for entry in answer.json()["entries"]]


@pytest.fixture
def reader() -> Reader:
    made = Reader()
    for number in range(6):
        actor = pseudonym_of(ACCOUNT) if number % 2 else "b" * 32
        made.log.record(event(actor, f"r-{number}", at=NOW - dt.timedelta(hours=9 * number)))
    return made


@pytest.mark.parametrize("path", ["/v1/audit", "/v1/audit/verification"])
@pytest.mark.parametrize("role", ["consumer", "analyst", "operator"])
def test_only_an_administrator_reads_it(reader: Reader, path: str, role: str) -> None:
    answer = reader.get(path=path, event=signed_in(roles=(role,)))
    assert answer.status_code == 403
    assert "audit:read" in answer.json()["detail"]


def test_without_a_filter_it_is_today_s_and_the_newest_come_first(reader: Reader) -> None:
    assert reader.requests("") == ["r-0", "r-1"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?day=2026-02-28", ["r-2", "r-3", "r-4"]),
        (f"?account={ACCOUNT}", ["r-1", "r-3", "r-5"]),
        (f"?actor={'b' * 32}", ["r-0", "r-2", "r-4"]),
        (f"?account={ACCOUNT}&day=2026-02-28", ["r-3"]),
        ("?actor=nobody", []),
    ],
)
def test_it_is_read_by_day_and_by_account(reader: Reader, query: str, found: list[str]) -> None:
    assert reader.requests(query) == found


def test_pages_follow_each_other_without_gap_and_end(reader: Reader) -> None:
    seen: list[str] = []
    query = f"?account={ACCOUNT}&limit=2"
    while query:
        answer = reader.get(query).json()
        seen += [entry["request_id"] for entry in answer["entries"]]
        query = answer["next"] or ""
    assert seen == ["r-1", "r-3", "r-5"]


def test_an_entry_shows_everything_that_its_digest_covers(reader: Reader) -> None:
    entry = reader.get().json()["entries"][0]
    recorded = reader.log.of_day(NOW.date(), 1, None)[0]
    assert entry == {
        "id": recorded.moment,
        "at": "2026-03-01T12:00:00Z",
        "actor": "b" * 32,
        "operation": "create_key",
        "permission": "keys:manage",
        "method": "POST",
        "resource": "/v1/keys",
        "network": "192.0.2.0/24",
        "request_id": "r-0",
        "outcome": "done",
        "status": 201,
        "problem": None,
        "chain": recorded.chain,
        "sequence": recorded.sequence,
        "previous": recorded.previous,
        "digest": recorded.digest,
    }


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("?day=yesterday", "day"),
        ("?day=1795305600", "day"),
        ("?day=2026-03-01T00:00:00Z", "day"),
        ("?limit=0", "limit"),
        ("?limit=1001", "limit"),
        ("?before=x", "before"),
        ("?actor=eve", "actor"),
        (f"?actor=nobody&account={ACCOUNT}", "actor"),
        ("?acount=x", "acount"),
    ],
)
def test_a_query_that_cannot_be_used_is_refused_by_name(reader: Reader, query: str, name: str) -> None:
    answer = reader.get(query)
    assert answer.status_code == 422
    assert [cause["name"] for cause in answer.json()["errors"]] == [name]


def test_a_verification_tells_what_is_wrong_and_where_the_chains_stand(reader: Reader) -> None:
    whole = reader.get(path="/v1/audit/verification").json()
    assert (whole["entries"], whole["faults"], whole["next"], len(whole["ends"])) == (6, [], None, CHAINS)

    chain = next(iter(reader.log.chains))
    reader.log.chains[chain][0] = replace(reader.log.chains[chain][0], event=event("eve"))
    bent = reader.get(path="/v1/audit/verification").json()
    assert bent["faults"] == [{"chain": chain, "sequence": 1, "kind": "changed"}]


def test_a_long_verification_is_given_in_parts(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit, "_ENTRIES_A_PART", 4)
    query, seen, ends = "", 0, 0
    while True:
        part = reader.get(query, "/v1/audit/verification").json()
        seen, ends = seen + part["entries"], ends + len(part["ends"])
        if part["next"] is None:
            break
        query = part["next"]
    assert (seen, ends) == (6, CHAINS)


@pytest.mark.parametrize("chain", range(CHAINS))
def test_a_verification_goes_on_from_a_place_in_any_chain(reader: Reader, chain: int) -> None:
    answer = reader.get(f"?after={place_text(beginning(chain))}", "/v1/audit/verification")
    assert [end["chain"] for end in answer.json()["ends"]] == list(range(chain, CHAINS))


@pytest.mark.parametrize("after", ["", f"{CHAINS}.000000000001." + "0" * 64, "1.1.x"])
def test_a_verification_goes_on_only_from_a_place(reader: Reader, after: str) -> None:
    assert reader.get(f"?after={after}", "/v1/audit/verification").status_code == 422
