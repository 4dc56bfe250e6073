"""The training and deployment workflows on a local cloud: real engine, jobs, endpoint and alarms, small functions."""

import base64
import io
import json
import re
import sys
import tarfile
import time
import zipfile
from pathlib import Path
from typing import Any

from local.target import Target
from tests.moto_tables import create_table

PREFIX = "geoclimate-drill"
ENDPOINT = f"{PREFIX}-forecast"
ALARMS = (f"{PREFIX}-errors", f"{PREFIX}-model-errors", f"{PREFIX}-latency")
IMAGE = "763104351884.dkr.ecr.us-east-1.amazonaws.com/pytorch:2.6.0-cpu-py312"
WORKFLOWS = Path(__file__).resolve().parents[3] / "cdk" / "workflows"
ARN = "arn:aws:{service}:us-east-1:000000000000:{resource}"
TRAIN = """
import os, pathlib, sys
arguments = dict(zip(sys.argv[1::2], sys.argv[2::2]))
kept = pathlib.Path(os.environ["SAGEMAKER_BASE_DIR"], "checkpoints", "last")
kept.write_text("1")
if arguments.get("--fails") == arguments["--architecture"]:
    pathlib.Path(os.environ["SM_OUTPUT_DIR"], "failure").write_text("no station has data")
    sys.exit(1)
data = pathlib.Path(os.environ["SM_CHANNEL_TRAINING"], "dataset").read_text()
pathlib.Path(os.environ["SM_MODEL_DIR"], "member").write_text(arguments["--architecture"] + " on " + data)
"""
EVALUATE = """
import json, os, pathlib, tarfile
found = {}
for name in json.loads(os.environ["SM_CHANNELS"]):
    path = pathlib.Path(os.environ["SM_CHANNEL_" + name.upper()], "model.tar.gz")
    if path.exists():
        with tarfile.open(path) as archive:
            found[name] = archive.extractfile("version" if name == "production" else "member").read().decode()
model = pathlib.Path(os.environ["SM_MODEL_DIR"])
(model / "code").mkdir()
(model / "version").write_text(os.environ["TRAINING_JOB_NAME"])
(model / "found.json").write_text(json.dumps(found | {"code": os.environ["GEOCLIMATE_CODE_DIGEST"]}))
(model / "code" / "inference.py").write_text(pathlib.Path("serving.txt").read_text())
print("crps=1.25")
"""
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
FUNCTIONS = {
    "dataset": """
def handler(event, context):
    boto3.client("s3").put_object(Bucket="drill", Key="datasets/d/dataset", Body=b"air")
    return {"uri": "s3://drill/datasets/d/", "digest": "d" * 64, "stations": 1, "hours": 9}
""",
    "production": """
def handler(event, context):
    found = read("PRODUCTION")
    uri = f"s3://drill/models/{found}/output/model.tar.gz" if found else None
    return {"present": found is not None, "version": found, "artifact_uri": uri, "model_name": found}
""",
    "register": """
def handler(event, context):
    write(event["version"], "candidate")
    return {"version": event["version"], "deploy": True, "reason": "better", "skill": 0.2}
""",
    "promote": """
def handler(event, context):
    write(event["version"], event["decision"] + ": " + event["reason"])
    if event["decision"] == "promote":
        write("PRODUCTION", event["version"])
    return {"version": event["version"], "stage": event["decision"]}
""",
    "prune": """
def handler(event, context):
    write("PRUNED", "after " + read("PRODUCTION"))
    return {"configurations": [], "models": [], "left": None}
""",
    "smoke": """
def handler(event, context):
    aim = {"TargetVariant": event["variant"]} if "variant" in event else {}
    answer = boto3.client("sagemaker-runtime").invoke_endpoint(EndpointName="ENDPOINT", Body=b"x", **aim)
    found = json.loads(answer["Body"].read())["version"]
    if found != event["version"]:
        raise ValueError(f"the endpoint answered as version {found}")
    return {"version": found, "windows": 1}
""".replace("ENDPOINT", ENDPOINT),
    "forecast": """
def handler(event, context):
    return {"written": 3, "skipped": {}, "model_version": read("PRODUCTION")}
""",
}
SHARED = """
import json, boto3
table = {"TableName": "drill-models"}

def read(name):
    item = boto3.client("dynamodb").get_item(**table, Key={"pk": {"S": "notes"}, "sk": {"S": name}}).get("Item")
    return item["text"]["S"] if item else None

def write(name, text):
    item = {"pk": {"S": "notes"}, "sk": {"S": name}, "text": {"S": text}}
    boto3.client("dynamodb").put_item(**table, Item=item)
"""


