"""Training jobs keep SageMaker's script-mode contract."""

import json
import os
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.integration.local.sagemaker_standin.standin_cloud import Cloud, Eventually, Permissions

Reported = tuple[dict[str, Any], dict[str, Any]]

REPORT = """
import argparse, json, os, pathlib, boto3

parser = argparse.ArgumentParser()
parser.add_argument("--epochs", type=int)
parser.add_argument("--name")
parser.add_argument("--quantiles")
args = parser.parse_args()
channels = {
    name: {str(p.relative_to(path)): p.read_text() for p in pathlib.Path(path).rglob("*") if p.is_file()}
    for name, path in ((c, os.environ["SM_CHANNEL_" + c.upper()]) for c in json.loads(os.environ["SM_CHANNELS"]))
}
report = {
    "args": vars(args),
    "channels": channels,
    "cwd_is_code": os.getcwd() == os.path.join(os.environ["SAGEMAKER_BASE_DIR"], "code"),
    "environment": {k: v for k, v in os.environ.items() if k.startswith(("SM_", "TRAINING", "MY_"))},
    "raw": json.loads(pathlib.Path(os.environ["SM_INPUT_CONFIG_DIR"], "hyperparameters.json").read_text()),
    "identity": boto3.client("sts").get_caller_identity()["Arn"],
}
pathlib.Path(os.environ["SM_MODEL_DIR"], "report.json").write_text(json.dumps(report))
pathlib.Path(os.environ["SM_OUTPUT_DATA_DIR"], "notes.txt").write_text("kept")
for loss in (0.5, 0.25):
    print(f"loss={loss}")
"""
SAVE_AND_WAIT = """
import os, pathlib, signal, sys, time
pathlib.Path(os.environ["SM_MODEL_DIR"], "checkpoint").write_text("saved")
if "stubborn" in sys.argv:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("waiting")
time.sleep(60)
"""


@pytest.fixture(scope="module")
def reported(cloud: Cloud, bucket: str, role: str) -> Reported:
    """A job that uses all of the contract, and what its script saw."""
    cloud.put(bucket, "data/train/a.csv", b"1")
    cloud.put(bucket, "data/train/deep/b.csv", b"2")
    manifest = json.dumps([{"prefix": f"s3://{bucket}/data/train/"}, "deep/b.csv"]).encode()
    sources = {
        "train": ("S3Prefix", f"s3://{bucket}/data/train"),
        "listed": ("ManifestFile", cloud.put(bucket, "manifest.json", manifest)),
    }
    channels = [
        {
            "ChannelName": name,
            "DataSource": {"S3DataSource": {"S3DataType": kind, "S3Uri": uri}},
            "ContentType": "text/csv",
        }
        for name, (kind, uri) in sources.items()
    ]
    job = cloud.train(
        bucket,
        role,
        REPORT,
        HyperParameters={"epochs": "3", "name": '"sea side"', "quantiles": "[0.1, 0.9]"},
        InputDataConfig=channels,
        Environment={"MY_SETTING": "on"},
        AlgorithmSpecification={
            "TrainingImage": "image",
            "TrainingInputMode": "File",
            "MetricDefinitions": [{"Name": "loss", "Regex": "loss=([0-9.]+)"}],
        },
    )
    assert job["TrainingJobStatus"] == "Completed", job
    return job, json.loads(cloud.files(job["ModelArtifacts"]["S3ModelArtifacts"])["report.json"])


def test_channels_hold_the_objects_below_a_prefix_or_in_a_manifest(
    reported: Reported,
) -> None:
    assert reported[1]["channels"] == {"train": {"a.csv": "1", "deep/b.csv": "2"}, "listed": {"deep/b.csv": "2"}}


def test_hyperparameters_arrive_as_arguments_variables_and_file(
    reported: Reported,
) -> None:
    job, report = reported
    assert report["args"] == {"epochs": 3, "name": "sea side", "quantiles": "[0.1, 0.9]"}
    assert json.loads(report["environment"]["SM_HPS"]) == {"epochs": 3, "name": "sea side", "quantiles": [0.1, 0.9]}
    assert report["environment"]["SM_HP_EPOCHS"] == "3"
    assert report["environment"]["SM_HP_NAME"] == "sea side"
    assert report["raw"] == job["HyperParameters"]


def test_script_finds_the_toolkits_variables(reported: Reported) -> None:
    job, report = reported
    found = report["environment"]
    assert report["cwd_is_code"]
    assert found["TRAINING_JOB_NAME"] == job["TrainingJobName"]
    assert found["TRAINING_JOB_ARN"] == job["TrainingJobArn"]
    assert found["MY_SETTING"] == "on"
    assert found["SM_CURRENT_HOST"] == "algo-1"
    assert json.loads(found["SM_HOSTS"]) == ["algo-1"]
    assert json.loads(found["SM_CHANNELS"]) == ["listed", "train"]
    assert found["SM_NUM_GPUS"] == "0"
    assert int(found["SM_NUM_CPUS"]) == os.cpu_count()
    assert json.loads(found["SM_RESOURCE_CONFIG"])["current_instance_type"] == "ml.m5.large"
    assert json.loads(found["SM_TRAINING_ENV"])["channel_input_dirs"]["train"] == found["SM_CHANNEL_TRAIN"]
    assert found["SM_OUTPUT_DATA_DIR"].startswith(found["SM_OUTPUT_DIR"])


