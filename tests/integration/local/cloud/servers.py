"""A local cloud as the tests use it: its clients, and short ways to make things in it."""

import io
import json
import socket
import time
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config

_CONFIG = Config(connect_timeout=5, read_timeout=30, retries={"max_attempts": 0})


@dataclass(frozen=True)
class Server:
    """A running local cloud, and what the tests do to it."""

    port: int
    state_dir: Path
    log: Path

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def client(self, service: str, key: str = "test", secret: str | None = None, token: str | None = None) -> Any:
        make: Any = boto3.client
        return make(
            service,
            endpoint_url=self.url,
            region_name="us-east-1",
            aws_access_key_id=key,
            aws_secret_access_key=secret or "test",
            aws_session_token=token,
            config=_CONFIG,
        )

    def deploy(self, name: str, resources: dict[str, Any], outputs: dict[str, Any] | None = None) -> dict[str, str]:
        """Create or update a stack, and give its outputs."""
        template = json.dumps(
            {"Resources": resources, "Outputs": {key: {"Value": value} for key, value in (outputs or {}).items()}}
        )
        client = self.client("cloudformation")
        known = {stack["StackName"] for stack in client.describe_stacks()["Stacks"]}
        call = client.update_stack if name in known else client.create_stack
        call(StackName=name, TemplateBody=template, Capabilities=["CAPABILITY_IAM"])

        def settled() -> dict[str, Any] | None:
            (stack,) = client.describe_stacks(StackName=name)["Stacks"]
            return None if stack["StackStatus"].endswith("_IN_PROGRESS") else stack

        stack = wait_for(settled)
        if stack["StackStatus"] not in {"CREATE_COMPLETE", "UPDATE_COMPLETE"}:
            events = client.describe_stack_events(StackName=name)["StackEvents"]
            raise AssertionError([event.get("ResourceStatusReason") for event in events])
        return {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])}

    def table(self, name: str, *, recoverable: bool = True) -> str:
        """A table with string keys `pk` and `sk`, its point-in-time recovery on or off; its ARN."""
        client = self.client("dynamodb")
        keys = {"pk": "HASH", "sk": "RANGE"}
        made = client.create_table(
            TableName=name,
            KeySchema=[{"AttributeName": key, "KeyType": kind} for key, kind in keys.items()],
            AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"} for key in keys],
            BillingMode="PAY_PER_REQUEST",
        )
        client.update_continuous_backups(
            TableName=name, PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": recoverable}
        )
        arn: str = made["TableDescription"]["TableArn"]
        return arn

    def role(self, name: str, *statements: dict[str, Any]) -> str:
        """A role that any service may take, with one inline policy; its ARN."""
        iam = self.client("iam")
        trust = {
            "Version": "2012-10-17",
            "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole"}],
        }
        arn: str = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]
        if statements:
            policy = {"Version": "2012-10-17", "Statement": list(statements)}
            iam.put_role_policy(RoleName=name, PolicyName="own", PolicyDocument=json.dumps(policy))
        return arn

    def function(self, name: str, code: str, role: str, **options: Any) -> str:
        """A Python function of one file; its ARN."""
        answer = self.client("lambda").create_function(
            FunctionName=name,
            Runtime="python3.11",
            Handler="handler.handler",
            Role=role,
            Code={"ZipFile": zipped({"handler.py": code})},
            Timeout=20,
            **options,
        )
        arn: str = answer["FunctionArn"]
        return arn

    def invoke(self, name: str, event: Any = None) -> tuple[Any, bool]:
        """What a function answers, and whether it failed."""
        answer = self.client("lambda").invoke(FunctionName=name, Payload=json.dumps(event or {}))
        return json.loads(answer["Payload"].read()), "FunctionError" in answer

    def run(self, name: str, definition: dict[str, Any], role: str, data: Any = None) -> dict[str, Any]:
        """Run a new state machine once, and give its execution when it has ended."""
        states = self.client("stepfunctions")
        machine = states.create_state_machine(name=name, definition=json.dumps(definition), roleArn=role)
        execution = states.start_execution(stateMachineArn=machine["stateMachineArn"], input=json.dumps(data or {}))

        def ended() -> dict[str, Any] | None:
            found: dict[str, Any] = states.describe_execution(executionArn=execution["executionArn"])
            return None if found["status"] == "RUNNING" else found

        found: dict[str, Any] = wait_for(ended)
        return found


def zipped(files: dict[str, str]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return buffer.getvalue()


def wait_for(ask: Callable[[], Any], seconds: float = 20.0) -> Any:
    deadline = time.monotonic() + seconds
    while True:
        answer = ask()
        if answer is not None:
            return answer
        if time.monotonic() >= deadline:
            raise AssertionError("it did not happen in time")
        time.sleep(0.05)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


Start = Callable[..., Server]
Clouds = Callable[[str | None], Server]
