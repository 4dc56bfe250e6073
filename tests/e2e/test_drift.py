"""Drift on the deployed stack: stations that shift are reported and counted, and training is asked for once."""

import datetime as dt
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from geoclimate.contracts.drift import DriftDetected, DriftReport
from local.drift import DriftError, look, told
from local.target import Target
from local.uploads import read_report, wait_for_reports
from tests.drift_years import FIRST, made_up_years
from tests.e2e.conftest import Stack
from tests.openaq_archive import packed, row

pytestmark = pytest.mark.e2e

REFERENCE_DAYS = 400
SHIFTED_DAYS = 25
# A twentieth of all stations must drift before training is asked for, and other tests bring theirs.
STATIONS = tuple(str(number) for number in range(770_101, 770_107))
# Far from the stations of the other tests, with which these would be compared.
PLACE = {"lat": "-33.870", "lon": "151.200"}
PATIENCE_S = 120


@dataclass(frozen=True)
class Deployed:
    """The stack as `make drift` sees it."""

    stack: Stack

    @property
    def target(self) -> Target:
        place = self.stack.place
        return Target("local", place.session(), {"endpoint_url": place.url, "config": place.config()})

    def upload(self, name: str, first_day: int, end_day: int, factor: float) -> None:
        """Drop one file with these days of all stations and wait until it was taken in."""
        begin = dt.datetime.combine(FIRST, dt.time(1), dt.UTC)
        years = made_up_years("pm25", len(STATIONS), REFERENCE_DAYS + SHIFTED_DAYS)
        rows = [
            row(
                location_id=location,
                sensors_id=f"{location}1",
                location=f"Drift {location}",
                datetime=(begin + dt.timedelta(hours=hour)).isoformat(),
                value=f"{factor * values.flat[hour]:.2f}",
                **PLACE,
            )
            for location, values in zip(STATIONS, years.values(), strict=True)
            for hour in range(first_day * 24, end_day * 24)
        ]
        s3, bucket = self.stack.client("s3"), self.stack.outputs["UploadsBucketName"]
        key = f"drift/{name}.csv.gz"
        s3.put_object(Bucket=bucket, Key=key, Body=packed(rows))
        wait_for_reports(s3, bucket, [key], lambda *_: None, 2 * PATIENCE_S)
        assert read_report(s3, bucket, key)["rows"]["accepted"] == len(rows)

    def look(self) -> DriftReport:
        """Run the watch."""
        return look(self.target, [])


@pytest.fixture(scope="module")
def deployed(stack: Stack) -> Deployed:
    """A year of three stations is there, and was looked at."""
    made = Deployed(stack)
    made.upload("reference", 0, REFERENCE_DAYS, 1.0)
    report = made.look()
    assert report.series.watched >= len(STATIONS)
    assert not _ours(report)
    return made


@pytest.fixture(scope="module")
def heard(stack: Stack) -> Iterator[Any]:
    """A queue that hears every event of drift."""
    sqs, events = stack.client("sqs"), stack.client("events")
    url = sqs.create_queue(QueueName="e2e-drift")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    pattern = {"source": ["geoclimate.drift"], "detail-type": ["Drift detected"]}
    events.put_rule(Name="e2e-drift", EventPattern=json.dumps(pattern))
    events.put_targets(Rule="e2e-drift", Targets=[{"Id": "queue", "Arn": arn}])
    yield lambda: _events(sqs, url)
    events.remove_targets(Rule="e2e-drift", Ids=["queue"])
    events.delete_rule(Name="e2e-drift")
    sqs.delete_queue(QueueUrl=url)


def _events(sqs: Any, url: str) -> list[DriftDetected]:
    found: list[DriftDetected] = []
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline and not found:
        for message in sqs.receive_message(QueueUrl=url, WaitTimeSeconds=1).get("Messages", []):
            found.append(DriftDetected.model_validate(json.loads(message["Body"])["detail"]))
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    return found


def _ours(report: DriftReport) -> set[str]:
    return {each.station for each in report.drifting} & {f"openaq-{location}" for location in STATIONS}


def _detected(stack: Stack) -> float:
    now = dt.datetime.now(dt.UTC)
    answer = stack.client("cloudwatch").get_metric_statistics(
        Namespace="GeoClimate",
        MetricName="DriftsDetected",
        Dimensions=[{"Name": "service", "Value": stack.outputs["DriftFunctionName"]}],
        StartTime=now - dt.timedelta(hours=1),
        EndTime=now + dt.timedelta(hours=1),
        Period=3_600,
        Statistics=["Sum"],
    )
    return float(sum(point["Sum"] for point in answer["Datapoints"]))


@pytest.fixture
def trainings(stack: Stack) -> Iterator[Any]:
    """Executions of the training workflow that drift has started; each is stopped, for no test here needs a model."""
    states, machine = stack.client("stepfunctions"), stack.outputs["TrainingStateMachineArn"]

    def started() -> list[dict[str, Any]]:
        executions = states.list_executions(stateMachineArn=machine, maxResults=100)["executions"]
        inputs = {
            each["executionArn"]: states.describe_execution(executionArn=each["executionArn"]) for each in executions
        }
        found = {arn: json.loads(described["input"]) for arn, described in inputs.items()}
        for arn, given in found.items():
            if given.get("reason") == "drift" and inputs[arn]["status"] == "RUNNING":
                states.stop_execution(executionArn=arn, error="Stopped", cause="by a test")
        return [given for given in found.values() if given.get("reason") == "drift"]

    yield started
    started()


def _within(seconds: float, ask: Any) -> Any:
    deadline = time.monotonic() + seconds
    while not (found := ask()) and time.monotonic() < deadline:
        time.sleep(0.5)
    return found


def test_a_shift_is_reported_counted_and_told_once_and_starts_a_training_run(
    stack: Stack, deployed: Deployed, heard: Any, trainings: Any
) -> None:
    before = _detected(stack)
    deployed.upload("shifted", REFERENCE_DAYS, REFERENCE_DAYS + SHIFTED_DAYS, 8.0)
    report = deployed.look()
    assert _ours(report) == {f"openaq-{location}" for location in STATIONS}
    assert {each.reason for each in report.new} >= {"level"}
    assert "an event was sent that asks for training of pm25" in told(report)
    (event,) = heard()
    assert event == report.announced
    assert (event.target, event.parameter) == ("pm25", "pm25")
    assert event.statistic >= event.threshold
    (given,) = _within(20, trainings)
    assert given["target"] == "pm25"
    assert DriftDetected.model_validate(given["drift"]) == event
    assert _detected(stack) >= before + len(STATIONS)

    again = deployed.look()
    assert _ours(again) == _ours(report)
    assert again.new == ()
    assert again.announced is None
    assert heard() == []


@pytest.mark.usefixtures("deployed")
def test_an_unknown_station_cannot_be_accepted(deployed: Deployed) -> None:
    with pytest.raises(DriftError, match="unknown stations: openaq-nowhere"):
        look(deployed.target, ["openaq-nowhere"])