def test_script_works_as_the_jobs_role(reported: Reported, role: str) -> None:
    assert f"assumed-role/{role.rsplit('/', 1)[-1]}/" in reported[1]["identity"]


def test_output_folder_is_kept_beside_the_model(cloud: Cloud, bucket: str, reported: Reported) -> None:
    job = reported[0]
    base = f"s3://{bucket}/out/{job['TrainingJobName']}/output"
    assert job["ModelArtifacts"]["S3ModelArtifacts"] == f"{base}/model.tar.gz"
    assert cloud.files(f"{base}/output.tar.gz") == {"notes.txt": "kept"}


def test_metrics_hold_the_last_value_that_was_printed(reported: Reported) -> None:
    (metric,) = reported[0]["FinalMetricDataList"]
    assert (metric["MetricName"], metric["Value"]) == ("loss", 0.25)


def test_description_tells_each_phase(reported: Reported) -> None:
    job = reported[0]
    phases = [transition["Status"] for transition in job["SecondaryStatusTransitions"]]
    assert phases == ["Starting", "Downloading", "Training", "Uploading", "Completed"]
    assert job["CreationTime"] <= job["TrainingStartTime"] <= job["TrainingEndTime"]
    assert job["BillableTimeInSeconds"] >= 1


def test_output_of_the_script_is_in_cloudwatch_logs(cloud: Cloud, reported: Reported) -> None:
    logs, group = cloud.client("logs"), "/aws/sagemaker/TrainingJobs"
    prefix = f"{reported[0]['TrainingJobName']}/algo-1-"
    (stream,) = logs.describe_log_streams(logGroupName=group, logStreamNamePrefix=prefix)["logStreams"]
    events = logs.get_log_events(logGroupName=group, logStreamName=stream["logStreamName"])["events"]
    assert [event["message"] for event in events] == ["loss=0.5", "loss=0.25"]


def test_failure_file_is_the_failure_reason(cloud: Cloud, bucket: str, role: str) -> None:
    script = (
        "import os, pathlib, sys\n"
        "pathlib.Path(os.environ['SM_OUTPUT_DIR'], 'failure').write_text('no station has data')\n"
        "sys.exit(7)\n"
    )
    job = cloud.train(bucket, role, script)
    assert job["TrainingJobStatus"] == job["SecondaryStatus"] == "Failed"
    assert job["FailureReason"] == "AlgorithmError: no station has data, exit code: 7"
    assert "ModelArtifacts" not in job or not job["ModelArtifacts"].get("S3ModelArtifacts")


def test_exit_without_a_failure_file_tells_the_last_error_lines(cloud: Cloud, bucket: str, role: str) -> None:
    job = cloud.train(bucket, role, "raise RuntimeError('out of stations')")
    assert job["TrainingJobStatus"] == "Failed"
    assert job["FailureReason"].startswith("AlgorithmError: ExecuteUserScriptError:\nExitCode 1")
    assert "RuntimeError: out of stations" in job["FailureReason"]
    assert job["FailureReason"].endswith(", exit code: 1")


@pytest.mark.parametrize("hyperparameters", [{}, {"x": '"stubborn"'}])
def test_stopped_job_keeps_what_it_saved(
    cloud: Cloud, bucket: str, role: str, eventually: Eventually, hyperparameters: dict[str, str]
) -> None:
    sagemaker = cloud.client("sagemaker")
    request = cloud.job_request(bucket, role, SAVE_AND_WAIT, HyperParameters=hyperparameters)
    name = request["TrainingJobName"]
    sagemaker.create_training_job(**request)
    eventually(lambda: sagemaker.describe_training_job(TrainingJobName=name)["SecondaryStatus"] == "Training")
    sagemaker.stop_training_job(TrainingJobName=name)
    assert sagemaker.describe_training_job(TrainingJobName=name)["TrainingJobStatus"] == "Stopping"
    job = cloud.finished(name)
    assert job["TrainingJobStatus"] == job["SecondaryStatus"] == "Stopped"
    with pytest.raises(ClientError, match="because the training job is in status Stopped"):
        sagemaker.stop_training_job(TrainingJobName=name)


def test_job_past_its_longest_run_is_stopped_with_its_artifacts(cloud: Cloud, bucket: str, role: str) -> None:
    job = cloud.train(bucket, role, SAVE_AND_WAIT, StoppingCondition={"MaxRuntimeInSeconds": 1})
    assert (job["TrainingJobStatus"], job["SecondaryStatus"]) == ("Stopped", "MaxRuntimeExceeded")
    assert cloud.files(job["ModelArtifacts"]["S3ModelArtifacts"]) == {"checkpoint": "saved"}


