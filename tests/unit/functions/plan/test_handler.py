"""The plan function as Step Functions calls it."""

import pytest

from functions.plan import handler as entry
from geoclimate.domain.errors import InvalidInput, NotFound
from tests.backfill_world import BackfillWorld
from tests.lambda_context import CONTEXT
from tests.load_event import load_event


@pytest.fixture(autouse=True)
def world(monkeypatch: pytest.MonkeyPatch) -> BackfillWorld:
    made = BackfillWorld({"backfill/openaq/a.csv.gz": b"a", "backfill/openaq/b.csv.gz": b"b"})
    monkeypatch.setattr(entry, "backfill_planner", lambda: made.plan_of)
    return made


def test_plans_a_backfill(world: BackfillWorld) -> None:
    answer = entry.handler(load_event("stepfunctions/plan"), CONTEXT)
    assert answer == {
        "backfill_id": "backfill-2026-01-31",
        "source": "backfill/openaq/",
        "key": "backfill-reports/backfill-2026-01-31/plan.jsonl",
        "files": 2,
        "passed_over": 0,
        "results": "backfill-reports/backfill-2026-01-31/results",
        "concurrency": 2,
    }
    assert answer["key"] in world.uploads.objects


def test_refuses_what_lies_elsewhere() -> None:
    with pytest.raises(InvalidInput, match=r"request\.prefix"):
        entry.handler(load_event("stepfunctions/plan", request__prefix="provider/"), CONTEXT)


def test_says_that_there_is_nothing() -> None:
    with pytest.raises(NotFound, match="backfill/none/"):
        entry.handler(load_event("stepfunctions/plan", request__prefix="backfill/none/"), CONTEXT)
