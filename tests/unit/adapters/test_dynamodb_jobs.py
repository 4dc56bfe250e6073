"""Jobs in DynamoDB: a job that has ended stays as it is."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace

import boto3
import pytest
from moto import mock_aws

from geoclimate.adapters.dynamodb_jobs import DynamoJobStore
from geoclimate.domain.jobs import Job
from geoclimate.services.job_ports import Progress
from tests.moto_tables import create_table

NOW = dt.datetime(2026, 1, 31, 5, tzinfo=dt.UTC)
JOB = Job("a", "20260131-050000-000000000001", "export", "{}", "awaiting_input", NOW)


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> Iterator[DynamoJobStore]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    with mock_aws():
        client = boto3.client("dynamodb", region_name="us-east-1")
        create_table(client, "jobs")
        made = DynamoJobStore(client, "jobs")
        assert made.add(JOB, made.begun("a"))
        yield made


def test_a_job_is_read_as_it_was_written(store: DynamoJobStore) -> None:
    assert store.get("a", JOB.id) == JOB
    assert store.newest("a", None, 5) == [JOB]
    assert (store.get("b", JOB.id), store.newest("b", None, 5)) == (None, [])


def test_of_two_that_begin_at_the_same_moment_one_is_told_to_look_again(store: DynamoJobStore) -> None:
    begun = store.begun("a")
    second, third = (replace(JOB, id=f"20260131-050000-00000000000{number}") for number in (2, 3))
    assert store.add(second, begun)
    assert not store.add(third, begun)
    assert store.get("a", third.id) is None
    assert store.add(third, store.begun("a"))
    assert store.begun("b") == 0


def test_progress_is_written_down(store: DynamoJobStore) -> None:
    assert store.go_on("a", JOB.id, Progress(done=2, total=5, files=1, rows=40))
    assert store.get("a", JOB.id) == replace(JOB, state="running", done=2, total=5, files=1, rows=40)


def test_an_end_is_written_down_once(store: DynamoJobStore) -> None:
    assert store.end("a", JOB.id, "failed", NOW, "No table was sent.")
    ended = store.get("a", JOB.id)
    assert ended == replace(JOB, state="failed", finished_at=NOW, failure="No table was sent.")
    assert not store.end("a", JOB.id, "succeeded", NOW)
    assert not store.go_on("a", JOB.id, Progress(1, 1, 1, 1))
    assert store.get("a", JOB.id) == ended


def test_a_job_that_is_gone_is_not_made_again(store: DynamoJobStore) -> None:
    assert not store.end("b", JOB.id, "cancelled", NOW)
    assert store.get("b", JOB.id) is None


def test_a_list_is_whole_though_one_answer_of_dynamodb_does_not_hold_it(store: DynamoJobStore) -> None:
    large = [
        replace(JOB, id=f"20260201-050000-{number:012x}", request='{"stations": "' + "s" * 200_000 + '"}')
        for number in range(7)
    ]
    for job in large:
        assert store.add(job, store.begun("a"))
    assert [job.id for job in store.newest("a", None, 8)] == [*reversed([job.id for job in large]), JOB.id]
    assert [job.id for job in store.newest("a", large[1].id, 2)] == [large[0].id, JOB.id]
