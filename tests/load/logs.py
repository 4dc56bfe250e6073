"""How much the calls wrote to logs."""

from collections.abc import Mapping
from typing import Final

from local.place import Place

_BILLED_BESIDE: Final = 26
"""Bytes that CloudWatch bills of every event beside its text."""
_LOOKED_AT: Final = 3_000


def log_bytes(place: Place) -> Mapping[str, float]:
    """Bytes a request, as CloudWatch bills them: of the reading function's log, and of the gateway's access log."""
    logs = place.session().client("logs", endpoint_url=place.url, config=place.config())
    pages = logs.get_paginator("describe_log_groups").paginate()
    names = [group["logGroupName"] for page in pages for group in page["logGroups"]]

    def mean(part: str, first: str) -> float:
        (name,) = [name for name in names if part in name]
        found = logs.filter_log_events(logGroupName=name, limit=_LOOKED_AT)["events"]
        requests = sum(event["message"].startswith(first) for event in found)
        return sum(len(event["message"].encode()) + _BILLED_BESIDE for event in found) / requests

    return {"function_log_bytes": mean("ApiHandlerLog", "START "), "access_log_bytes": mean("ApiAccessLog", "{")}
