"""Promotion and rollback where everything is real but AWS: transactions, endpoints, a function, an operator."""

import io
import json
import sys
import tarfile
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest

from geoclimate.adapters.dynamodb_models import DynamoModelRegistry
from geoclimate.domain.errors import Conflict, Unavailable
from local import cloud
from local.place import Place
from local.registry import registry_of
from local.rollback import roll_back
from local.target import Target
from tests.free_port import free_port
from tests.moto_tables import create_table
from tests.workflow_fakes import record

PREFIX = "geoclimate-drill"
OLD, NEW = f"{PREFIX}-20260101-000000-aaaaaaaa", f"{PREFIX}-20260131-050607-3fa85f64"
IMAGE = "763104351884.dkr.ecr.us-east-1.amazonaws.com/pytorch-inference:2.6.0-cpu-py312"
SERVING = """
import json, os

def model_fn(model_dir):
    return open(os.path.join(model_dir, "version")).read()

def input_fn(body, content_type):
    return body

def predict_fn(data, model):
    return model

def output_fn(prediction, accept):
    return json.dumps({"version": prediction})
"""
SMOKE = f"""
import boto3, json

def handler(event, context):
    body = boto3.client("sagemaker-runtime").invoke_endpoint(EndpointName="{PREFIX}-forecast", Body=b"x")["Body"]
    found = json.loads(body.read())["version"]
    if found != event["version"]:
        raise ValueError(f"the endpoint answered as version {{found}}")
    return {{"version": found, "windows": 1}}
"""
FORECAST = """
def handler(event, context):
    return {"written": 3, "skipped": {}, "model_version": "the old one"}
"""
# What the promote function does, without its package: the registry's own tests say that it does it well.
PROMOTE = """
import boto3

def handler(event, context):
    table = boto3.client("dynamodb")
    for version, stage in ((event["version"], "production"), (event["current"], "retired")):
        table.update_item(
            TableName="drill-models",
            Key={"pk": {"S": event["target"]}, "sk": {"S": f"VERSION#{version}"}},
            UpdateExpression="SET stage = :stage, decided_by = :who",
            ExpressionAttributeValues={":stage": {"S": stage}, ":who": {"S": event["who"]}},
        )
    table.put_item(
        TableName="drill-models",
        Item={"pk": {"S": event["target"]}, "sk": {"S": "PRODUCTION"}, "version": {"S": event["version"]}},
    )
    return {"version": event["version"], "stage": "production"}
"""
ANYTHING = {
    "Effect": "Allow",
    "Action": ["s3:*", "sagemaker:*", "logs:*", "dynamodb:*", "lambda:InvokeFunction"],
    "Resource": "*",
}
WORKFLOW = Path(__file__).resolve().parents[3] / "cdk" / "workflows" / "rollback.asl.json"


