"""The audit log in DynamoDB."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Lock
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError
from types_boto3_dynamodb import DynamoDBClient

from geoclimate.adapters.dynamodb_audit import DynamoAuditLog
from geoclimate.contracts.tables import AUDIT_HEADS_PARTITION, audit_chain_key, audit_sort_key
from geoclimate.domain.audit import NOBODY, beginning, chain_of
from geoclimate.domain.errors import Unavailable
from geoclimate.services.verify_audit import verify_audit
from tests.audit_fakes import NOW, event
from tests.moto_tables import create_audit_table

CHAIN = chain_of("ada", "")


def quickly(_: float) -> None:
    """Nobody waits in a test."""


@pytest.fixture
def client(dynamodb: DynamoDBClient) -> DynamoDBClient:
    create_audit_table(dynamodb, "audit")
    return dynamodb


@pytest.fixture
def log(client: DynamoDBClient) -> DynamoAuditLog:
    return DynamoAuditLog(client, "audit", quickly)


def key(sequence: int) -> dict[str, Any]:
    return {"pk": {"S": audit_chain_key(CHAIN)}, "sk": {"S": audit_sort_key(sequence)}}


def test_an_entry_comes_back_exactly_as_it_was_recorded(log: DynamoAuditLog) -> None:
    full = log.record(event())
    bare = log.record(
        event(actor=NOBODY, request_id="r-2", permission=None, network=None, status=None, problem=None, outcome="begun")
    )
    assert list(log.stretch(beginning(full.chain), 10))[:1] == [full]
    assert bare in log.stretch(beginning(bare.chain), 10)


def test_entries_of_an_actor_follow_each_other_and_move_the_head(log: DynamoAuditLog) -> None:
    entries = [log.record(event(request_id=f"r-{number}")) for number in range(3)]
    assert [entry.sequence for entry in entries] == [1, 2, 3]
    assert log.head(CHAIN) == entries[-1].link
    assert log.stretch(entries[0].link, 1) == [entries[1]]
    assert log.head((CHAIN + 1) % 16) is None


def test_writers_at_once_lose_nothing_and_take_no_place_twice(
    client: DynamoDBClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Moto undoes a refused transaction by putting the whole table back, without what others wrote meanwhile.
    write, one_at_a_time = client.transact_write_items, Lock()

    def transact(**request: Any) -> Any:
        with one_at_a_time:
            return write(**request)

    monkeypatch.setattr(client, "transact_write_items", transact)
    log = DynamoAuditLog(client, "audit")

    def record(number: int) -> None:
        # On a busy machine one may be outrun more often than it tries; then nothing was written, and it comes again.
        while True:
            with suppress(Unavailable):
                log.record(event(request_id=f"r-{number}"))
                return

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(record, range(8)))
    found = verify_audit(log)
    assert (found.entries, found.faults) == (8, ())
    assert {entry.event.request_id for entry in log.stretch(beginning(CHAIN), 20)} == {f"r-{n}" for n in range(8)}


def test_a_writer_that_others_outrun_for_ever_says_so(log: DynamoAuditLog, client: DynamoDBClient) -> None:
    log.record(event())
    stale = DynamoAuditLog(client, "audit", quickly)
    stale.head = beginning  # type: ignore[method-assign] # a reader that never sees the others
    with pytest.raises(Unavailable, match="others were faster"):
        stale.record(event(request_id="r-2"))


@pytest.mark.parametrize(
    ("bent", "kind"),
    [
        ({"resource": {"S": "/v1/other"}}, "changed"),
        ({"status": {"N": "200"}}, "changed"),
        ({"at": {"S": "yesterday"}}, "changed"),
        ({"moment": {"S": "2026-01-01"}}, "changed"),
        ({"day": {"S": "2026-01-01"}}, "changed"),
        ({"digest": {"S": "0"}}, "changed"),
        ({"status": {"N": "20.5"}}, "changed"),
        ({"status": {"S": "403"}}, "changed"),
        ({"note": {"S": "approved"}}, "changed"),
    ],
)
def test_a_bent_item_is_found_by_a_verification(
    log: DynamoAuditLog, client: DynamoDBClient, bent: dict[str, Any], kind: str
) -> None:
    log.record(event())
    log.record(event(request_id="r-2"))
    item = client.get_item(TableName="audit", Key=key(1))["Item"]
    client.put_item(TableName="audit", Item={**item, **bent})
    found = verify_audit(log).faults
    assert [(fault.chain, fault.sequence, fault.kind) for fault in found][:1] == [(CHAIN, 1, kind)]


def test_an_item_without_its_members_is_found_too(log: DynamoAuditLog, client: DynamoDBClient) -> None:
    log.record(event())
    client.put_item(TableName="audit", Item=key(1))
    assert "changed" in {fault.kind for fault in verify_audit(log).faults}


@pytest.mark.parametrize("bent", [{"sequence": {"N": "1.5"}}, {"sequence": {"S": "1"}}, {"digest": {"N": "1"}}, {}])
def test_a_bent_head_is_found_by_a_verification(
    log: DynamoAuditLog, client: DynamoDBClient, bent: dict[str, Any]
) -> None:
    entry = log.record(event())
    head = {"pk": {"S": AUDIT_HEADS_PARTITION}, "sk": {"S": audit_chain_key(CHAIN)}}
    sound = {"sequence": {"N": "1"}, "digest": {"S": entry.digest}}
    client.put_item(TableName="audit", Item={**head, **(sound | bent if bent else {})})
    (fault,) = verify_audit(log).faults
    assert (fault.chain, fault.kind) == (CHAIN, "head differs")


def test_what_stands_before_the_first_place_is_no_entry(log: DynamoAuditLog, client: DynamoDBClient) -> None:
    entry = log.record(event())
    item = client.get_item(TableName="audit", Key=key(1))["Item"]
    client.put_item(TableName="audit", Item={**item, **key(0)})
    assert log.of_day(NOW.date(), 10, None) == [entry]


def test_what_stands_at_no_place_of_a_chain_is_no_entry(log: DynamoAuditLog, client: DynamoDBClient) -> None:
    entry = log.record(event())
    client.put_item(TableName="audit", Item={"pk": {"S": audit_chain_key(CHAIN)}, "sk": {"S": "junk"}})
    assert log.stretch(beginning(CHAIN), 10) == [entry]
    assert verify_audit(log).faults == ()


@pytest.mark.parametrize("partition", ["CHAIN#77", f"OTHER#{CHAIN:02d}", "CHAIN#x", "CHAIN"])
def test_what_stands_in_no_chain_is_no_entry(log: DynamoAuditLog, client: DynamoDBClient, partition: str) -> None:
    entry = log.record(event())
    item = client.get_item(TableName="audit", Key=key(1))["Item"]
    client.put_item(TableName="audit", Item={**item, "pk": {"S": partition}})
    assert log.of_day(NOW.date(), 10, None) == [entry]
    assert log.of_actor("ada", None, 10, None) == [entry]


def test_a_removed_item_and_a_removed_end_are_found(log: DynamoAuditLog, client: DynamoDBClient) -> None:
    for number in range(4):
        log.record(event(request_id=f"r-{number}"))
    client.delete_item(TableName="audit", Key=key(2))
    client.delete_item(TableName="audit", Key=key(4))
    assert [(fault.sequence, fault.kind) for fault in verify_audit(log).faults] == [(3, "missing"), (4, "missing")]


def test_lists_are_the_newest_first_and_paged(log: DynamoAuditLog) -> None:
    for number in range(5):
        log.record(event("ada", f"r-{number}", at=NOW + dt.timedelta(hours=6 * number)))
    log.record(event("bob", "r-9", at=NOW + dt.timedelta(hours=1)))

    assert [e.event.request_id for e in log.of_actor("ada", None, 10, None)] == ["r-4", "r-3", "r-2", "r-1", "r-0"]
    assert [e.event.request_id for e in log.of_actor("ada", NOW.date(), 10, None)] == ["r-1", "r-0"]
    assert [e.event.request_id for e in log.of_day(NOW.date(), 10, None)] == ["r-1", "r-9", "r-0"]
    first = log.of_actor("ada", None, 2, None)
    second = log.of_actor("ada", None, 2, first[-1].moment)
    third = log.of_actor("ada", None, 2, second[-1].moment)
    assert [e.event.request_id for page in (first, second, third) for e in page] == ["r-4", "r-3", "r-2", "r-1", "r-0"]
    assert log.of_actor("eve", None, 2, None) == []


def test_a_day_stays_a_day_whatever_its_page_begins_before(log: DynamoAuditLog) -> None:
    days = [NOW + dt.timedelta(days=number) for number in range(3)]
    before, _, after = (log.record(event("ada", f"r-{at:%d}", at=at)) for at in days)

    assert [e.event.at for e in log.of_actor("ada", days[1].date(), 10, after.moment)] == [days[1]]
    assert log.of_actor("ada", days[1].date(), 10, before.moment) == []


def test_heads_are_no_entries(log: DynamoAuditLog, client: DynamoDBClient) -> None:
    log.record(event())
    items = client.query(
        TableName="audit",
        KeyConditionExpression="pk = :pk",
        ExpressionAttributeValues={":pk": {"S": AUDIT_HEADS_PARTITION}},
    )["Items"]
    assert [item["sk"]["S"] for item in items] == [audit_chain_key(CHAIN)]


def test_a_table_that_does_not_answer_is_unavailable(
    log: DynamoAuditLog, client: DynamoDBClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def down(**_: object) -> None:
        raise EndpointConnectionError(endpoint_url="x")

    monkeypatch.setattr(client, "get_item", down)
    with pytest.raises(Unavailable):
        log.record(event())
