import json
from typing import Any

import pytest

from local.cloud.patches.metrics import data_of


def line(**values: Any) -> str:
    directive = {
        "Namespace": "GeoClimate",
        "Dimensions": [["service"], ["service", "stage"]],
        "Metrics": [{"Name": "Rows", "Unit": "Count"}, {"Name": "Absent"}],
    }
    aws = {"Timestamp": 1_700_000_000_000, "CloudWatchMetrics": [directive]}
    return json.dumps({"_aws": aws, "service": "ingest", "stage": "local", **values})


def test_a_metric_counts_once_for_each_set_of_dimensions() -> None:
    data = list(data_of(line(Rows=[1, 2])))
    assert [namespace for namespace, _ in data] == ["GeoClimate", "GeoClimate"]
    assert data[0][1] == {
        "MetricName": "Rows",
        "Dimensions": [{"Name": "service", "Value": "ingest"}],
        "Timestamp": 1_700_000_000.0,
        "Unit": "Count",
        "Values": [1, 2],
    }
    assert [dimension["Name"] for dimension in data[1][1]["Dimensions"]] == ["service", "stage"]


@pytest.mark.parametrize("text", ["", "plain", '{"level": "INFO"}', '{"CloudWatchMetrics" broken'])
def test_any_other_line_is_no_metric(text: str) -> None:
    assert list(data_of(text)) == []
