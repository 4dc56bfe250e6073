"""A training job that is killed goes on from what it kept."""

import json
import uuid
from typing import Any

from tests.integration.local.sagemaker_standin.standin_cloud import Cloud, Eventually

COUNT = """
import os, pathlib, signal, sys, time
checkpoint = pathlib.Path(os.environ["SAGEMAKER_BASE_DIR"], "checkpoints", "epochs", "last")
begun = int(checkpoint.read_text()) if checkpoint.exists() else 0
pathlib.Path(os.environ["SM_MODEL_DIR"], "begun-at").write_text(str(begun))
for epoch in range(begun, 4):
    checkpoint.parent.mkdir(parents=True, exist_ok=True)
    fresh = checkpoint.with_suffix(".new")
    fresh.write_text(str(epoch + 1))
    fresh.replace(checkpoint)
    print(f"epoch={epoch + 1}", flush=True)
    if epoch == 1 and begun == 0:
        END
"""
KILLED = COUNT.replace("END", "os.kill(os.getpid(), signal.SIGKILL)")
SLOW = COUNT.replace("END", "time.sleep(60)")
SPOT: dict[str, Any] = {
    "EnableManagedSpotTraining": True,
    "StoppingCondition": {"MaxRuntimeInSeconds": 60, "MaxWaitTimeInSeconds": 120},
}


def place(bucket: str) -> dict[str, str]:
    return {"S3Uri": f"s3://{bucket}/checkpoints/{uuid.uuid4().hex}"}


def test_an_interrupted_spot_job_goes_on_where_it_was(cloud: Cloud, bucket: str, role: str) -> None:
    job = cloud.train(bucket, role, KILLED, CheckpointConfig=place(bucket), **SPOT)
    assert job["TrainingJobStatus"] == "Completed", job.get("FailureReason")
    assert cloud.files(job["ModelArtifacts"]["S3ModelArtifacts"]) == {"begun-at": "2"}
    passed = [each["Status"] for each in job["SecondaryStatusTransitions"]]
    assert passed.count("Interrupted") == 1
    assert passed.count("Training") == 2
    assert job["EnableManagedSpotTraining"] is True


def test_a_killed_job_that_is_not_on_spot_fails(cloud: Cloud, bucket: str, role: str) -> None:
    job = cloud.train(bucket, role, KILLED, CheckpointConfig=place(bucket))
    assert job["TrainingJobStatus"] == "Failed"
    assert job["FailureReason"].endswith(", exit code: 137")


def test_another_job_takes_up_the_checkpoints_of_a_stopped_one(
    cloud: Cloud, bucket: str, role: str, eventually: Eventually
) -> None:
    kept = place(bucket)
    request = cloud.job_request(bucket, role, SLOW, CheckpointConfig=kept)
    cloud.client("sagemaker").create_training_job(**request)
    key = f"{kept['S3Uri'].removeprefix(f's3://{bucket}/')}/epochs/last"
    s3 = cloud.client("s3")
    eventually(lambda: s3.list_objects_v2(Bucket=bucket, Prefix=key)["KeyCount"] == 1)
    cloud.client("sagemaker").stop_training_job(TrainingJobName=request["TrainingJobName"])
    assert cloud.finished(request["TrainingJobName"])["TrainingJobStatus"] == "Stopped"
    assert s3.get_object(Bucket=bucket, Key=key)["Body"].read() == b"2"
    job = cloud.train(bucket, role, SLOW, CheckpointConfig=kept)
    assert job["TrainingJobStatus"] == "Completed", job.get("FailureReason")
    assert cloud.files(job["ModelArtifacts"]["S3ModelArtifacts"]) == {"begun-at": "2"}


def test_a_role_that_may_not_keep_checkpoints_fails_the_job(cloud: Cloud, bucket: str, role: str) -> None:
    job = cloud.train(bucket, role, SLOW, CheckpointConfig=place(cloud.bucket()))
    assert job["TrainingJobStatus"] == "Failed"
    assert "AccessDenied" in job["FailureReason"]


def test_a_spot_job_waits_no_longer_than_it_may(cloud: Cloud, bucket: str, role: str) -> None:
    script = "import os, signal, time; time.sleep(0.4); os.kill(os.getpid(), signal.SIGKILL)"
    limits = {"MaxRuntimeInSeconds": 1, "MaxWaitTimeInSeconds": 1}
    job = cloud.train(bucket, role, script, EnableManagedSpotTraining=True, StoppingCondition=limits)
    assert (job["TrainingJobStatus"], job["SecondaryStatus"]) == ("Stopped", "MaxWaitTimeExceeded")


def test_a_channel_may_be_another_job_s_artifact(cloud: Cloud, bucket: str, role: str) -> None:
    """As the evaluation job reads its members: each is one object, under its own name in the channel's folder."""
    member = "import os, pathlib; pathlib.Path(os.environ['SM_MODEL_DIR'], 'weights').write_text('trained')"
    uri = cloud.train(bucket, role, member)["ModelArtifacts"]["S3ModelArtifacts"]
    script = (
        "import json, os, pathlib, tarfile\n"
        "found = {c: os.listdir(os.environ['SM_CHANNEL_' + c.upper()]) for c in ('lstm', 'gru')}\n"
        "with tarfile.open(pathlib.Path(os.environ['SM_CHANNEL_GRU'], 'model.tar.gz')) as archive:\n"
        "    found['weights'] = archive.extractfile('weights').read().decode()\n"
        "pathlib.Path(os.environ['SM_MODEL_DIR'], 'found').write_text(json.dumps(found))\n"
    )
    source = {"S3DataType": "S3Prefix", "S3Uri": uri, "S3DataDistributionType": "FullyReplicated"}
    channels = [{"ChannelName": name, "DataSource": {"S3DataSource": source}} for name in ("lstm", "gru")]
    job = cloud.train(bucket, role, script, InputDataConfig=channels)
    found = json.loads(cloud.files(job["ModelArtifacts"]["S3ModelArtifacts"])["found"])
    assert found == {"lstm": ["model.tar.gz"], "gru": ["model.tar.gz"], "weights": "trained"}