@pytest.fixture(scope="module")
def target(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    place = Place(port=free_port(), folder=tmp_path_factory.mktemp("drill"))
    cloud.start(port=place.port, state_dir=place.state, log=place.logs / "cloud.log", auth=True)
    try:
        yield Target("drill", place.session(), {"endpoint_url": place.url, "config": place.config()})
    finally:
        cloud.stop(place.state)


def _role(target: Target, service: str) -> str:
    iam = target.client("iam")
    trust = {"Effect": "Allow", "Principal": {"Service": f"{service}.amazonaws.com"}, "Action": "sts:AssumeRole"}
    name = f"drill-{service}"
    arn: str = iam.create_role(RoleName=name, AssumeRolePolicyDocument=_policy(trust))["Role"]["Arn"]
    iam.put_role_policy(RoleName=name, PolicyName="p", PolicyDocument=_policy(ANYTHING))
    return arn


def _policy(statement: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def _function(target: Target, name: str, code: str, role: str) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("code.py", code)
    target.client("lambda").create_function(
        FunctionName=name,
        Runtime=f"python{sys.version_info.major}.{sys.version_info.minor}",
        Role=role,
        Handler="code.handler",
        Code={"ZipFile": packed.getvalue()},
        Timeout=30,
    )


def _model(target: Target, version: str, role: str) -> None:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        for name, text in (("version", version), ("code/inference.py", SERVING)):
            member = tarfile.TarInfo(name)
            member.size = len(text)
            archive.addfile(member, io.BytesIO(text.encode()))
    target.client("s3").put_object(Bucket="drill", Key=f"{version}.tar.gz", Body=packed.getvalue())
    container = {
        "Image": IMAGE,
        "ModelDataUrl": f"s3://drill/{version}.tar.gz",
        "Environment": {"SAGEMAKER_PROGRAM": "inference.py", "SAGEMAKER_SUBMIT_DIRECTORY": "/opt/ml/model/code"},
    }
    target.client("sagemaker").create_model(ModelName=version, PrimaryContainer=container, ExecutionRoleArn=role)


@pytest.fixture(scope="module")
def served(target: Target) -> Target:
    """Two versions in the registry and in SageMaker, of which the newer one serves, and a stack that names it all."""
    create_table(target.client("dynamodb"), "drill-models")
    target.client("s3").create_bucket(Bucket="drill")
    hosting, functions = _role(target, "sagemaker"), _role(target, "lambda")
    _function(target, "drill-smoke", SMOKE, functions)
    _function(target, "drill-forecast", FORECAST, functions)
    _function(target, "drill-promote", PROMOTE, functions)
    for version in (OLD, NEW):
        _model(target, version, hosting)
    sagemaker = target.client("sagemaker")
    variant = {"VariantName": "AllTraffic", "ModelName": NEW, "InstanceType": "ml.m5.large", "InitialInstanceCount": 1}
    for version in (OLD, NEW):
        sagemaker.create_endpoint_config(
            EndpointConfigName=version, ProductionVariants=[variant | {"ModelName": version}]
        )
    sagemaker.create_endpoint(EndpointName=f"{PREFIX}-forecast", EndpointConfigName=NEW)
    sagemaker.get_waiter("endpoint_in_service").wait(
        EndpointName=f"{PREFIX}-forecast", WaiterConfig={"Delay": 1, "MaxAttempts": 120}
    )
    outputs = {
        "ModelsTableName": "drill-models",
        "RollbackStateMachineArn": _workflow(target, _role(target, "states")),
    }
    template = {
        "Resources": {"Handle": {"Type": "AWS::CloudFormation::WaitConditionHandle"}},
        "Outputs": {name: {"Value": value} for name, value in outputs.items()},
    }
    formation = target.client("cloudformation")
    formation.create_stack(StackName="GeoClimate-drill", TemplateBody=json.dumps(template))
    formation.get_waiter("stack_create_complete").wait(
        StackName="GeoClimate-drill", WaiterConfig={"Delay": 1, "MaxAttempts": 60}
    )
    registry = registry_of(target, outputs)
    for version, before in ((OLD, None), (NEW, OLD)):
        _on_trial(registry, version, before)
        registry.promote("pm25", version, who="run", why="the canary held")
    return target


def _workflow(target: Target, role: str) -> str:
    """The deployed file, with this drill's names in it."""
    names = {"EndpointName": f"{PREFIX}-forecast", "NamePrefix": PREFIX, "Target": "pm25"}
    names |= {f"{name}FunctionArn": f"drill-{name.lower()}" for name in ("Smoke", "Forecast", "Promote")}
    definition = WORKFLOW.read_text()
    for placeholder, value in names.items():
        definition = definition.replace(f"${{{placeholder}}}", value)
    made = target.client("stepfunctions").create_state_machine(
        name="drill-rollback", definition=definition, roleArn=role
    )
    arn: str = made["stateMachineArn"]
    return arn


def _on_trial(registry: DynamoModelRegistry, version: str, before: str | None) -> None:
    registry.register(record(version, judged_against=before), who="run", why="passed the gate")
    registry.stage("pm25", version, who="run", why="passed the gate")


def _answers(target: Target) -> str:
    runtime = target.client("sagemaker-runtime")
    answer = runtime.invoke_endpoint(EndpointName=f"{PREFIX}-forecast", Body=b"x")["Body"].read()
    version: str = json.loads(answer)["version"]
    return version


def test_a_rollback_moves_endpoint_and_registry_and_says_who_did_it(
    served: Target, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _answers(served) == NEW
    roll_back(served, None, "too low on smoky days")
    assert _answers(served) == OLD
    registry = registry_of(served, served.outputs())
    found = registry.production("pm25")
    assert found is not None
    assert found.version == OLD
    item = served.client("dynamodb").get_item(
        TableName="drill-models", Key={"pk": {"S": "pm25"}, "sk": {"S": f"VERSION#{OLD}"}}
    )["Item"]
    assert item["decided_by"]["S"].startswith("arn:aws:iam::")
    assert f"{OLD} is in production, {NEW} is retired" in capsys.readouterr().out
    roll_back(served, NEW, "it was the sensor, not the model")
    assert _answers(served) == NEW


def test_of_promotions_at_the_same_moment_one_wins(served: Target) -> None:
    quiet = registry_of(served, served.outputs())
    before = quiet.production("pm25")
    assert before is not None
    names = [f"racing-{number}" for number in range(6)]
    for name in names:
        _on_trial(quiet, name, before.version)
    ready = Barrier(len(names))

    def promote(name: str) -> str | None:
        registry = registry_of(served, served.outputs())
        ready.wait()
        try:
            registry.promote("pm25", name, who="run", why="the canary held")
        except (Conflict, Unavailable):
            return None
        return name

    with ThreadPoolExecutor(len(names)) as threads:
        winners = [name for name in threads.map(promote, names) if name]
    assert len(winners) == 1
    stages = {each.version: each.stage for each in quiet.versions("pm25")}
    assert [version for version, stage in stages.items() if stage == "production"] == winners
    assert stages[before.version] == "retired"
    assert all(stages[name] == "staging" for name in names if name not in winners)
    assert replace(before, stage=stages[before.version]) == quiet.get("pm25", before.version)
