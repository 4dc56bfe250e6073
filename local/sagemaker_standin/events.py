"""State changes on the default event bus, as SageMaker sends them.

Names and shapes: "Events that Amazon SageMaker AI sends to Amazon EventBridge" in SageMaker's developer guide. Times
are epoch milliseconds there, and an endpoint's status is spelled ``IN_SERVICE``, not ``InService``.
"""

from __future__ import annotations

import json
import re
from typing import Any

from ministack.core import responses
from ministack.services import eventbridge

from local.sagemaker_standin.arns import scope_of
from local.sagemaker_standin.patching import private
from local.sagemaker_standin.state import Document

_TIMES = ("CreationTime", "LastModifiedTime", "TrainingStartTime", "TrainingEndTime", "StartTime", "EndTime")


def with_millisecond_times(value: Any) -> Any:
    """Give a document with its times as epoch milliseconds, which events and Step Functions carry."""
    if isinstance(value, dict):
        return {
            key: round(item * 1000) if key in _TIMES and isinstance(item, float | int) else with_millisecond_times(item)
            for key, item in value.items()
        }
    return [with_millisecond_times(item) for item in value] if isinstance(value, list) else value


def training_job_changed(job: Document) -> None:
    """Send the event of a training job's new status."""
    _send("SageMaker Training Job State Change", job["TrainingJobArn"], job)


def endpoint_changed(endpoint: Document) -> None:
    """Send the event of an endpoint's new status."""
    status = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", endpoint["EndpointStatus"]).upper()
    _send("SageMaker Endpoint State Change", endpoint["EndpointArn"], {**endpoint, "EndpointStatus": status})


def _send(detail_type: str, arn: str, detail: Document) -> None:
    entry = {
        "Source": "aws.sagemaker",
        "DetailType": detail_type,
        "Detail": json.dumps(with_millisecond_times(detail)),
        "Resources": [arn],
    }
    scope = scope_of(arn)
    # PutEvents refuses the source aws.sagemaker to everyone but MiniStack's own services.
    put_events = private(eventbridge, "_put_events")
    with responses.request_scope(scope.account, scope.region):
        put_events({"Entries": [entry]}, allow_aws_source=True)
