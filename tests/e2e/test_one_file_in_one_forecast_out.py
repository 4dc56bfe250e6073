"""The main job on the deployed stack: files in, a model trained, a forecast read as a consumer.

The tests build on each other through their session fixtures, as a provider, an operator and a consumer would.
"""

import csv
import gzip
import json
import time
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from geoclimate.contracts.model import QUANTILE_LEVELS
from local.uploads import drop_files, read_report, wait_for_reports
from local.workflow import WorkflowError, run_workflow
from tests.e2e.conftest import Stack

pytestmark = pytest.mark.e2e

_DEMO = "openaq-900001"
_BEIJING = ("openaq-501001", "openaq-501003")


def _quiet(*_: object) -> None:
    """No progress is shown in a test."""


def _rows(folder: Path) -> Iterator[dict[str, str]]:
    for file in sorted(path for path in folder.rglob("*.csv.gz") if path.is_file()):
        with gzip.open(file, "rt", encoding="utf-8") as text:
            yield from csv.DictReader(text)


def _expected(folder: Path, station: str) -> dict[str, dict[datetime, float]]:
    """Parameter -> start of the hour -> value, straight from the files: the archive stamps the END of the hour."""
    series: defaultdict[str, dict[datetime, float]] = defaultdict(dict)
    for row in _rows(folder):
        if f"openaq-{row['location_id']}" == station:
            start = datetime.fromisoformat(row["datetime"]).astimezone(UTC) - timedelta(hours=1)
            series[row["parameter"]][start] = float(row["value"])
    return dict(series)


def _served(stack: Stack, station: str, parameter: str, hours: dict[datetime, float]) -> dict[datetime, float]:
    """Everything that the API serves of a series over the hours expected, and a day around them."""
    start, last = min(hours) - timedelta(days=1), max(hours) + timedelta(days=1)
    served: dict[datetime, float] = {}
    while start < last:
        end = min(start + timedelta(days=31), last)
        answer = stack.get(
            f"/v1/stations/{station}/observations",
            query={
                "parameter": parameter,
                "from": start.isoformat().replace("+00:00", "Z"),
                "to": end.isoformat().replace("+00:00", "Z"),
            },
        )
        assert answer.status_code == 200, answer.text
        for observation in answer.json()["observations"]:
            begin = datetime.fromisoformat(observation["start"])
            assert datetime.fromisoformat(observation["end"]) == begin + timedelta(hours=1)
            served[begin] = observation["value"]
        start = end
    return served


def _items(stack: Stack, table: str) -> dict[tuple[str, str], dict[str, Any]]:
    pages = stack.client("dynamodb").get_paginator("scan").paginate(TableName=stack.outputs[table])
    return {(item["pk"]["S"], item["sk"]["S"]): item for page in pages for item in page["Items"]}


def _quarantined(sqs: Any, queue: str, key: str) -> list[dict[str, Any]]:
    """Messages about a file, as soon as there is one; those about other tests' files are passed over."""
    deadline = time.monotonic() + 30
    found: list[dict[str, Any]] = []
    while not found and time.monotonic() < deadline:
        answer = sqs.receive_message(
            QueueUrl=queue, MessageAttributeNames=["All"], MaxNumberOfMessages=10, WaitTimeSeconds=2
        )
        found = [message for message in answer.get("Messages", []) if key in message["Body"]]
    return found


@pytest.fixture(scope="session")
def beijing_taken(stack: Stack, beijing_files: Path) -> list[dict[str, Any]]:
    return drop_files(stack.place, stack.outputs, beijing_files, _quiet, 120)


def test_every_row_of_the_demo_files_is_accepted(demo_taken: list[dict[str, Any]], demo_files: Path) -> None:
    assert {report["status"] for report in demo_taken} == {"accepted"}
    assert sum(report["rows"]["accepted"] for report in demo_taken) == sum(1 for _ in _rows(demo_files))


def test_the_demo_stations_observations_equal_its_files(
    stack: Stack, demo_taken: list[dict[str, Any]], demo_files: Path
) -> None:
    assert demo_taken
    for parameter, hours in _expected(demo_files, _DEMO).items():
        assert _served(stack, _DEMO, parameter, hours) == hours, parameter


