"""Metrics in a function's log lines, in CloudWatch's embedded metric format."""

import json
import logging
import time
from collections.abc import Callable, Iterator
from typing import Any

from ministack.services import cloudwatch, lambda_svc

from local.sagemaker_standin.patching import private, replace

_log = logging.getLogger(__name__)


def take_metrics_from_logs() -> None:
    """A line in the embedded metric format stays a line: no metric comes of it, so no alarm can ever fire.

    Each such line of a function becomes the metrics that it declares. Format:
    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
    """

    def wrap(emit: Callable[..., None]) -> Callable[..., None]:
        def emit_logs(function: Any, request_id: str, text: str, *rest: Any, **options: Any) -> None:
            emit(function, request_id, text, *rest, **options)
            for line in (text or "").splitlines():
                for namespace, datum in data_of(line):
                    request = {"Namespace": namespace, "MetricData": [datum]}
                    private(cloudwatch, "_put_metric_data")({}, request, False, True)  # noqa: FBT003 - MiniStack's

        return emit_logs

    replace(lambda_svc, "_emit_lambda_logs", wrap)


def data_of(line: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Namespace and datum of each metric that a log line declares; none where it declares none."""
    if not line.startswith("{") or '"CloudWatchMetrics"' not in line:
        return
    try:
        record = json.loads(line)
    except json.JSONDecodeError:
        _log.warning("a log line looks like embedded metrics but is no JSON")
        return
    stamp = record["_aws"].get("Timestamp", time.time() * 1000) / 1000
    for directive in record["_aws"]["CloudWatchMetrics"]:
        for names in directive.get("Dimensions") or [[]]:
            dimensions = [{"Name": name, "Value": str(record[name])} for name in names if name in record]
            for metric in directive.get("Metrics", []):
                values = record.get(metric["Name"])
                if values is None:
                    continue
                yield (
                    directive["Namespace"],
                    {
                        "MetricName": metric["Name"],
                        "Dimensions": dimensions,
                        "Timestamp": stamp,
                        "Unit": metric.get("Unit", "None"),
                        "Values": values if isinstance(values, list) else [values],
                    },
                )
