"""Which partitions of the lake are worth compacting, and in which order."""

import pytest

from geoclimate.contracts.compaction import claim_key
from geoclimate.contracts.lake import Month, refused_prefix
from geoclimate.contracts.workflows import LakePartition, SurveyRequest
from geoclimate.services import survey_lake as module
from geoclimate.services.survey_lake import survey_lake
from tests.lake_in_memory import LakeFilesInMemory, batch_key

MAY, JUNE = Month("pm25", 2014, 5), Month("pm25", 2014, 6)
OZONE = Month("o3", 2014, 6)


def _lake(**small: int) -> LakeFilesInMemory:
    """So many small files of May, June and June's ozone."""
    lake = LakeFilesInMemory()
    for month, count in zip((MAY, JUNE, OZONE), (small.get(name, 0) for name in ("may", "june", "ozone")), strict=True):
        for number in range(count):
            lake.put(batch_key("a", number, month), b"")
    return lake


def _partition(month: Month) -> LakePartition:
    return LakePartition(parameter=month.parameter, year=month.year, month=month.month)


def test_partitions_with_more_small_files_than_the_limit_come_most_first() -> None:
    result = survey_lake(SurveyRequest(), files=_lake(may=3, june=4, ozone=2), small_files=2)
    assert result.partitions == (_partition(JUNE), _partition(MAY))
    assert (result.left, result.small_files) == (0, 9)


def test_of_as_many_files_the_newest_month_comes_first() -> None:
    result = survey_lake(SurveyRequest(), files=_lake(may=3, june=3, ozone=3), small_files=2)
    assert result.partitions == (_partition(OZONE), _partition(JUNE), _partition(MAY))


def test_the_request_may_set_another_limit() -> None:
    result = survey_lake(SurveyRequest(more_than=0), files=_lake(may=1), small_files=2)
    assert result.partitions == (_partition(MAY),)


def test_compacted_files_and_what_is_not_a_file_of_observations_do_not_count() -> None:
    lake = _lake(may=2)
    for key in (
        f"{MAY.prefix}compacted-{'a' * 64}.parquet",
        f"{MAY.prefix}_SUCCESS",
        f"{refused_prefix(2014, 5)}a.parquet",
    ):
        lake.put(key, b"")
    result = survey_lake(SurveyRequest(), files=lake, small_files=2)
    assert (result.partitions, result.small_files) == ((), 2)


def test_a_partition_that_was_broken_off_comes_first_however_few_files_it_has() -> None:
    lake = _lake(may=9)
    lake.put(claim_key(OZONE), b"")
    lake.put("compacting/something else", b"")
    result = survey_lake(SurveyRequest(), files=lake, small_files=2)
    assert result.partitions == (_partition(OZONE), _partition(MAY))


def test_what_is_too_much_for_one_run_is_left_and_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PARTITIONS_A_RUN", 1)
    result = survey_lake(SurveyRequest(), files=_lake(may=3, june=4, ozone=5), small_files=2)
    assert (result.partitions, result.left) == ((_partition(OZONE),), 2)


def test_the_longest_answer_fits_a_workflow_s_state() -> None:
    lake = LakeFilesInMemory()
    for number in range(module.PARTITIONS_A_RUN + 1):
        lake.put(batch_key("a", 0, Month("p" * 32, 1000 + number, 12)), b"")
    result = survey_lake(SurveyRequest(more_than=0), files=lake, small_files=2)
    assert result.left == 1
    # Each partition's result and failure come back in the same state.
    assert len(result.model_dump_json()) < 256 * 1024 / 10


def test_an_empty_lake_has_nothing_to_compact() -> None:
    result = survey_lake(SurveyRequest(), files=LakeFilesInMemory(), small_files=0)
    assert (result.partitions, result.left, result.small_files) == ((), 0, 0)