def test_two_more_real_stations_observations_equal_their_files(
    stack: Stack, beijing_taken: list[dict[str, Any]], beijing_files: Path
) -> None:
    assert {report["status"] for report in beijing_taken} == {"accepted"}
    for station in _BEIJING:
        for parameter, hours in _expected(beijing_files, station).items():
            assert _served(stack, station, parameter, hours) == hours, (station, parameter)


def test_the_stations_are_listed_with_what_they_measure(stack: Stack, demo_taken: list[dict[str, Any]]) -> None:
    assert demo_taken
    listed = {station["id"]: station for station in stack.get("/v1/stations").json()["stations"]}
    one = stack.get(f"/v1/stations/{_DEMO}").json()

    assert listed[_DEMO] == {**one, "distance_m": None}
    assert (one["name"], one["latitude"], one["longitude"]) == ("Beijing US Embassy", 39.954, 116.468)
    assert {"pm25", "temperature", "dewpoint", "pressure", "wind_speed"} == {
        series["parameter"] for series in one["parameters"]
    }


def test_the_same_file_again_changes_nothing(stack: Stack, demo_taken: list[dict[str, Any]], demo_files: Path) -> None:
    assert demo_taken
    tables = ("ObservationsTableName", "StationsTableName", "FilesTableName")
    before = [_items(stack, table) for table in tables]
    s3, bucket = stack.client("s3"), stack.outputs["UploadsBucketName"]
    file = next(path for path in demo_files.rglob("*.csv.gz") if path.is_file())
    s3.put_object(Bucket=bucket, Key="again/copy.csv.gz", Body=file.read_bytes())
    wait_for_reports(s3, bucket, ["again/copy.csv.gz"], _quiet, 60)

    assert read_report(s3, bucket, "again/copy.csv.gz")["status"] == "duplicate"
    assert [_items(stack, table) for table in tables] == before


