"""Output of jobs and endpoints in CloudWatch Logs, written with the role's own credentials.

As in the cloud, a role without ``logs:CreateLogGroup``, ``logs:CreateLogStream`` and ``logs:PutLogEvents`` has no logs:
the job goes on, and the local cloud's own log says why nothing arrives.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

from botocore.exceptions import BotoCoreError, ClientError

_LOGGER = logging.getLogger("sagemaker")
_FLUSH_SECONDS = 0.25
_BATCH = 1000
_STALE_CREDENTIALS = frozenset(
    {"ExpiredToken", "ExpiredTokenException", "InvalidClientTokenId", "UnrecognizedClientException"}
)


class LogStream:
    """A stream that lines are appended to; they arrive within a quarter of a second, or at its close.

    Args:
        connect: Gives a logs client with fresh credentials; called again when those expire.
        group: The log group, created where it does not exist.
        name: The stream.
    """

    def __init__(self, connect: Callable[[], Any], group: str, name: str) -> None:
        self._connect = connect
        self._group = group
        self._name = name
        self._pending: list[dict[str, Any]] = []
        self._lock = threading.Lock()
        self._closed = threading.Event()
        self._writer = threading.Thread(target=self._run, daemon=True)
        self._writer.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def write(self, line: str) -> None:
        """Append a line, stamped now. CloudWatch Logs refuses empty messages, so an empty line is left out."""
        if line:
            with self._lock:
                self._pending.append({"timestamp": int(time.time() * 1000), "message": line})

    def close(self) -> None:
        """Write what is pending, and end."""
        self._closed.set()
        self._writer.join()

    def _run(self) -> None:
        try:
            client = self._open()
            while not self._closed.wait(_FLUSH_SECONDS):
                client = self._flush(client)
            self._flush(client)
        except (ClientError, BotoCoreError, OSError) as error:
            _LOGGER.warning("no logs in %s %s: %s", self._group, self._name, error)

    def _open(self) -> Any:
        client = self._connect()
        for create, arguments in (
            (client.create_log_group, {"logGroupName": self._group}),
            (client.create_log_stream, {"logGroupName": self._group, "logStreamName": self._name}),
        ):
            try:
                create(**arguments)
            except client.exceptions.ResourceAlreadyExistsException:
                continue
        return client

    def _flush(self, client: Any) -> Any:
        with self._lock:
            lines, self._pending = self._pending, []
        for start in range(0, len(lines), _BATCH):
            events = lines[start : start + _BATCH]
            try:
                self._put(client, events)
            except ClientError as error:
                if error.response["Error"]["Code"] not in _STALE_CREDENTIALS:
                    raise
                client = self._connect()
                self._put(client, events)
        return client

    def _put(self, client: Any, events: list[dict[str, Any]]) -> None:
        client.put_log_events(logGroupName=self._group, logStreamName=self._name, logEvents=events)
