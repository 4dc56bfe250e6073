"""The event that drift was detected, on the account's default bus of EventBridge."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geoclimate.adapters.aws_errors import unavailable_when_down
from geoclimate.contracts.drift import DRIFT_DETAIL_TYPE, DRIFT_SOURCE, REPORT_KEY, DriftDetected
from geoclimate.domain.errors import Unavailable

if TYPE_CHECKING:
    from types_boto3_events import EventBridgeClient


class EventBridgeDrift:
    """The default bus; implements `DriftEvents`. An event names the report in its bucket, and so the stage."""

    def __init__(self, client: EventBridgeClient, bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def send(self, event: DriftDetected) -> None:
        """Send one event.

        Raises:
            Unavailable: EventBridge does not answer, or did not take it.
        """
        report = f"arn:{self._client.meta.partition}:s3:::{self._bucket}/{REPORT_KEY}"
        with unavailable_when_down("EventBridge"):
            answer = self._client.put_events(
                Entries=[
                    {
                        "Source": DRIFT_SOURCE,
                        "DetailType": DRIFT_DETAIL_TYPE,
                        "Resources": [report],
                        "Detail": event.model_dump_json(),
                    },
                ]
            )
        # One entry that is not taken is no error of the call.
        if answer["FailedEntryCount"]:
            entry = answer["Entries"][0]
            raise Unavailable(f"EventBridge did not take the event: {entry['ErrorCode']}: {entry.get('ErrorMessage')}")
