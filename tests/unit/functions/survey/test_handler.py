"""The survey function as Step Functions calls it."""

from functools import partial

import pytest

from functions.survey import handler as entry
from geoclimate.domain.errors import InvalidInput
from geoclimate.services.survey_lake import survey_lake
from tests.lake_in_memory import LakeFilesInMemory, batch_key
from tests.lambda_context import CONTEXT
from tests.load_event import load_event


@pytest.fixture(autouse=True)
def lake(monkeypatch: pytest.MonkeyPatch) -> LakeFilesInMemory:
    made = LakeFilesInMemory()
    made.put(batch_key("a"), b"")
    survey = partial(survey_lake, files=made, small_files=1)
    monkeypatch.setattr(entry, "lake_surveyor", lambda: survey)
    return made


def test_the_schedule_s_empty_input_takes_the_stage_s_limit() -> None:
    answer = entry.handler(load_event("stepfunctions/survey"), CONTEXT)
    assert answer == {"partitions": [], "left": 0, "small_files": 1}


def test_everything_may_be_asked_for() -> None:
    answer = entry.handler(load_event("stepfunctions/survey_everything"), CONTEXT)
    assert answer["partitions"] == [{"parameter": "pm25", "year": 2014, "month": 1}]


@pytest.mark.parametrize("changes", [{"more_than": -1}, {"more_than": "many"}, {"parameter": "pm25"}])
def test_refuses_what_it_does_not_understand(changes: dict[str, object]) -> None:
    with pytest.raises(InvalidInput, match=next(iter(changes))):
        entry.handler(load_event("stepfunctions/survey", **changes), CONTEXT)