def test_a_corrupt_file_ends_in_the_dead_letter_queue_and_its_report_says_why(stack: Stack, demo_files: Path) -> None:
    s3, sqs, bucket = stack.client("s3"), stack.client("sqs"), stack.outputs["UploadsBucketName"]
    sound = next(path for path in demo_files.rglob("*.csv.gz") if path.is_file()).read_bytes()
    before = _items(stack, "ObservationsTableName")
    s3.put_object(Bucket=bucket, Key="broken/truncated.csv.gz", Body=sound[: len(sound) // 2])
    wait_for_reports(s3, bucket, ["broken/truncated.csv.gz"], _quiet, 60)

    report = read_report(s3, bucket, "broken/truncated.csv.gz")
    assert report["status"] == "refused"
    assert "gzip" in json.dumps(report)
    assert _items(stack, "ObservationsTableName") == before
    (message,) = _quarantined(sqs, stack.outputs["QuarantineQueueUrl"], "broken/truncated.csv.gz")
    attributes = {name: value["StringValue"] for name, value in message["MessageAttributes"].items()}
    assert attributes["rule"] == "gzip"
    assert attributes["key"] == "broken/truncated.csv.gz"


def test_bad_rows_are_refused_by_line_column_and_rule_and_good_ones_kept(stack: Stack) -> None:
    good = "1,11,Here,2020-01-01T0{}:00:00+00:00,10.5,20.5,pm25,µg/m³,{}"
    lines = [
        "location_id,sensors_id,location,datetime,lat,lon,parameter,units,value",
        good.format(1, "5.25"),
        good.format(2, "abc"),
        good.format(3, "-999"),
        good.format(4, "7").replace("µg/m³", "furlong"),
        good.format(5, "8").replace("2020", "2999"),
        good.format(6, "9.75"),
    ]
    s3, bucket = stack.client("s3"), stack.outputs["UploadsBucketName"]
    s3.put_object(Bucket=bucket, Key="mixed.csv.gz", Body=gzip.compress("\n".join(lines).encode()))
    wait_for_reports(s3, bucket, ["mixed.csv.gz"], _quiet, 60)

    report = read_report(s3, bucket, "mixed.csv.gz")
    assert (report["rows"]["accepted"], report["rows"]["refused"]) == (2, 4)
    body = s3.get_object(Bucket=bucket, Key="mixed.csv.gz.errors.ndjson")["Body"].read().decode()
    refused = [json.loads(line) for line in body.splitlines()]
    assert [(error["line"], error["column"]) for error in refused] == [
        (3, "value"),
        (4, "value"),
        (5, "units"),
        (6, "datetime"),
    ]
    served = stack.get(
        "/v1/stations/openaq-1/observations",
        query={"parameter": "pm25", "from": "2020-01-01T00:00:00Z", "to": "2020-01-02T00:00:00Z"},
    ).json()["observations"]
    assert [(row["start"], row["value"]) for row in served] == [
        ("2020-01-01T00:00:00Z", 5.25),
        ("2020-01-01T05:00:00Z", 9.75),
    ]


def test_training_puts_a_model_behind_the_endpoint_and_a_forecast_comes_out(
    stack: Stack, trained: dict[str, Any]
) -> None:
    answer = stack.get(f"/v1/stations/{_DEMO}/forecast", query={"parameter": "pm25"})

    assert answer.status_code == 200, (trained, answer.text)
    forecast = answer.json()
    assert forecast["issue_time"] == "2014-12-31T16:00:00Z"
    assert forecast["engine"] == "endpoint"
    assert [lead["lead_hours"] for lead in forecast["lead_times"]] == list(range(1, 25))
    for lead in forecast["lead_times"]:
        assert 0 <= lead["lower"] <= lead["median"] <= lead["upper"] < 1000
        assert [quantile["level"] for quantile in lead["quantiles"]] == list(QUANTILE_LEVELS)
    endpoint = stack.client("sagemaker").describe_endpoint(EndpointName=stack.outputs["EndpointName"])
    assert endpoint["EndpointStatus"] == "InService"


def test_the_model_registered_beats_persistence_on_the_last_part_of_the_time_line(
    stack: Stack, trained: dict[str, Any]
) -> None:
    assert trained
    items = _items(stack, "ModelsTableName")
    assert ("pm25", "PRODUCTION") in items
    jobs = stack.client("sagemaker").list_training_jobs()["TrainingJobSummaries"]
    job = stack.client("sagemaker").describe_training_job(TrainingJobName=jobs[0]["TrainingJobName"])
    metrics = {metric["MetricName"]: metric["Value"] for metric in job["FinalMetricDataList"]}
    assert metrics["mae"] < metrics["persistence_mae"]


def test_a_forecast_on_demand_covers_new_stations(
    stack: Stack, trained: dict[str, Any], beijing_taken: list[dict[str, Any]]
) -> None:
    assert trained
    assert beijing_taken
    answer = stack.client("lambda").invoke(
        FunctionName=stack.outputs["ForecastFunctionName"],
        Payload=json.dumps({"stations": [*_BEIJING, "openaq-404"]}).encode(),
    )
    result = json.loads(answer["Payload"].read())

    assert result["written"] == 2, result
    assert list(result["skipped"]) == ["openaq-404"]
    for station in _BEIJING:
        assert stack.get(f"/v1/stations/{station}/forecast", query={"parameter": "pm25"}).status_code == 200


def test_a_model_no_better_than_the_one_in_production_is_refused_and_says_so(
    stack: Stack, trained: dict[str, Any]
) -> None:
    """A learning rate of next to nothing: the jobs succeed, and their networks still say what persistence says."""
    assert trained
    production = _items(stack, "ModelsTableName")["pm25", "PRODUCTION"]
    idle = {"target": "pm25", "hyperparameters": {"epochs": "1", "learning-rate": "1e-30"}}

    with pytest.raises(WorkflowError, match=r"GateRefused.*CRPS"):
        run_workflow(stack.place, stack.outputs["TrainingStateMachineArn"], "e2e-idle", idle, _quiet, 900)
    assert _items(stack, "ModelsTableName")["pm25", "PRODUCTION"] == production


def test_a_failed_training_job_ends_in_fail_with_its_cause(stack: Stack, trained: dict[str, Any]) -> None:
    assert trained
    unknown = {"target": "pm25", "hyperparameters": {"no-such": "1"}}

    with pytest.raises(WorkflowError, match=r"TrainingJobFailed.*no_such is unknown"):
        run_workflow(stack.place, stack.outputs["TrainingStateMachineArn"], "e2e-unknown", unknown, _quiet, 300)


def test_a_target_that_the_endpoint_does_not_serve_is_refused(stack: Stack) -> None:
    with pytest.raises(WorkflowError, match=r"InvalidInput.*pm25"):
        run_workflow(stack.place, stack.outputs["TrainingStateMachineArn"], "e2e-other", {"target": "no2"}, _quiet, 60)
