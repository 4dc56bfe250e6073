"""The backfill function as Step Functions calls it."""

import json

import pytest

from functions.backfill import handler as entry
from geoclimate.contracts.backfill import FileResult
from geoclimate.domain.errors import InvalidInput
from tests.backfill_world import BackfillWorld, station_file
from tests.lambda_context import CONTEXT
from tests.load_event import load_event


@pytest.fixture(autouse=True)
def _wired(monkeypatch: pytest.MonkeyPatch) -> None:
    made = BackfillWorld({load_event("stepfunctions/backfill")["key"]: station_file(501001)})
    monkeypatch.setattr(entry, "file_taker", lambda: made.take)


def test_takes_a_file_and_says_in_short_what_became_of_it() -> None:
    answer = entry.handler(load_event("stepfunctions/backfill"), CONTEXT)
    result = FileResult.model_validate(answer)
    assert (result.status, result.rows.added) == ("accepted", 3)
    # Step Functions hands on 256 kB at most; what a file could not give in full is in its report.
    assert len(json.dumps(answer)) < 2_000


def test_counts_rows_and_files(capsys: pytest.CaptureFixture[str]) -> None:
    entry.handler(load_event("stepfunctions/backfill"), CONTEXT)
    (metrics,) = [line for line in map(json.loads, capsys.readouterr().out.splitlines()) if "_aws" in line]
    assert (metrics["RowsAccepted"], metrics["RowsRefused"], metrics["FilesAccepted"]) == ([3.0], [0.0], [1.0])


@pytest.mark.parametrize("key", ["provider/a.csv", "backfill/", "../backfill/a"])
def test_refuses_what_lies_elsewhere(key: str) -> None:
    with pytest.raises(InvalidInput, match="key"):
        entry.handler(load_event("stepfunctions/backfill", key=key), CONTEXT)