def test_role_that_may_not_read_a_channel_fails_the_job(cloud: Cloud, bucket: str, permissions: Permissions) -> None:
    closed = cloud.bucket()
    cloud.put(closed, "train/a.csv", b"1")
    channel = {
        "ChannelName": "train",
        "DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": f"s3://{closed}/train"}},
    }
    job = cloud.train(bucket, cloud.role(*permissions(bucket)), "print('never')", InputDataConfig=[channel])
    assert job["TrainingJobStatus"] == "Failed"
    assert job["FailureReason"].startswith(f'ClientError: No S3 objects found under S3 URL "s3://{closed}/train"')
    assert "AccessDenied" in job["FailureReason"]


def test_script_may_do_only_what_its_role_may(cloud: Cloud, bucket: str, role: str) -> None:
    closed = cloud.bucket()
    script = f"import boto3; boto3.client('s3').list_objects_v2(Bucket={closed!r})"
    job = cloud.train(bucket, role, script)
    assert job["TrainingJobStatus"] == "Failed"
    assert "AccessDenied" in job["FailureReason"]


def test_role_that_may_not_write_the_artifacts_fails_the_job(cloud: Cloud, bucket: str, role: str) -> None:
    closed = cloud.bucket()
    job = cloud.train(bucket, role, "print('done')", OutputDataConfig={"S3OutputPath": f"s3://{closed}/out"})
    assert job["TrainingJobStatus"] == "Failed"
    assert job["FailureReason"].startswith("ClientError: Artifact upload failed: s3://" + closed)


def test_role_must_exist_and_trust_sagemaker(cloud: Cloud, bucket: str) -> None:
    sagemaker = cloud.client("sagemaker")
    for arn in ("arn:aws:iam::000000000000:role/missing", cloud.role(service="lambda.amazonaws.com")):
        with pytest.raises(ClientError, match=r"Could not assume role .* allows principal 'sagemaker\.amazonaws\.com'"):
            sagemaker.create_training_job(**cloud.job_request(bucket, arn, "pass"))


def test_name_is_taken_once(cloud: Cloud, bucket: str, role: str) -> None:
    request = cloud.job_request(bucket, role, "pass")
    sagemaker = cloud.client("sagemaker")
    sagemaker.create_training_job(**request, Tags=[{"Key": "stage", "Value": "test"}])
    with pytest.raises(sagemaker.exceptions.ResourceInUse, match="must be unique"):
        sagemaker.create_training_job(**request)
    job = cloud.finished(request["TrainingJobName"])
    assert sagemaker.list_tags(ResourceArn=job["TrainingJobArn"])["Tags"] == [{"Key": "stage", "Value": "test"}]
    listed = sagemaker.list_training_jobs(NameContains=request["TrainingJobName"], StatusEquals="Completed")
    assert [summary["TrainingJobArn"] for summary in listed["TrainingJobSummaries"]] == [job["TrainingJobArn"]]


def test_missing_job_is_not_found(cloud: Cloud) -> None:
    with pytest.raises(ClientError, match="Requested resource not found") as refused:
        cloud.client("sagemaker").describe_training_job(TrainingJobName="none")
    assert refused.value.response["Error"]["Code"] == "ValidationException"


def test_request_is_checked_against_the_service_model(cloud: Cloud, bucket: str, role: str) -> None:
    request = cloud.job_request(bucket, role, "pass", TrainingJobName="not_a_name")
    with pytest.raises(ClientError, match="at 'trainingJobName' failed to satisfy constraint") as refused:
        cloud.client("sagemaker").create_training_job(**request)
    assert refused.value.response["Error"]["Code"] == "ValidationException"


def test_source_archive_with_a_member_outside_its_root_is_refused(cloud: Cloud, bucket: str, role: str) -> None:
    request = cloud.job_request(bucket, role, "pass")
    request["HyperParameters"]["sagemaker_submit_directory"] = json.dumps(
        cloud.archive(bucket, "evil.tar.gz", {"../train.py": "pass"})
    )
    cloud.client("sagemaker").create_training_job(**request)
    job = cloud.finished(request["TrainingJobName"])
    assert job["TrainingJobStatus"] == "Failed"
    assert "lies outside the archive's root" in job["FailureReason"]


def test_caller_needs_permission_on_the_job(cloud: Cloud, bucket: str, role: str) -> None:
    request = cloud.job_request(bucket, role, "pass")
    allowed = f"arn:aws:sagemaker:us-east-1:000000000000:training-job/{request['TrainingJobName']}"
    keys = cloud.user({"Effect": "Allow", "Action": "sagemaker:CreateTrainingJob", "Resource": allowed})
    sagemaker = cloud.client("sagemaker", keys)
    sagemaker.create_training_job(**request)
    cloud.finished(request["TrainingJobName"])
    with pytest.raises(ClientError, match="sagemaker:CreateTrainingJob") as refused:
        sagemaker.create_training_job(**{**request, "TrainingJobName": "another"})
    assert refused.value.response["Error"]["Code"] == "AccessDeniedException"
