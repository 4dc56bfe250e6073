"""A local cloud with IAM enforced, as the stand-in's tests use it: short ways to make and to ask things in it."""

import io
import json
import os
import signal
import socket
import subprocess
import sys
import tarfile
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config

_ROOT = Path(__file__).parents[4]
_REGION = "us-east-1"
_IMAGE = "763104351884.dkr.ecr.us-east-1.amazonaws.com/pytorch-training:2.6-cpu-py312"
Eventually = Callable[..., None]
Permissions = Callable[[str], list[dict[str, Any]]]
SERVE_JSON = """
import json, os

def model_fn(model_dir):
    with open(os.path.join(model_dir, "bias.json")) as file:
        return json.load(file)

def input_fn(body, content_type):
    return json.loads(body) if content_type == "application/json" else body.decode()

def predict_fn(data, model):
    if data == "fail":
        raise ValueError("the model cannot answer this")
    if data == "refuse":
        from sagemaker_inference.errors import BaseInferenceToolkitError
        raise BaseInferenceToolkitError(400, "this is no question", "Bad Request")
    if data == "sleep":
        import time
        time.sleep(30)
    if data == "die":
        os._exit(3)
    return {"answer": data, "bias": model, "pid": os.getpid()}

def output_fn(prediction, accept):
    if accept == "text/csv":
        return f"{prediction['answer']},{prediction['bias']}", "text/csv"
    return json.dumps(prediction)
"""