class World:
    """Both state machines in a local cloud, with roles that may do as much as those of the stack.

    Args:
        target: The local cloud, which has nothing of this yet.
    """

    def __init__(self, target: Target) -> None:
        self.target = target
        self.runs = 0
        create_table(target.client("dynamodb"), "drill-models")
        target.client("s3").create_bucket(Bucket="drill")
        anything = {"Effect": "Allow", "Action": ["s3:*", "dynamodb:*", "sagemaker:*", "logs:*"], "Resource": "*"}
        self._hosting = self._role("sagemaker", anything)
        functions = self._role("lambda", anything)
        self._arns = {name: self._function(name, code, functions) for name, code in FUNCTIONS.items()}
        self._source({"train.py": TRAIN, "evaluate.py": EVALUATE, "serving.txt": SERVING})
        self.alarms()
        self.deployment = self._machine("deployment", _deployment_may(self._hosting))
        self.training = self._machine("training", _training_may(self._hosting))

    def alarms(self) -> None:
        """The alarms on the canary, silent."""
        for name in ALARMS:
            self.target.client("cloudwatch").put_metric_alarm(
                AlarmName=name,
                Namespace="AWS/SageMaker",
                MetricName=name,
                Dimensions=[{"Name": "VariantName", "Value": "Canary"}],
                Statistic="Sum",
                Period=60,
                EvaluationPeriods=1,
                Threshold=0,
                ComparisonOperator="GreaterThanThreshold",
                TreatMissingData="notBreaching",
            )

    def ring(self, state: str) -> None:
        """Set one of the alarms."""
        self.target.client("cloudwatch").set_alarm_state(AlarmName=ALARMS[1], StateValue=state, StateReason="a test")

    def start(self, machine: str, given: dict[str, Any]) -> str:
        """Start an execution; its ARN."""
        self.runs += 1
        arn: str = self.target.client("stepfunctions").start_execution(
            stateMachineArn=machine, name=f"run-{self.runs}", input=json.dumps(given)
        )["executionArn"]
        return arn

    def ended(self, execution: str, seconds: float = 180) -> dict[str, Any]:
        """Wait for an execution's end; its description, with the output read."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            found: dict[str, Any] = self.target.client("stepfunctions").describe_execution(executionArn=execution)
            if found["status"] != "RUNNING":
                return found | {"output": json.loads(found.get("output") or "{}")}
            time.sleep(0.2)
        raise AssertionError("the execution did not end in time")

    def train(self, **more: Any) -> dict[str, Any]:
        """A whole run."""
        return self.ended(self.start(self.training, {"target": "pm25", **more}))

    def note(self, name: str) -> str:
        """What the registry's functions wrote down."""
        key = {"pk": {"S": "notes"}, "sk": {"S": name}}
        item = self.target.client("dynamodb").get_item(TableName="drill-models", Key=key)["Item"]
        text: str = item["text"]["S"]
        return text

    def serving(self) -> list[tuple[str, str, float]]:
        """Variant, model and weight of all that the endpoint serves."""
        sagemaker = self.target.client("sagemaker")
        endpoint = sagemaker.describe_endpoint(EndpointName=ENDPOINT)
        config = sagemaker.describe_endpoint_config(EndpointConfigName=endpoint["EndpointConfigName"])
        models = {each["VariantName"]: each["ModelName"] for each in config["ProductionVariants"]}
        return [
            (each["VariantName"], models[each["VariantName"]], each["CurrentWeight"])
            for each in endpoint["ProductionVariants"]
        ]

    def artifact(self, version: str) -> dict[str, Any]:
        """What the evaluation found in its channels."""
        key = f"models/{version}/output/model.tar.gz"
        body = self.target.client("s3").get_object(Bucket="drill", Key=key)["Body"].read()
        with tarfile.open(fileobj=io.BytesIO(body)) as archive:
            member = archive.extractfile("found.json")
            assert member is not None
            found: dict[str, Any] = json.load(member)
            return found

    def _role(self, service: str, *statements: dict[str, Any], name: str = "") -> str:
        iam = self.target.client("iam")
        trust = {"Effect": "Allow", "Principal": {"Service": f"{service}.amazonaws.com"}, "Action": "sts:AssumeRole"}
        name = name or f"drill-{service}"
        arn: str = iam.create_role(RoleName=name, AssumeRolePolicyDocument=_policy(trust))["Role"]["Arn"]
        iam.put_role_policy(RoleName=name, PolicyName="p", PolicyDocument=_policy(*statements))
        return arn

    def _function(self, name: str, code: str, role: str) -> str:
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            archive.writestr("code.py", SHARED + code)
        arn: str = self.target.client("lambda").create_function(
            FunctionName=f"drill-{name}",
            Runtime=f"python{sys.version_info.major}.{sys.version_info.minor}",
            Role=role,
            Handler="code.handler",
            Code={"ZipFile": packed.getvalue()},
            Timeout=30,
        )["FunctionArn"]
        return arn

    def _source(self, files: dict[str, str]) -> None:
        packed = io.BytesIO()
        with tarfile.open(fileobj=packed, mode="w:gz") as archive:
            for name, text in files.items():
                member = tarfile.TarInfo(name)
                member.size = len(text)
                archive.addfile(member, io.BytesIO(text.encode()))
        self.target.client("s3").put_object(Bucket="drill", Key="source.tar.gz", Body=packed.getvalue())

    def _machine(self, name: str, statements: list[dict[str, Any]]) -> str:
        substitutions = {
            "ArtifactsBucket": "drill",
            "CanaryLooks": "2",
            "CanaryLookSeconds": "1",
            "CodeDigest": "c" * 64,
            "DeploymentArn": ARN.format(service="states", resource="stateMachine:drill-deployment"),
            "DriftIntervalHours": "24",
            "EndpointInstanceCount": "1",
            "EndpointInstanceType": "ml.m5.large",
            "EndpointName": ENDPOINT,
            "EndpointRoleArn": self._hosting,
            "ErrorsAlarm": ALARMS[0],
            "Hyperparameters": "e30=",
            "InferenceImage": IMAGE,
            "LatencyAlarm": ALARMS[2],
            "ManagedSpot": "false",
            "ModelErrorsAlarm": ALARMS[1],
            "ModelsTable": "drill-models",
            "NamePrefix": PREFIX,
            "Region": "us-east-1",
            "SourceUri": "s3://drill/source.tar.gz",
            "Target": "pm25",
            "TrainingImage": IMAGE,
            "TrainingInstanceType": "ml.m5.large",
            "TrainingInstances": "1",
            "TrainingMaxRuntimeSeconds": "60",
            "TrainingRoleArn": self._hosting,
            "TrainingStoppingCondition": base64.b64encode(b'{"MaxRuntimeInSeconds": 60}').decode(),
            "TrainingVolumeGb": "1",
            "TurnSortKey": "TRAINING",
            **{f"{function.title()}FunctionArn": arn for function, arn in self._arns.items()},
        }
        text = (WORKFLOWS / f"{name}.asl.json").read_text()
        # Nothing takes five seconds here.
        definition = json.loads(re.sub(r"\$\{(\w+)\}", lambda found: substitutions[found[1]], text))
        for state in definition["States"].values():
            if state["Type"] == "Wait" and "Seconds" in state:
                state["Seconds"] = 1
        arn: str = self.target.client("stepfunctions").create_state_machine(
            name=f"drill-{name}",
            definition=json.dumps(definition),
            roleArn=self._role("states", *statements, name=f"drill-{name}"),
        )["stateMachineArn"]
        return arn


