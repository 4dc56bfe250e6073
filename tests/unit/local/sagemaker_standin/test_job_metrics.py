"""What is read of metrics in a training job's output."""

from local.sagemaker_standin.job_metrics import JobMetrics


def test_keeps_the_last_number_and_skips_what_is_none() -> None:
    metrics = JobMetrics([{"Name": "loss", "Regex": r"loss=(\S+)"}, {"Name": "no-group", "Regex": "loss"}])
    for line in ("loss=0.5 loss=0.4", "loss=nothing", "done"):
        metrics.read(line)
    assert {name: metric["Value"] for name, metric in metrics.last.items()} == {"loss": 0.4}
