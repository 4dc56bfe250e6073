"""The backup function as Step Functions calls it."""

from functools import partial

import pytest

from functions.backup import handler as entry
from geoclimate.domain.errors import IntegrityError, InvalidInput
from geoclimate.services.collect_export import collect_export
from tests.backup_world import item
from tests.dynamodb_export import write_export
from tests.lambda_context import CONTEXT
from tests.load_event import load_event
from tests.workflow_fakes import ObjectsInMemory


@pytest.fixture(autouse=True)
def _wired(monkeypatch: pytest.MonkeyPatch) -> None:
    event = load_event("stepfunctions/backup")
    objects = ObjectsInMemory()
    prefix = f"backups/{event['backup_id']}/{event['table']}"
    items = [item(f"station-{number}") for number in range(event["items"])]
    write_export(objects.bodies, prefix, event["export_arn"], items)
    monkeypatch.setattr(entry, "export_collector", lambda: partial(collect_export, objects=objects))


def test_collects_the_export_of_a_table() -> None:
    answer = entry.handler(load_event("stepfunctions/backup"), CONTEXT)
    assert (answer["table"], answer["items"], answer["moment"]) == ("observations", 5, "2026-01-31T05:00:00Z")
    assert len(answer["keys"]) == len(answer["digests"]) == 3


def test_an_export_that_is_not_whole_is_refused() -> None:
    with pytest.raises(IntegrityError, match="has 5 items, but DynamoDB says that it exported 6"):
        entry.handler(load_event("stepfunctions/backup", items=6), CONTEXT)


@pytest.mark.parametrize(
    "changes", [{"backup_id": "../other"}, {"table": "users"}, {"export_arn": "arn:aws:s3:::bucket/../key"}]
)
def test_refuses_names_that_could_reach_elsewhere(changes: dict[str, str]) -> None:
    with pytest.raises(InvalidInput, match=next(iter(changes))):
        entry.handler(load_event("stepfunctions/backup", **changes), CONTEXT)
