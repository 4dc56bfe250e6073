"""The backup function as Step Functions calls it."""

import pytest
from geoclimate.domain.errors import InvalidInput
from geoclimate.services.export_table import export_table

from functions.backup import handler as entry
from tests.lambda_context import CONTEXT
from tests.load_event import load_event
from tests.workflow_fakes import ObjectsInMemory, RawTableInMemory


@pytest.fixture(autouse=True)
def _wired(monkeypatch: pytest.MonkeyPatch) -> None:
    names = ("openaq-1#pm25", "openaq-900002#pm25")
    table = RawTableInMemory({"pk": {"S": name}, "sk": {"S": "2014-12-31"}} for name in names)
    objects = ObjectsInMemory()
    monkeypatch.setattr(
        entry, "table_exporter", lambda: lambda request: export_table(request, table=table, objects=objects)
    )


def test_exports_the_table_and_says_that_it_ended() -> None:
    answer = entry.handler(load_event("stepfunctions/backup"), CONTEXT)
    assert (answer["export"]["items"], answer["cursor"]) == (2, None)


def test_goes_on_after_the_cursor() -> None:
    event = load_event("stepfunctions/backup_goes_on")
    export = entry.handler(event, CONTEXT)["export"]
    assert export["items"] == event["progress"]["export"]["items"] + 1
    assert export["keys"][1].endswith("observations/part-00001.ndjson.gz")


@pytest.mark.parametrize("changes", [{"backup_id": "../other"}, {"table": "users"}])
def test_refuses_names_that_could_reach_elsewhere(changes: dict[str, str]) -> None:
    with pytest.raises(InvalidInput, match=next(iter(changes))):
        entry.handler(load_event("stepfunctions/backup", **changes), CONTEXT)
