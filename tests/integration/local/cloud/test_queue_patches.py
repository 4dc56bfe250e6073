"""Queues over a restart, with and without the patch that gives held messages back."""

from local import cloud
from tests.integration.local.cloud.cases import cases
from tests.integration.local.cloud.servers import Start


@cases("give_messages_back_at_start", right=["held"], wrong=[])
def test_a_message_that_was_held_when_the_cloud_ended_comes_again(
    start_server: Start, left_out: str | None, expected: list[str]
) -> None:
    without = frozenset({left_out}) if left_out else frozenset()
    server = start_server(without=without)
    queue = server.client("sqs").create_queue(QueueName="held", Attributes={"VisibilityTimeout": "5400"})["QueueUrl"]
    server.client("sqs").send_message(QueueUrl=queue, MessageBody="held")
    assert len(server.client("sqs").receive_message(QueueUrl=queue)["Messages"]) == 1
    cloud.stop(server.state_dir)
    cloud.start(server.port, server.state_dir, server.log, auth=True, without=without)
    received = server.client("sqs").receive_message(QueueUrl=queue).get("Messages", [])
    assert [message["Body"] for message in received] == expected