class Cloud:
    """The running local cloud."""

    def __init__(self, state_dir: Path) -> None:
        self.state_dir = state_dir
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self._port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{self._port}"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        (self.state_dir / "ready").unlink(missing_ok=True)
        with (self.state_dir / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, str(Path(__file__).with_name("serve_cloud.py")), str(self._port), str(self.state_dir)],
                env={**os.environ, "PYTHONPATH": str(_ROOT)},
                cwd=self.state_dir,
                stdout=log,
                stderr=log,
            )
        wait_until((self.state_dir / "ready").exists, self._check)

    def _check(self) -> None:
        assert self._process is not None
        assert self._process.poll() is None, (self.state_dir / "log").read_text()

    def stop(self, number: signal.Signals = signal.SIGTERM) -> None:
        assert self._process is not None
        self._process.send_signal(number)
        self._process.wait(30)

    def client(self, service: str, keys: dict[str, str] | None = None) -> Any:
        secrets = keys or {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
        config = Config(retries={"total_max_attempts": 1})
        # The stubs of boto3 know a client for each literal name; here the name is a variable.
        make: Any = boto3.client
        return make(service, endpoint_url=self.url, region_name=_REGION, config=config, **secrets)

    def bucket(self) -> str:
        name = f"b-{uuid.uuid4().hex[:12]}"
        self.client("s3").create_bucket(Bucket=name)
        return name

    def role(self, *statements: dict[str, Any], service: str = "sagemaker.amazonaws.com") -> str:
        """Create a role that the service may assume and that may do what the statements say; gives its ARN."""
        iam = self.client("iam")
        name = f"r-{uuid.uuid4().hex[:12]}"
        trust = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
        arn: str = iam.create_role(RoleName=name, AssumeRolePolicyDocument=_policy(trust))["Role"]["Arn"]
        if statements:
            iam.put_role_policy(RoleName=name, PolicyName="p", PolicyDocument=_policy(*statements))
        return arn

    def user(self, *statements: dict[str, Any]) -> dict[str, str]:
        """Create a user that may do what the statements say; gives its keys."""
        iam = self.client("iam")
        name = f"u-{uuid.uuid4().hex[:12]}"
        iam.create_user(UserName=name)
        iam.put_user_policy(UserName=name, PolicyName="p", PolicyDocument=_policy(*statements))
        key = iam.create_access_key(UserName=name)["AccessKey"]
        return {"aws_access_key_id": key["AccessKeyId"], "aws_secret_access_key": key["SecretAccessKey"]}

    def put(self, bucket: str, key: str, body: bytes) -> str:
        self.client("s3").put_object(Bucket=bucket, Key=key, Body=body)
        return f"s3://{bucket}/{key}"

    def archive(self, bucket: str, key: str, files: dict[str, str]) -> str:
        """Put a tar.gz of these files; gives its URI."""
        return self.put(bucket, key, tar_of(files))

    def files(self, uri: str) -> dict[str, str]:
        """Give the files of a tar.gz."""
        bucket, key = uri.removeprefix("s3://").split("/", 1)
        body = self.client("s3").get_object(Bucket=bucket, Key=key)["Body"].read()
        with tarfile.open(fileobj=io.BytesIO(body)) as tar:
            return {m.name: tar.extractfile(m).read().decode() for m in tar.getmembers() if m.isfile()}  # type: ignore[union-attr]

    def job_request(self, bucket: str, role: str, script: str, **changes: Any) -> dict[str, Any]:
        """Give a request for a job that runs this script."""
        name = f"j-{uuid.uuid4().hex[:12]}"
        source = self.archive(bucket, f"source/{name}.tar.gz", {"train.py": script})
        hyperparameters = {
            "sagemaker_program": json.dumps("train.py"),
            "sagemaker_submit_directory": json.dumps(source),
        }
        return {
            "TrainingJobName": name,
            "RoleArn": role,
            "AlgorithmSpecification": {"TrainingImage": _IMAGE, "TrainingInputMode": "File"},
            "OutputDataConfig": {"S3OutputPath": f"s3://{bucket}/out"},
            "ResourceConfig": {"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 1},
            "StoppingCondition": {"MaxRuntimeInSeconds": 60},
            **changes,
            "HyperParameters": {**hyperparameters, **changes.get("HyperParameters", {})},
        }

    def names(self, uri: str) -> list[str]:
        """Give the names of the files of a tar.gz."""
        bucket, key = uri.removeprefix("s3://").split("/", 1)
        body = self.client("s3").get_object(Bucket=bucket, Key=key)["Body"].read()
        with tarfile.open(fileobj=io.BytesIO(body)) as tar:
            return [member.name for member in tar.getmembers() if member.isfile()]

    def finished(self, name: str, seconds: float = 30.0) -> dict[str, Any]:
        """Wait for a job to end; gives its description."""
        sagemaker = self.client("sagemaker")
        found: dict[str, Any] = {}

        def ended() -> bool:
            found.update(sagemaker.describe_training_job(TrainingJobName=name))
            return found["TrainingJobStatus"] not in {"InProgress", "Stopping"}

        wait_until(ended, seconds=seconds)
        return found

    def train(self, bucket: str, role: str, script: str, **changes: Any) -> dict[str, Any]:
        """Run a job to its end; gives its description."""
        request = self.job_request(bucket, role, script, **changes)
        self.client("sagemaker").create_training_job(**request)
        return self.finished(request["TrainingJobName"])

    def model(self, bucket: str, role: str, bias: int = 0, script: str = SERVE_JSON) -> str:
        """Create a model that answers with this bias; gives its name."""
        name = f"m-{uuid.uuid4().hex[:12]}"
        url = self.archive(bucket, f"{name}.tar.gz", {"bias.json": str(bias), "code/inference.py": script})
        container = {"Image": _IMAGE, "ModelDataUrl": url, "Environment": {"SAGEMAKER_PROGRAM": "inference.py"}}
        self.client("sagemaker").create_model(ModelName=name, PrimaryContainer=container, ExecutionRoleArn=role)
        return name

    def config(self, **weights: float) -> str:
        """Create an endpoint configuration of models by weight; gives its name. Variants are V1, V2, ..."""
        name = f"c-{uuid.uuid4().hex[:12]}"
        variants = [
            {
                "VariantName": f"V{index}",
                "ModelName": model.replace("_", "-"),
                "InitialInstanceCount": 1,
                "InstanceType": "ml.m5.large",
                "InitialVariantWeight": weight,
            }
            for index, (model, weight) in enumerate(weights.items(), start=1)
        ]
        self.client("sagemaker").create_endpoint_config(EndpointConfigName=name, ProductionVariants=variants)
        return name

    def endpoint(self, config: str) -> str:
        """Create an endpoint and wait until it is settled; gives its name."""
        name = f"e-{uuid.uuid4().hex[:12]}"
        self.client("sagemaker").create_endpoint(EndpointName=name, EndpointConfigName=config)
        self.settled(name)
        return name

    def settled(self, name: str) -> dict[str, Any]:
        """Wait until an endpoint is in service or failed; gives its description."""
        sagemaker = self.client("sagemaker")
        found: dict[str, Any] = {}

        def is_settled() -> bool:
            found.clear()
            found.update(sagemaker.describe_endpoint(EndpointName=name))
            return found["EndpointStatus"] in {"InService", "Failed"}

        wait_until(is_settled)
        return found

    def ask(self, endpoint: str, data: Any, keys: dict[str, str] | None = None, **arguments: Any) -> Any:
        """Invoke an endpoint with JSON; gives its answer."""
        answer = self.client("sagemaker-runtime", keys).invoke_endpoint(
            EndpointName=endpoint, ContentType="application/json", Body=json.dumps(data), **arguments
        )
        return json.loads(answer["Body"].read())

    def execute(self, definition: dict[str, Any], wait: bool = True) -> str:
        """Start an execution of a state machine, and wait for its end if asked; gives the execution's ARN."""
        states = self.client("stepfunctions")
        machine = states.create_state_machine(
            name=f"s-{uuid.uuid4().hex[:12]}",
            definition=json.dumps(definition),
            roleArn=self.role(service="states.amazonaws.com"),
        )["stateMachineArn"]
        execution: str = states.start_execution(stateMachineArn=machine, input="{}")["executionArn"]
        if wait:
            wait_until(lambda: states.describe_execution(executionArn=execution)["status"] != "RUNNING")
        return execution

    def output(self, execution: str) -> Any:
        """Give an execution's status and output."""
        found = self.client("stepfunctions").describe_execution(executionArn=execution)
        return found["status"], json.loads(found["output"])


def _policy(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def tar_of(files: dict[str, str]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as tar:
        for name, text in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(text.encode())
            tar.addfile(member, io.BytesIO(text.encode()))
    return buffer.getvalue()


def wait_until(reached: Callable[[], bool], check: Callable[[], None] = lambda: None, seconds: float = 30.0) -> None:
    deadline = time.monotonic() + seconds
    while not reached():
        check()
        assert time.monotonic() < deadline, "the expected state was not reached in time"
        time.sleep(0.05)


def may_use(bucket: str) -> list[dict[str, Any]]:
    """Give the least that a job's or an endpoint's role needs."""
    return [
        {"Effect": "Allow", "Action": "s3:ListBucket", "Resource": f"arn:aws:s3:::{bucket}"},
        {"Effect": "Allow", "Action": ["s3:GetObject", "s3:PutObject"], "Resource": f"arn:aws:s3:::{bucket}/*"},
        {
            "Effect": "Allow",
            "Action": ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"],
            "Resource": "arn:aws:logs:*:*:log-group:/aws/sagemaker/*",
        },
    ]
