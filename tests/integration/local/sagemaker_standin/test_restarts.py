"""What was in service is in service after a restart, whatever way the local cloud went down."""

import os
import signal

import pytest

from tests.integration.local.sagemaker_standin.standin_cloud import Cloud, Eventually, Permissions


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_endpoint_comes_back_and_a_broken_off_job_is_failed(
    own_cloud: Cloud, permissions: Permissions, eventually: Eventually, number: signal.Signals
) -> None:
    bucket = own_cloud.bucket()
    role = own_cloud.role(*permissions(bucket))
    endpoint = own_cloud.endpoint(own_cloud.config(**{own_cloud.model(bucket, role, bias=9): 1}))
    before = own_cloud.ask(endpoint, 0)["pid"]
    script = "import os, time; open(os.environ['MY_FILE'], 'w').write(str(os.getpid())); time.sleep(60)"
    pid_file = own_cloud.state_dir / "script-pid"
    request = own_cloud.job_request(bucket, role, script, Environment={"MY_FILE": str(pid_file)})
    own_cloud.client("sagemaker").create_training_job(**request)
    eventually(lambda: pid_file.exists() and pid_file.read_text() != "")
    # The role and the bucket are saved by MiniStack's own means, every half second here.
    eventually(lambda: role.rsplit("/", 1)[-1] in (own_cloud.state_dir / "ministack" / "iam.json").read_text())

    own_cloud.stop(number)
    eventually(lambda: not is_running(before))
    eventually(lambda: not is_running(int(pid_file.read_text())))
    own_cloud.start()

    answer = own_cloud.ask(endpoint, 0)
    assert answer["bias"] == 9
    assert answer["pid"] != before
    job = own_cloud.finished(request["TrainingJobName"])
    assert job["TrainingJobStatus"] == "Failed"


def test_a_moved_state_serves_from_where_it_is_now(own_cloud: Cloud, permissions: Permissions) -> None:
    """A copy must not touch the folders of the original, least of all remove them."""
    bucket = own_cloud.bucket()
    model = own_cloud.model(bucket, own_cloud.role(*permissions(bucket)), bias=9)
    endpoint = own_cloud.endpoint(own_cloud.config(**{model: 1}))
    own_cloud.stop()
    before = own_cloud.state_dir

    own_cloud.state_dir = before.rename(before.with_name("moved"))
    own_cloud.start()

    assert own_cloud.ask(endpoint, 0)["bias"] == 9
    assert not before.exists()


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
