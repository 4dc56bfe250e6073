"""The conclude function as Step Functions calls it."""

import pytest

from functions.conclude import handler as entry
from geoclimate.contracts.backfill import FileResult
from geoclimate.domain.errors import InvalidInput
from tests.backfill_world import BackfillWorld, failed, succeeded, write_results
from tests.lambda_context import CONTEXT
from tests.load_event import load_event


@pytest.fixture(autouse=True)
def world(monkeypatch: pytest.MonkeyPatch) -> BackfillWorld:
    made = BackfillWorld()
    folder = load_event("stepfunctions/conclude")["results_key"].rsplit("/", 1)[0]
    children = [
        succeeded(FileResult(key="backfill/a", status="accepted")),
        failed("backfill/b", "Unavailable", "S3 is down"),
    ]
    write_results(made.uploads.objects, children, folder)
    monkeypatch.setattr(entry, "backfill_concluder", lambda: made.conclude)
    return made


def test_writes_the_report_and_gives_its_figures(world: BackfillWorld) -> None:
    answer = entry.handler(load_event("stepfunctions/conclude"), CONTEXT)
    assert answer["report_key"] == "backfill-reports/backfill-2026-01-31/report.json"
    assert answer["report_key"] in world.uploads.objects
    assert (answer["files"]["planned"], answer["files"]["accepted"], answer["files"]["failed"]) == (2, 1, 1)
    assert (answer["first_failure"], answer["duration_s"]) == ("backfill/b: S3 is down", 30.0)


def test_refuses_results_that_lie_elsewhere() -> None:
    with pytest.raises(InvalidInput, match="results_key"):
        entry.handler(load_event("stepfunctions/conclude", results_key="backfill/x/manifest.json"), CONTEXT)
