"""Find the partitions of the lake that have many small files."""

from collections import Counter
from typing import Final

from geoclimate.contracts.compaction import CLAIMS_PREFIX, claimed_month, is_compacted
from geoclimate.contracts.lake import OBSERVATIONS, Month, month_of
from geoclimate.contracts.workflows import LakePartition, SurveyRequest, SurveyResult
from geoclimate.services.lake_files import LakeFiles

PARTITIONS_A_RUN: Final = 200
"""With 10 rounds each, an execution stays under Step Functions' 25,000 events; the list takes some 12 kB of its 256."""


def survey_lake(request: SurveyRequest, *, files: LakeFiles, small_files: int) -> SurveyResult:
    """The partitions that are worth compacting, those with the most small files first.

    A small file is one that an upload wrote. A partition whose compaction was broken off comes first, however few files
    it has: it may hold rows twice.

    Args:
        request: What is asked.
        files: The lake.
        small_files: A partition with more small files than this is compacted, where the request says nothing else.

    Raises:
        Unavailable: The lake does not answer.
    """
    limit = small_files if request.more_than is None else request.more_than
    small: Counter[Month] = Counter()
    for file in files.list_files(OBSERVATIONS.prefix):
        month = month_of(file.key)
        if month is not None and not is_compacted(file.key):
            small[month] += 1
    broken_off = {claimed_month(file.key) for file in files.list_files(CLAIMS_PREFIX)} - {None}
    chosen = sorted(
        (
            month
            for month in small.keys() | broken_off
            if month is not None and (month in broken_off or small[month] > limit)
        ),
        key=lambda month: (month not in broken_off, -small[month], -month.year, -month.month, month.parameter),
    )
    return SurveyResult(
        partitions=tuple(
            LakePartition(parameter=month.parameter, year=month.year, month=month.month)
            for month in chosen[:PARTITIONS_A_RUN]
        ),
        left=len(chosen[PARTITIONS_A_RUN:]),
        small_files=small.total(),
    )
