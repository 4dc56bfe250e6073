"""From what became of each file to one report of the whole backfill."""

import datetime as dt
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import closing
from typing import Final, TypeVar

from pydantic import BaseModel, ValidationError

from geoclimate.contracts.backfill import (
    MOST_LISTED,
    BackfillFigures,
    BackfillReport,
    ChildExecution,
    ConcludeRequest,
    FileCounts,
    FileResult,
    ListedFile,
    PlannedFile,
    ResultsManifest,
    report_key,
)
from geoclimate.contracts.report import RowCounts
from geoclimate.domain.errors import IntegrityError
from geoclimate.services.ports import Clock, ObjectStore, UploadBucket

_MANIFEST_LIMIT_BYTES: Final = 16 * 1024 * 1024
_LONGEST_REASON: Final = 1_000
_MISSING: Final = "missing"
_M = TypeVar("_M", bound=BaseModel)


def conclude_backfill(
    request: ConcludeRequest, *, uploads: UploadBucket, objects: ObjectStore, clock: Clock
) -> BackfillFigures:
    """Read the results of every file and write the backfill's report.

    Args:
        request: The plan, and where the results are.
        uploads: The bucket of uploads, for the results, which are read line by line.
        objects: The same bucket, for the report.
        clock: Tells the time.

    Returns:
        The report's figures.

    Raises:
        IntegrityError: The results do not fit the plan: a file is missing in them, or they cannot be read.
        Unavailable: The bucket does not answer.
    """
    tally = _Tally()
    for child in _children(request.results_key, uploads, objects):
        tally.add(child)
    planned = request.plan.files
    if tally.files.total() != planned:
        raise IntegrityError(f"{planned} files were planned, and the results tell of {tally.files.total()}")
    finished = clock()
    key = report_key(request.plan.backfill_id)
    report = BackfillReport(
        backfill_id=request.plan.backfill_id,
        source=request.plan.source,
        report_key=key,
        files=FileCounts(planned=planned, **tally.files),
        rows=RowCounts(**tally.rows),
        began_at=request.began_at,
        finished_at=finished,
        duration_s=(finished - request.began_at) / dt.timedelta(seconds=1),
        first_failure=f"{tally.failed[0].key}: {tally.failed[0].reason}" if tally.failed else None,
        passed_over=request.plan.passed_over,
        refused_by_rule=_sorted(tally.refused_by_rule),
        skipped_by_rule=_sorted(tally.skipped_by_rule),
        flagged_by_flag=_sorted(tally.flagged_by_flag),
        unreadable_by_rule=_sorted(tally.unreadable_by_rule),
        refused_files=tuple(tally.refused),
        failed_files=tuple(tally.failed),
        lists_complete=tally.lists_complete,
    )
    objects.put(key, report.model_dump_json(indent=2).encode() + b"\n", "application/json")
    return BackfillFigures.model_validate(report.model_dump(include=set(BackfillFigures.model_fields)))


class _Tally:
    """Sums over the files."""

    def __init__(self) -> None:
        self.files: Counter[str] = Counter()
        self.rows: Counter[str] = Counter()
        self.refused_by_rule: Counter[str] = Counter()
        self.skipped_by_rule: Counter[str] = Counter()
        self.flagged_by_flag: Counter[str] = Counter()
        self.unreadable_by_rule: Counter[str] = Counter()
        self.refused: list[ListedFile] = []
        self.failed: list[ListedFile] = []
        self.lists_complete = True

    def add(self, child: ChildExecution) -> None:
        if child.output is None:
            self.files["failed"] += 1
            self._list(self.failed, _failure(child))
            return
        result = _parsed(FileResult, child.output)
        self.files[result.status] += 1
        self.rows.update(result.rows.model_dump())
        self.refused_by_rule.update(result.refused_by_rule)
        self.skipped_by_rule.update(result.skipped_by_rule)
        self.flagged_by_flag.update(result.flagged_by_flag)
        if result.problem is not None:
            self.unreadable_by_rule[result.problem.rule] += 1
        if result.status in {"refused", _MISSING}:
            self._list(self.refused, _refusal(result))

    def _list(self, listed: list[ListedFile], file: ListedFile) -> None:
        if len(listed) < MOST_LISTED:
            listed.append(file)
        else:
            self.lists_complete = False


def _children(results_key: str, uploads: UploadBucket, objects: ObjectStore) -> Iterator[ChildExecution]:
    manifest = _parsed(ResultsManifest, objects.get(results_key, _MANIFEST_LIMIT_BYTES))
    for file in (*manifest.files.succeeded, *manifest.files.failed, *manifest.files.pending):
        with closing(uploads.open(file.key, None)) as lines:
            for line in lines:
                yield _parsed(ChildExecution, line)


def _parsed(model: type[_M], text: str | bytes) -> _M:
    try:
        return model.model_validate_json(text)
    except ValidationError as error:
        raise IntegrityError(f"a {model.__name__} in the results of the Distributed Map cannot be read") from error


def _failure(child: ChildExecution) -> ListedFile:
    file = _parsed(PlannedFile, child.input)
    return ListedFile(key=file.key, rule=child.error or child.status, reason=_sentence(child)[:_LONGEST_REASON])


def _sentence(child: ChildExecution) -> str:
    """A function's error arrives as JSON with a stack trace; people get its sentence."""
    if child.cause is None:
        return f"the execution ended as {child.status}"
    try:
        return str(json.loads(child.cause)["errorMessage"])
    except (ValueError, LookupError, TypeError):
        return child.cause


def _refusal(result: FileResult) -> ListedFile:
    if result.status == _MISSING:
        return ListedFile(key=result.key, rule=_MISSING, reason="the file was not there when it was to be read")
    if result.problem is not None:
        return ListedFile(key=result.key, rule=result.problem.rule, reason=result.problem.message[:_LONGEST_REASON])
    refused, skipped = (Counter(each).most_common() for each in (result.refused_by_rule, result.skipped_by_rule))
    said = [f"no row was accepted: {_told(refused)}"] if refused else []
    said += [f"left out were: {_told(skipped)}"] if skipped else []
    rules = refused or skipped or [("no-rows", 0)]
    return ListedFile(key=result.key, rule=rules[0][0], reason="; ".join(said) or "the file has no rows")


def _told(rules: Iterable[tuple[str, int]]) -> str:
    return ", ".join(f"{rule} {count:,}" for rule, count in rules)


def _sorted(counts: Counter[str]) -> dict[str, int]:
    return dict(sorted(counts.items()))
