"""The dead-letter queue of uploads that cannot be read at all, on SQS."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from geoclimate.adapters.aws_errors import unavailable_when_down

if TYPE_CHECKING:
    from types_boto3_sqs import SQSClient

_LONGEST_ATTRIBUTE: Final = 1024
_NOT_ALLOWED: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What SQS refuses in a message: all but the characters of XML 1.0."""


class SqsQuarantine:
    """A dead-letter queue; implements `Quarantine`."""

    def __init__(self, client: SQSClient, queue_url: str) -> None:
        self._client = client
        self._queue_url = queue_url

    def send(self, message: str, attributes: Mapping[str, str]) -> None:
        """Put the original message there, with the reason as attributes.

        Raises:
            Unavailable: SQS does not answer.
        """
        with unavailable_when_down("SQS"):
            self._client.send_message(
                QueueUrl=self._queue_url,
                MessageBody=message,
                MessageAttributes={
                    name: {"DataType": "String", "StringValue": _NOT_ALLOWED.sub("?", value)[:_LONGEST_ATTRIBUTE]}
                    for name, value in attributes.items()
                },
            )
