"""The dead-letter queue on SQS."""

from types_boto3_sqs import SQSClient

from geoclimate.adapters.sqs_quarantine import SqsQuarantine


def send(sqs: SQSClient, attributes: dict[str, str]) -> tuple[str, dict[str, str]]:
    url = sqs.create_queue(QueueName="quarantine")["QueueUrl"]
    SqsQuarantine(sqs, url).send("the original message", attributes)
    [message] = sqs.receive_message(QueueUrl=url, MessageAttributeNames=["All"])["Messages"]
    return message["Body"], {name: value["StringValue"] for name, value in message["MessageAttributes"].items()}


def test_keeps_the_original_message_with_the_reason(sqs: SQSClient) -> None:
    attributes = {"rule": "gzip", "reason": "the gzip file ends too early: upload it whole", "key": "a/ü.csv.gz"}
    assert send(sqs, attributes) == ("the original message", attributes)


def test_an_attribute_that_sqs_would_refuse_is_made_fit(sqs: SQSClient) -> None:
    _, attributes = send(sqs, {"key": "a\x00b\ufffe" + "x" * 2000})
    assert attributes["key"] == "a?b?" + "x" * 1020
