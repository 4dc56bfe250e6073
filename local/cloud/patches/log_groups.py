"""How a patch writes to a log group of CloudWatch Logs."""

import time

from ministack.services import cloudwatch_logs

from local.sagemaker_standin.patching import private


def write(group_name: str, stream_name: str, message: str) -> None:
    """Append one line, and make the stream where it is missing. A group that does not exist gets nothing, as in AWS."""
    group = private(cloudwatch_logs, "_log_groups").get(group_name)
    if group is None:
        return
    now = int(time.time() * 1000)
    stream = group["streams"].setdefault(
        stream_name,
        {
            "events": [],
            "uploadSequenceToken": "1",
            "creationTime": now,
            "firstEventTimestamp": None,
            "lastEventTimestamp": None,
            "lastIngestionTime": None,
        },
    )
    event = {"timestamp": now, "message": message, "ingestionTime": now}
    private(cloudwatch_logs, "_append_log_events")(stream, [event])
