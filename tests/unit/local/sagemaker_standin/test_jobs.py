"""Rules of training jobs that need no running cloud."""

from pathlib import Path
from typing import Any

import pytest

from local.sagemaker_standin import jobs
from local.sagemaker_standin.errors import ServiceError
from local.sagemaker_standin.script_mode import Layout


def request(**changes: Any) -> dict[str, Any]:
    channel = {"ChannelName": "train", "DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": "s3://b"}}}
    return {
        "AlgorithmSpecification": {"TrainingImage": "image", "TrainingInputMode": "File"},
        "InputDataConfig": [channel | changes.pop("channel", {})],
        **changes,
    }


def test_ordinary_request_is_supported() -> None:
    jobs._check_supported(request(ResourceConfig={"InstanceCount": 1}))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"AlgorithmSpecification": {"TrainingInputMode": "File"}}, "TrainingImage or an AlgorithmName"),
        ({"ResourceConfig": {"InstanceCount": 2}}, "trains on one host"),
        ({"channel": {"CompressionType": "Gzip"}}, "channel train: .* uncompressed"),
        ({"channel": {"InputMode": "Pipe"}}, "channel train: .* File mode only"),
        ({"channel": {"DataSource": {"FileSystemDataSource": {}}}}, "S3DataSource only"),
        ({"channel": {"DataSource": {"S3DataSource": {"S3DataType": "AugmentedManifestFile"}}}}, "ManifestFile only"),
        (
            {"AlgorithmSpecification": {"TrainingImage": "i", "MetricDefinitions": [{"Name": "loss", "Regex": "("}]}},
            "Invalid regular expression for metric 'loss'",
        ),
    ],
)
def test_refuses_what_one_local_process_cannot_do(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ServiceError, match=message):
        jobs._check_supported(request(**changes))


def test_failure_file_is_cut_but_the_exit_code_is_kept(tmp_path: Path) -> None:
    layout = Layout(tmp_path)
    layout.output.mkdir()
    layout.failure.write_text("x" * 5000)
    reason = jobs._algorithm_error(layout, ["python", "train.py"], 3, "")
    assert len(reason) == 1024
    assert reason.endswith("x, exit code: 3")


def test_last_error_lines_survive_a_long_trace(tmp_path: Path) -> None:
    reason = jobs._algorithm_error(Layout(tmp_path), ["python", "train.py"], 1, "x" * 5000 + "ValueError: the cause")
    assert 'ValueError: the cause"\nCommand "train.py", exit code: 1' in reason


def test_metrics_keep_the_last_number_and_skip_what_is_none() -> None:
    metrics = jobs._Metrics([{"Name": "loss", "Regex": r"loss=(\S+)"}, {"Name": "no-group", "Regex": "loss"}])
    for line in ("loss=0.5 loss=0.4", "loss=nothing", "done"):
        metrics.read(line)
    assert {name: metric["Value"] for name, metric in metrics.last.items()} == {"loss": 0.4}
