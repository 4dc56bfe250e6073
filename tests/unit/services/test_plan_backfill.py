"""Which files a backfill takes."""

import json
from typing import Any

import pytest
from pydantic import ValidationError

from geoclimate.contracts import backfill as contract
from geoclimate.contracts.backfill import BackfillRequest, PlanRequest
from geoclimate.domain.errors import InvalidInput, NotFound
from geoclimate.services import plan_backfill as service
from tests.backfill_world import ID, MOST_AT_ONCE, BackfillWorld

A, B = "backfill/2014/a.csv.gz", "backfill/2014/b.csv.gz"


def world(**files: str) -> BackfillWorld:
    bodies = {key.replace("__", "/"): text.encode() for key, text in files.items()}
    return BackfillWorld({A: b"a", B: b"b", "backfill/2015/c.csv.gz": b"c", "provider/d.csv.gz": b"d"} | bodies)


def lines(world: BackfillWorld) -> list[str]:
    return [json.loads(line)["key"] for line in world.uploads.objects[f"backfill-reports/{ID}/plan.jsonl"].splitlines()]


def test_lists_every_file_under_a_prefix() -> None:
    made = world()
    plan = made.plan(prefix="backfill/2014/")
    assert lines(made) == [A, B]
    assert (plan.files, plan.passed_over, plan.source) == (2, 0, "backfill/2014/")
    assert plan.key == f"backfill-reports/{ID}/plan.jsonl"


def test_passes_over_what_is_no_file() -> None:
    made = world()
    for key in (f"{A}.report.json", f"{A}.errors.ndjson", f"{A}.mapping.json", "backfill/2014/mapping.json"):
        made.uploads.objects[key] = b"{}"
    for key in ("backfill/2014/", "backfill/2014/x.manifest.csv", "backfill/y.manifest.jsonl"):
        made.uploads.objects[key] = b""
    plan = made.plan(prefix="backfill/")
    assert lines(made) == [A, B, "backfill/2015/c.csv.gz"]
    assert plan.passed_over == 7


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("list.manifest.csv", f"\ufeffkey,note\r\n{B},\r\n{A},again\r\n{B},\r\n"),
        ("list.manifest.jsonl", f'{{"key": "{B}"}}\n\n{{"key": "{A}", "size": 3}}\n{{"key": "{B}"}}\n'),
    ],
)
def test_takes_the_files_that_a_manifest_names_each_once(name: str, text: str) -> None:
    made = world()
    made.uploads.objects[f"backfill/{name}"] = text.encode()
    plan = made.plan(manifest=f"backfill/{name}")
    assert lines(made) == [B, A]
    assert plan.passed_over == 1


@pytest.mark.parametrize(
    ("name", "body", "message"),
    [
        ("x.manifest.csv", b"file\na\n", "line 1 of the manifest: there is no column 'key'"),
        ("x.manifest.csv", b"", "line 1 of the manifest: there is no column 'key'"),
        (
            "x.manifest.csv",
            b"key\nprovider/d.csv.gz\n",
            "line 2 of .*: each key must begin with 'backfill/'.*provider/d",
        ),
        ("x.manifest.csv", b'key\n"backfill/a', "after line 1 of the manifest: unexpected end of data"),
        ("x.manifest.csv", b"key\nbackfill/\xff\n", "is not UTF-8"),
        ("x.manifest.csv", b"note,key\nonly\n", "line 2 of .*: each key must begin .* none"),
        ("x.manifest.jsonl", b'{"key": "backfill/a"}\n{"file": "b"}\n', "line 2 of the manifest is no"),
        ("x.manifest.jsonl", b"backfill/a\n", "line 1 of the manifest is no"),
        ("x.manifest.jsonl", b'{"key": "backfill/\\ud800"}\n', "line 1 of the manifest is no"),
        ("x.manifest.jsonl", b'{"key": 7}\n', "line 1 of .*: each key must begin .* none"),
        ("x.manifest.jsonl", b'"backfill/a"\n', "line 1 of the manifest is no"),
    ],
)
def test_says_what_is_wrong_with_a_manifest(name: str, body: bytes, message: str) -> None:
    made = world()
    made.uploads.objects[f"backfill/{name}"] = body
    with pytest.raises(InvalidInput, match=message):
        made.plan(manifest=f"backfill/{name}")
    assert f"backfill-reports/{ID}/plan.jsonl" not in made.uploads.objects


def test_a_manifest_that_is_not_there_is_named() -> None:
    made = world()
    made.uploads.objects["backfill/x.manifest.csv.old"] = b""
    with pytest.raises(NotFound, match=r"there is no manifest 'backfill/x\.manifest\.csv'"):
        made.plan(manifest="backfill/x.manifest.csv")


@pytest.mark.parametrize("source", [{"prefix": "backfill/2016/"}, {"manifest": "backfill/x.manifest.csv"}])
def test_a_backfill_of_nothing_is_an_error(source: dict[str, str]) -> None:
    made = world()
    made.uploads.objects["backfill/x.manifest.csv"] = b"key\n"
    with pytest.raises(NotFound, match="there is no file to take in at 'backfill/"):
        made.plan(**source)


def test_takes_as_many_at_once_as_the_stage_allows_or_fewer() -> None:
    assert world().plan(prefix="backfill/").concurrency == MOST_AT_ONCE
    assert world().plan(prefix="backfill/", concurrency=1).concurrency == 1
    with pytest.raises(InvalidInput, match="concurrency: this stage takes at most 2 files at once, not 3"):
        world().plan(prefix="backfill/", concurrency=3)


def test_more_files_than_one_backfill_takes_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "MOST_FILES", 2)
    with pytest.raises(InvalidInput, match="more than 2 files: give a longer prefix"):
        world().plan(prefix="backfill/")
    assert contract.MOST_FILES > 100_000


@pytest.mark.parametrize(
    ("request_", "message"),
    [
        ({}, "give either a prefix"),
        ({"prefix": "backfill/", "manifest": "backfill/x.manifest.csv"}, "give either a prefix"),
        ({"prefix": "provider/"}, "prefix"),
        ({"prefix": "backfill-reports/"}, "prefix"),
        ({"prefix": "../backfill/"}, "prefix"),
        ({"manifest": "backfill/list.csv"}, "manifest"),
        ({"manifest": "provider/x.manifest.csv"}, "manifest"),
        ({"prefix": "backfill/", "concurrency": 0}, "concurrency"),
        ({"prefix": "backfill/", "bucket": "other"}, "bucket"),
    ],
)
def test_a_request_for_anything_else_is_refused(request_: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        BackfillRequest.model_validate(request_)


def test_the_name_of_an_execution_cannot_reach_elsewhere() -> None:
    with pytest.raises(ValidationError, match="backfill_id"):
        PlanRequest.model_validate({"backfill_id": "../x", "request": {"prefix": "backfill/"}})
