"""Every file of `tests/corpus` goes through the whole service, and its report says exactly what is expected."""

import datetime as dt
import json
import re
import tracemalloc
from typing import Any

import pytest

from geoclimate.contracts.report import (
    ERRORS_SUFFIX,
    FIRST_ERRORS,
    MAPPING_SUFFIX,
    REPORT_SUFFIX,
    IngestReport,
    RefusedRow,
)
from geoclimate.domain.observations import Observation
from geoclimate.domain.quality import LONGEST_SHOWN
from geoclimate.services.ingest_file import Upload, ingest_file
from tests.corpus.cases import Case, all_cases, all_files
from tests.ingest_fakes import World

NOW = dt.datetime(2024, 2, 1, tzinfo=dt.UTC)
"""When every file of the corpus is uploaded and read."""
CASES = all_cases()
COUNTS_OF_STORING = {"added", "unchanged", "revised"}
MOST_MEMORY = 64 * 2**20
MOST_BYTES_A_REFUSED_ROW = 1000
MOST_BYTES_A_REPORT = 40_000

OF_PYTHON = re.compile(
    r"Traceback|File \"|\b[A-Z]\w*(?:Error|Exception|Warning)\b|<class|object at 0x|\bNone\b|\bb'|\bb\"|codec|numpy|"
    r"pyarrow|timedelta|float\(\)|int\(\)"
)
SAYS_WHAT_TO_DO = re.compile(
    r"\b(?:upload|write|deliver|correct|save|pack|quote|leave|check|add|give|fill|use|take|close|split|download|swap|"
    r"double|export|send|set|taken are|these are|known here are|such as|missing|delivered)\b"
)


def take(case: Case) -> tuple[World, IngestReport]:
    world = World(case.objects)
    world.now = NOW
    return world, ingest_file(Upload(case.name, None, NOW), world.ports)


def summary(report: IngestReport, errors: list[RefusedRow], stored: list[Observation]) -> dict[str, Any]:
    """What a file came to, as `<name>.expected.json` says it."""
    counts = report.rows.model_dump(exclude=COUNTS_OF_STORING, exclude_defaults=True)
    return {
        "status": report.status,
        "problem": None if report.problem is None else {"rule": report.problem.rule, "line": report.problem.line},
        "rows": counts,
        "refused_by_rule": report.refused_by_rule,
        "skipped_by_rule": report.skipped_by_rule,
        "flagged_by_flag": report.flagged_by_flag,
        "errors": [[error.line, error.column, error.rule] for error in errors],
        "stored": [as_listed(observation) for observation in sorted(stored, key=lambda found: found.line)],
    }


def as_listed(observation: Observation) -> list[Any]:
    return [
        observation.line,
        f"{observation.station} {observation.parameter} {observation.instrument}",
        f"{observation.start:%Y-%m-%dT%H:%M:%SZ}/{observation.end:%Y-%m-%dT%H:%M:%SZ}",
        # The digits that give the number back bit for bit, so that -0.0 is not 0.0.
        f"{observation.value!r}",
        f"{observation.delivered_value!r} {observation.delivered_unit}",
        observation.flag,
    ]


def listed_errors(world: World, report: IngestReport) -> list[RefusedRow]:
    if report.errors_key is None:
        return []
    lines = world.uploads.objects[report.errors_key].splitlines()
    return [RefusedRow.model_validate_json(line) for line in lines]


def expected_errors(case: Case) -> list[Any]:
    """The listed errors; `{"lines": [first, last], ...}` stands for one a line."""
    found: list[Any] = []
    for entry in case.expected["errors"]:
        if isinstance(entry, dict):
            first, last = entry["lines"]
            found += [[line, entry["column"], entry["rule"]] for line in range(first, last + 1)]
        else:
            found.append(entry)
    return found


def test_every_file_of_the_corpus_has_an_expected_report_and_a_reason() -> None:
    assert {case.name for case in CASES} == all_files()
    assert len(CASES) >= 75
    assert all(len(case.expected["why"]) > 20 for case in CASES)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_reports_what_is_expected_and_stores_every_good_row(case: Case) -> None:
    world, report = take(case)
    errors = listed_errors(world, report)
    found = summary(report, errors, world.observations.all)
    expected = {name: content for name, content in case.expected.items() if name != "why"}
    assert found == {**expected, "errors": expected_errors(case)}
    assert report == world.uploads.report(case.name)
    require_consistent(report, errors, world)
    require_helpful(report, errors, case)


def require_consistent(report: IngestReport, errors: list[RefusedRow], world: World) -> None:
    rows = report.rows
    assert rows.read == rows.accepted + rows.refused + rows.repeated + rows.skipped
    assert rows.accepted == rows.added + rows.unchanged + rows.revised
    assert rows.refused == sum(report.refused_by_rule.values()) == len(errors)
    assert list(report.first_errors) == errors[:FIRST_ERRORS]
    assert {row.file_digest for row in world.observations.all} <= {report.digest}
    assert set(report.stations) == set(world.stations.stations) == {row.station for row in world.observations.all}
    assert set(report.parameters) == {row.parameter for row in world.observations.all}
    assert (report.digest in world.files.taken) == (rows.accepted > 0 and "future" not in report.refused_by_rule)
    own = {report.file + suffix for suffix in ("", REPORT_SUFFIX, ERRORS_SUFFIX, MAPPING_SUFFIX)}
    assert set(world.uploads.objects) <= own


def require_helpful(report: IngestReport, errors: list[RefusedRow], case: Case) -> None:
    """Hold the messages against what a provider needs: what is wrong with which text, what to do, and no Python."""
    lines = case.content.count(b"\n") + case.content.count(b"\r") + 1
    for error in errors:
        assert 1 < error.line <= max(lines, 10_000) or lines == 1
        assert len(error.value) <= LONGEST_SHOWN
    said = [error.message.replace(f"'{error.value}'", "") for error in errors]
    for message in said + ([report.problem.message] if report.problem else []):
        assert not OF_PYTHON.search(message), message
        assert SAYS_WHAT_TO_DO.search(message), message
        assert 20 < len(message) < 1000


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_needs_no_more_memory_and_writes_no_more_bytes_than_are_bounded(case: Case) -> None:
    world = World(case.objects)
    world.now = NOW
    tracemalloc.start()
    try:
        report = ingest_file(Upload(case.name, None, NOW), world.ports)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < MOST_MEMORY
    assert len(world.uploads.objects[case.name + REPORT_SUFFIX]) < MOST_BYTES_A_REPORT
    error_list = world.uploads.objects.get(case.name + ERRORS_SUFFIX, b"")
    assert len(error_list) <= MOST_BYTES_A_REFUSED_ROW * report.rows.refused


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_same_file_again_changes_nothing(case: Case) -> None:
    world, report = take(case)
    before = (dict(world.observations.days), dict(world.stations.stations), dict(world.files.taken))
    objects = dict(world.uploads.objects)
    again = ingest_file(Upload(case.name, None, NOW), world.ports)
    assert again.status == ("duplicate" if report.digest in world.files.taken else report.status)
    assert (world.observations.days, world.stations.stations, world.files.taken) == before
    assert {key: without_counts(body) for key, body in world.uploads.objects.items()} == {
        key: without_counts(body) for key, body in objects.items()
    }


def without_counts(body: bytes) -> Any:
    """A report without the counts of what its rows found stored; anything else as it is."""
    try:
        report = json.loads(body)
    except ValueError:
        return body
    if isinstance(report, dict) and "rows" in report:
        report["rows"] = {name: count for name, count in report["rows"].items() if name not in COUNTS_OF_STORING}
    return report
