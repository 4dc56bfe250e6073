"""A job with several hosts: a process each, which find each other, and one end for all."""

import json
from pathlib import Path
from typing import Any

import pytest

from cdk.assets import stage_training_source
from tests.integration.local.sagemaker_standin.standin_cloud import Cloud
from tests.training_jobs import QUICK, Job, synthetic_dataset

HOSTS: dict[str, Any] = {
    "ResourceConfig": {"InstanceType": "ml.m5.large", "InstanceCount": 2, "VolumeSizeInGB": 1},
    "HyperParameters": {"sagemaker_torch_distributed_enabled": "true"},
}
MEET = """
import json, os, pathlib, socket
rank, address = int(os.environ["RANK"]), (os.environ["MASTER_ADDR"], int(os.environ["MASTER_PORT"]))
seen = {name: os.environ[name] for name in ("SM_CURRENT_HOST", "RANK", "LOCAL_RANK", "WORLD_SIZE", "SM_HOSTS")}
seen["channel"] = sorted(os.listdir(os.environ["SM_CHANNEL_TRAIN"]))
print(f"rank={rank}", flush=True)
if rank == 0:
    with socket.create_server(address) as server:
        other, _ = server.accept()
        with other:
            pathlib.Path(os.environ["SM_MODEL_DIR"], "met").write_text(json.dumps([seen, json.loads(other.recv(9999))]))
else:
    while True:
        try:
            with socket.create_connection(address) as leader:
                leader.sendall(json.dumps(seen).encode())
            break
        except ConnectionRefusedError:
            continue
    pathlib.Path(os.environ["SM_OUTPUT_DATA_DIR"], "of-the-second").write_text("kept too")
"""
LOSE = """
import os, pathlib, signal, sys, time
checkpoint = pathlib.Path(os.environ["SAGEMAKER_BASE_DIR"], "checkpoints", "last")
if checkpoint.exists():
    pathlib.Path(os.environ["SM_MODEL_DIR"], "rank-" + os.environ["RANK"]).write_text(checkpoint.read_text())
    sys.exit(0)
if os.environ["RANK"] == "0":
    checkpoint.parent.mkdir(exist_ok=True)
    checkpoint.write_text("epoch 1")
    time.sleep(60)
time.sleep(0.5)
END
"""
KILLED = LOSE.replace("END", "os.kill(os.getpid(), signal.SIGKILL)")
REFUSED = LOSE.replace("END", "pathlib.Path(os.environ['SM_OUTPUT_DIR'], 'failure').write_text('no'); sys.exit(1)")


def channel_of(uri: str, name: str = "training") -> list[dict[str, Any]]:
    return [{"ChannelName": name, "DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": uri}}}]


def test_hosts_find_each_other_and_leave_one_artifact(cloud: Cloud, bucket: str, role: str) -> None:
    cloud.put(bucket, "hosts/a.csv", b"1")
    job = cloud.train(bucket, role, MEET, InputDataConfig=channel_of(f"s3://{bucket}/hosts/", "train"), **HOSTS)
    assert job["TrainingJobStatus"] == "Completed", job.get("FailureReason")
    first, second = json.loads(cloud.files(job["ModelArtifacts"]["S3ModelArtifacts"])["met"])
    assert (first["SM_CURRENT_HOST"], second["SM_CURRENT_HOST"]) == ("algo-1", "algo-2")
    assert (first["RANK"], second["RANK"]) == ("0", "1")
    for host in (first, second):
        assert (host["WORLD_SIZE"], host["LOCAL_RANK"], host["channel"]) == ("2", "0", ["a.csv"])
        assert json.loads(host["SM_HOSTS"]) == ["algo-1", "algo-2"]
    output = job["ModelArtifacts"]["S3ModelArtifacts"].replace("model.tar.gz", "output.tar.gz")
    assert cloud.files(output) == {"of-the-second": "kept too"}


def test_each_host_has_a_log_of_its_own(cloud: Cloud, bucket: str, role: str) -> None:
    script = "import os; print('rank=' + os.environ['RANK'])"
    job = cloud.train(bucket, role, script, **HOSTS)
    logs, group = cloud.client("logs"), "/aws/sagemaker/TrainingJobs"
    streams = logs.describe_log_streams(logGroupName=group, logStreamNamePrefix=job["TrainingJobName"])["logStreams"]
    said = {
        stream["logStreamName"].split("/")[1].rpartition("-")[0]: [
            event["message"]
            for event in logs.get_log_events(logGroupName=group, logStreamName=stream["logStreamName"])["events"]
        ]
        for stream in streams
    }
    assert said == {"algo-1": ["rank=0"], "algo-2": ["rank=1"]}


