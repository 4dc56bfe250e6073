"""The compact function as Step Functions calls it."""

from functools import partial

import pytest

from functions.compact import handler as entry
from geoclimate.domain.errors import InvalidInput
from geoclimate.services.compact_partition import RoundBounds, compact_partition
from tests.lake_in_memory import LakeFilesInMemory, batch_key, lake_row, parquet, rows_in
from tests.lambda_context import CONTEXT
from tests.load_event import load_event


@pytest.fixture
def lake(monkeypatch: pytest.MonkeyPatch) -> LakeFilesInMemory:
    made = LakeFilesInMemory()
    for number in range(3):
        made.put(batch_key("a", number), parquet([lake_row(line=number + 1)]))
    compact = partial(compact_partition, files=made, bounds=RoundBounds(files=2))
    monkeypatch.setattr(entry, "partition_compactor", lambda: compact)
    return made


def test_does_one_round_and_says_what_is_left(lake: LakeFilesInMemory) -> None:
    answer = entry.handler(load_event("stepfunctions/compact"), CONTEXT)
    assert answer == {
        "parameter": "pm25",
        "year": 2014,
        "month": 1,
        "rounds": 1,
        "files_merged": 2,
        "files_written": 1,
        "rows": 2,
        "duplicates": 0,
        "files_left": 2,
    }
    assert len(rows_in(lake)) == 3


@pytest.mark.usefixtures("lake")
def test_goes_on_from_what_the_call_before_gave() -> None:
    answer = entry.handler(load_event("stepfunctions/compact_goes_on"), CONTEXT)
    assert (answer["rounds"], answer["files_merged"], answer["rows"]) == (2, 1002, 720_002)


@pytest.mark.parametrize("changes", [{"parameter": "../pm25"}, {"month": 13}, {"year": 0}, {"prefix": "observations/"}])
def test_refuses_what_is_no_partition(lake: LakeFilesInMemory, changes: dict[str, object]) -> None:
    with pytest.raises(InvalidInput, match=next(iter(changes))):
        entry.handler(load_event("stepfunctions/compact", **changes), CONTEXT)
    assert len(lake.bodies) == 3