def _policy(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def _may(service: str, actions: list[str], *resources: str) -> dict[str, Any]:
    return {
        "Effect": "Allow",
        "Action": [f"{service}:{action}" for action in actions],
        "Resource": [
            each if each.startswith("arn:") else ARN.format(service=service, resource=each) for each in resources
        ],
    }


def _training_may(hosting: str) -> list[dict[str, Any]]:
    """As `tests/infra/test_roles.py` pins it for the stack."""
    jobs = ["AddTags", "CreateTrainingJob", "DescribeTrainingJob", "StopTrainingJob"]
    return [
        _may(
            "lambda",
            ["InvokeFunction"],
            *(f"function:drill-{n}" for n in ("dataset", "production", "register", "promote", "prune")),
        ),
        _may("sagemaker", jobs, f"training-job/{PREFIX}-*"),
        _may("iam", ["PassRole"], hosting),
        _may("dynamodb", ["GetItem", "PutItem"], "table/drill-models"),
        _may("states", ["StartExecution"], "stateMachine:drill-deployment"),
        _may("states", ["DescribeExecution"], "execution:drill-training:*", "execution:drill-deployment:*"),
    ]


def _deployment_may(hosting: str) -> list[dict[str, Any]]:
    """As `tests/infra/test_roles.py` pins it for the stack."""
    configs, endpoint, model = f"endpoint-config/{PREFIX}-*", f"endpoint/{ENDPOINT}", f"model/{PREFIX}-*"
    return [
        _may("lambda", ["InvokeFunction"], *(f"function:drill-{name}" for name in ("promote", "smoke", "forecast"))),
        _may("sagemaker", ["CreateModel"], model),
        _may("sagemaker", ["CreateEndpointConfig", "DescribeEndpointConfig"], configs),
        _may("sagemaker", ["CreateEndpoint", "UpdateEndpoint"], endpoint, configs),
        _may("sagemaker", ["DeleteEndpoint", "DescribeEndpoint"], endpoint),
        _may("iam", ["PassRole"], hosting),
        _may("cloudwatch", ["DescribeAlarms"], "alarm:*"),
    ]