def test_a_lost_host_fails_the_job_though_the_others_would_go_on(cloud: Cloud, bucket: str, role: str) -> None:
    job = cloud.train(bucket, role, KILLED, **HOSTS)
    assert job["TrainingJobStatus"] == "Failed"
    assert job["FailureReason"].endswith(", exit code: 137")
    assert job["TrainingTimeInSeconds"] < 30


def test_the_host_that_failed_says_why(cloud: Cloud, bucket: str, role: str) -> None:
    job = cloud.train(bucket, role, REFUSED, **HOSTS)
    assert (job["TrainingJobStatus"], job["FailureReason"]) == ("Failed", "AlgorithmError: no, exit code: 1")


def test_on_spot_all_hosts_go_on_from_the_checkpoints_where_one_is_taken_away(
    cloud: Cloud, bucket: str, role: str
) -> None:
    job = cloud.train(
        bucket,
        role,
        KILLED,
        CheckpointConfig={"S3Uri": f"s3://{bucket}/checkpoints/hosts"},
        EnableManagedSpotTraining=True,
        StoppingCondition={"MaxRuntimeInSeconds": 60, "MaxWaitTimeInSeconds": 120},
        **HOSTS,
    )
    assert job["TrainingJobStatus"] == "Completed", job.get("FailureReason")
    assert cloud.files(job["ModelArtifacts"]["S3ModelArtifacts"]) == {"rank-0": "epoch 1", "rank-1": "epoch 1"}


@pytest.mark.slow
def test_two_hosts_train_one_network_that_only_the_first_writes(
    cloud: Cloud, bucket: str, role: str, tmp_path: Path
) -> None:
    """The training job of the workflow: `train.py` from the archive that the stack publishes."""
    data = Job(tmp_path)
    digest = data.write_channel(synthetic_dataset())
    for path in data.channel.iterdir():
        cloud.put(bucket, f"two-hosts/{path.name}", path.read_bytes())
    source = cloud.put(bucket, "two-hosts-source.tar.gz", stage_training_source().path.read_bytes())
    quick = {QUICK[at].removeprefix("--"): QUICK[at + 1] for at in range(0, len(QUICK), 2)}
    checkpoints = f"s3://{bucket}/checkpoints/two-hosts"
    request = cloud.job_request(bucket, role, "", InputDataConfig=channel_of(f"s3://{bucket}/two-hosts/"), **HOSTS)
    request |= {
        "CheckpointConfig": {"S3Uri": checkpoints},
        "StoppingCondition": {"MaxRuntimeInSeconds": 300},
        "Environment": {"GEOCLIMATE_DATASET_DIGEST": digest},
        "HyperParameters": {
            **request["HyperParameters"],
            **quick,
            "architecture": "gru",
            "sagemaker_submit_directory": json.dumps(source),
        },
    }
    cloud.client("sagemaker").create_training_job(**request)
    job = cloud.finished(request["TrainingJobName"], seconds=280)
    assert job["TrainingJobStatus"] == "Completed", job.get("FailureReason")
    names = cloud.names(job["ModelArtifacts"]["S3ModelArtifacts"])
    assert sorted(names) == ["contract.json", "member.json", "member.safetensors", "validation.safetensors"]
    listed = cloud.client("s3").list_objects_v2(Bucket=bucket, Prefix="checkpoints/two-hosts/")["Contents"]
    assert {each["Key"].split("/")[2] for each in listed} == {"first", "second"}
    logs, group = cloud.client("logs"), "/aws/sagemaker/TrainingJobs"
    streams = logs.describe_log_streams(logGroupName=group, logStreamNamePrefix=job["TrainingJobName"])["logStreams"]
    said = [
        [event["message"] for event in logs.get_log_events(logGroupName=group, logStreamName=name)["events"]]
        for name in sorted(stream["logStreamName"] for stream in streams)
    ]
    assert "training a gru on 2 x cpu" in said[0][0]
    assert not [line for line in said[1] if "epoch" in line]
