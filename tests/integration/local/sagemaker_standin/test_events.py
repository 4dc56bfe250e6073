"""State changes are events on the default bus."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.integration.local.sagemaker_standin.standin_cloud import Cloud, Eventually

Received = Callable[[str], list[dict[str, Any]]]


@pytest.fixture
def received(cloud: Cloud) -> Iterator[Received]:
    """Send SageMaker's events to a queue, and give what arrived in it, by detail type."""
    sqs, events = cloud.client("sqs"), cloud.client("events")
    url = sqs.create_queue(QueueName="sagemaker-events")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    events.put_rule(Name="sagemaker", EventPattern=json.dumps({"source": ["aws.sagemaker"]}))
    events.put_targets(Rule="sagemaker", Targets=[{"Id": "queue", "Arn": arn}])
    arrived: list[dict[str, Any]] = []

    def of(detail_type: str) -> list[dict[str, Any]]:
        while messages := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", []):
            for message in messages:
                arrived.append(json.loads(message["Body"]))
                sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return [event for event in arrived if event["detail-type"] == detail_type]

    yield of
    events.remove_targets(Rule="sagemaker", Ids=["queue"])
    events.delete_rule(Name="sagemaker")


def test_training_job_tells_its_phases(cloud: Cloud, bucket: str, role: str, received: Received) -> None:
    job = cloud.train(bucket, role, "raise SystemExit(2)")
    events = received("SageMaker Training Job State Change")
    assert all(event["source"] == "aws.sagemaker" for event in events)
    assert all(event["resources"] == [job["TrainingJobArn"]] for event in events)
    phases = [event["detail"]["SecondaryStatus"] for event in events]
    assert phases == ["Starting", "Downloading", "Training", "Failed"]
    last = events[-1]["detail"]
    assert last["FailureReason"] == job["FailureReason"]
    assert last["CreationTime"] == round(job["CreationTime"].timestamp() * 1000)


def test_endpoint_tells_its_status(
    cloud: Cloud, bucket: str, role: str, received: Received, eventually: Eventually
) -> None:
    name = cloud.endpoint(cloud.config(**{cloud.model(bucket, role): 1}))
    cloud.client("sagemaker").delete_endpoint(EndpointName=name)

    def statuses() -> list[str]:
        return [event["detail"]["EndpointStatus"] for event in received("SageMaker Endpoint State Change")]

    eventually(lambda: "DELETING" in statuses())
    assert statuses() == ["CREATING", "IN_SERVICE", "DELETING"]
