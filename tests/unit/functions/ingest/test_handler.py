"""The ingest function as Lambda sees it: an SQS batch in, the messages that must come again out."""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import pytest
from aws_lambda_powertools.utilities.batch.exceptions import BatchProcessingError
from moto import mock_aws

from functions.ingest import handler as entry
from functions.ingest.bootstrap import upload_receiver
from geoclimate.adapters.dynamodb_observations import DynamoObservationStore
from geoclimate.services.receive_upload import receive_upload
from tests.ingest_fakes import World
from tests.load_event import load_event
from tests.moto_tables import create_table
from tests.openaq_archive import UPLOADED, hours, packed

ROOT = Path(__file__).parents[4]
KEY = "records/csv.gz/locationid=501001/year=2014/month=01/location-501001-201401.csv.gz"
SECOND = "provider-a/second.csv.gz"


@dataclass
class Context:
    function_name: str = "ingest"
    memory_limit_in_mb: int = 1024
    invoked_function_arn: str = "arn:aws:lambda:us-east-1:111122223333:function:ingest"
    aws_request_id: str = "c6af9ac6-7b61-11e6-9a41-93e8deadbeef"

    def get_remaining_time_in_millis(self) -> int:
        return 60_000


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    world = World({KEY: packed(hours(3)), SECOND: packed(hours(5))})
    monkeypatch.setattr(
        entry, "upload_receiver", lambda: lambda body: receive_upload(body, "uploads", world.ports, world.quarantine)
    )
    return world


def metrics_of(output: str) -> dict[str, list[float]]:
    """Every metric that was written, by name."""
    found: dict[str, list[float]] = {}
    for line in output.splitlines():
        written = json.loads(line)
        for names in written.get("_aws", {}).get("CloudWatchMetrics", []):
            found |= {metric["Name"]: written[metric["Name"]] for metric in names["Metrics"]}
    return found


def test_takes_a_batch_in(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    assert entry.handler(load_event("sqs/two_uploads"), Context()) == {"batchItemFailures": []}
    assert len(world.observations.all) == 5
    metrics = metrics_of(capsys.readouterr().out)
    assert (metrics["FilesAccepted"], metrics["RowsAccepted"]) == ([1.0, 1.0], [3.0, 5.0])


def test_a_file_that_cannot_be_read_is_counted_among_those_put_aside(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    world.uploads.objects[KEY] = packed(hours(3))[:-10]
    assert entry.handler(load_event("sqs/two_uploads"), Context()) == {"batchItemFailures": []}
    metrics = metrics_of(capsys.readouterr().out)
    assert (metrics["FilesQuarantined"], metrics["FilesRefused"]) == ([1.0, 0.0], [1.0])


def test_one_message_that_fails_comes_again_alone(
    world: World, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    world.trouble.at = frozenset({1})
    event = load_event("sqs/two_uploads")
    answer = entry.handler(event, Context())
    assert answer == {"batchItemFailures": [{"itemIdentifier": event["Records"][0]["messageId"]}]}
    assert world.uploads.report(SECOND).status == "accepted"
    assert "cut off at step 1" in caplog.text
    assert metrics_of(capsys.readouterr().out)["FilesFailed"] == [1.0]


def test_a_batch_that_fails_whole_is_an_error_of_the_function(world: World) -> None:
    world.trouble.at = frozenset({1})
    with pytest.raises(BatchProcessingError):
        entry.handler(load_event("sqs/one_upload"), Context())


def test_a_message_that_is_no_event_is_done_with_and_lies_in_quarantine(world: World) -> None:
    assert entry.handler(load_event("sqs/malformed_body"), Context()) == {"batchItemFailures": []}
    assert [body for body, _ in world.quarantine.messages] == ["this is no event"]


def test_the_log_has_counts_and_no_contents(world: World, caplog: pytest.LogCaptureFixture) -> None:
    world.uploads.objects[KEY] = packed([*hours(2), {**hours(3)[2], "value": "do not log me"}])
    entry.handler(load_event("sqs/one_upload"), Context())
    [logged] = [vars(record) for record in caplog.records if record.message == "upload handled"]
    assert (logged["key"], logged["rows"]["refused"], logged["status"]) == (KEY, 1, "partly_accepted")
    assert not any("do not log me" in repr(vars(record)) for record in caplog.records)


def test_the_function_needs_its_layers_and_no_others() -> None:
    seen = subprocess.run(
        [sys.executable, "-c", "import sys, functions.ingest.handler; print(*sys.modules)"],
        capture_output=True,
        check=True,
        cwd=ROOT,
        text=True,
    ).stdout.split()
    assert "functions.ingest.handler" in seen
    assert {"numpy", "pyarrow"} <= set(seen)
    assert {"fastapi", "torch", "onnxruntime", "pandas", "duckdb"}.isdisjoint(seen)


def test_is_wired_to_the_tables_the_bucket_and_the_queue_of_its_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    with mock_aws():
        dynamodb = boto3.client("dynamodb")
        for table in ("observations", "stations", "files", "weather"):
            create_table(dynamodb, f"my-{table}")
            monkeypatch.setenv(f"GEOCLIMATE_{table.upper()}_TABLE", f"my-{table}")
        s3 = boto3.client("s3")
        s3.create_bucket(Bucket="uploads")
        s3.create_bucket(Bucket="lake")
        monkeypatch.setenv("GEOCLIMATE_LAKE_BUCKET", "lake")
        s3.put_object(Bucket="uploads", Key=KEY, Body=packed(hours(3)))
        s3.put_object(Bucket="uploads", Key=SECOND, Body=packed(hours(3))[:-2])
        monkeypatch.setenv("GEOCLIMATE_UPLOADS_BUCKET", "uploads")
        sqs = boto3.client("sqs")
        queue = sqs.create_queue(QueueName="quarantine")["QueueUrl"]
        monkeypatch.setenv("GEOCLIMATE_QUARANTINE_QUEUE_URL", queue)
        upload_receiver.cache_clear()
        event = load_event("sqs/two_uploads")
        del_version(event)
        assert entry.handler(event, Context()) == {"batchItemFailures": []}
        upload_receiver.cache_clear()

        stored = DynamoObservationStore(dynamodb, "my-observations").read(
            "openaq-501001", "pm25", UPLOADED.replace(month=1, day=1, hour=0), UPLOADED
        )
        assert [observation.value for observation in stored] == [0.5, 1.5, 2.5]
        assert dynamodb.scan(TableName="my-files")["Count"] == 1
        assert (
            json.loads(s3.get_object(Bucket="uploads", Key=KEY + ".report.json")["Body"].read())["status"] == "accepted"
        )
        [message] = sqs.receive_message(QueueUrl=queue, MessageAttributeNames=["All"])["Messages"]
        assert message["MessageAttributes"]["rule"]["StringValue"] == "gzip"
        for client in (dynamodb, s3, sqs):
            client.close()


def del_version(event: dict[str, Any]) -> None:
    """Let the events name no version, as those of a bucket that keeps none."""
    for record in event["Records"]:
        body = json.loads(record["body"])
        body["detail"]["object"].pop("version-id", None)
        record["body"] = json.dumps(body)
