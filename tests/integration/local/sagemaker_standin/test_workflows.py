"""State machines train and deploy through SageMaker's integrations."""

import itertools
import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.integration.local.sagemaker_standin.standin_cloud import Cloud, Eventually

RequestFor = Callable[[str], dict[str, Any]]

SAGEMAKER = "arn:aws:states:::sagemaker:"
SDK = "arn:aws:states:::aws-sdk:sagemaker:"
SLEEP = "import time; time.sleep(60)"
FAIL = """
import os, pathlib, sys
pathlib.Path(os.environ["SM_OUTPUT_DIR"], "failure").write_text("the series is too short")
sys.exit(1)
"""


def task(resource: str, parameters: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"Type": "Task", "Resource": resource, "Parameters": parameters, "End": True, **more}


def caught(name: str, state: dict[str, Any]) -> dict[str, Any]:
    """A machine of one state that keeps what its Catch was told."""
    catch = [{"ErrorEquals": [name], "Next": "Caught"}]
    return {"StartAt": "Try", "States": {"Try": {**state, "Catch": catch}, "Caught": {"Type": "Pass", "End": True}}}


@pytest.fixture
def request_for(cloud: Cloud, bucket: str, role: str) -> RequestFor:
    return lambda script: cloud.job_request(bucket, role, script)


def test_finished_job_gives_its_description(cloud: Cloud, request_for: RequestFor) -> None:
    request = request_for("print('trained')")
    machine = {"StartAt": "Train", "States": {"Train": task(f"{SAGEMAKER}createTrainingJob.sync", request)}}
    status, output = cloud.output(cloud.execute(machine))
    assert status == "SUCCEEDED"
    assert output["TrainingJobStatus"] == "Completed"
    assert output["ModelArtifacts"]["S3ModelArtifacts"].endswith(f"{request['TrainingJobName']}/output/model.tar.gz")
    assert isinstance(output["CreationTime"], int)


def test_failure_file_reaches_the_catch(cloud: Cloud, request_for: RequestFor) -> None:
    state = task(f"{SAGEMAKER}createTrainingJob.sync", request_for(FAIL))
    status, output = cloud.output(cloud.execute(caught("States.TaskFailed", state)))
    assert status == "SUCCEEDED"
    assert output["Error"] == "States.TaskFailed"
    assert json.loads(output["Cause"])["FailureReason"] == "AlgorithmError: the series is too short, exit code: 1"


def test_without_sync_the_state_does_not_wait(cloud: Cloud, request_for: RequestFor) -> None:
    request = request_for("print('trained')")
    machine = {"StartAt": "Train", "States": {"Train": task(f"{SAGEMAKER}createTrainingJob", request)}}
    status, output = cloud.output(cloud.execute(machine))
    assert (status, list(output)) == ("SUCCEEDED", ["TrainingJobArn"])
    assert cloud.finished(request["TrainingJobName"])["TrainingJobStatus"] == "Completed"


def test_stopped_execution_stops_its_job(cloud: Cloud, request_for: RequestFor, eventually: Eventually) -> None:
    request = request_for(SLEEP)
    name = request["TrainingJobName"]
    machine = {"StartAt": "Train", "States": {"Train": task(f"{SAGEMAKER}createTrainingJob.sync", request)}}
    execution = cloud.execute(machine, wait=False)
    sagemaker = cloud.client("sagemaker")
    eventually(lambda: sagemaker.list_training_jobs(NameContains=name)["TrainingJobSummaries"] != [])
    cloud.client("stepfunctions").stop_execution(executionArn=execution)
    assert cloud.finished(name)["TrainingJobStatus"] == "Stopped"


def test_state_past_its_timeout_stops_its_job(cloud: Cloud, request_for: RequestFor) -> None:
    request = request_for(SLEEP)
    state = task(f"{SAGEMAKER}createTrainingJob.sync", request, TimeoutSeconds=1)
    _, output = cloud.output(cloud.execute(caught("States.Timeout", state)))
    assert output["Error"] == "States.Timeout"
    assert cloud.finished(request["TrainingJobName"])["TrainingJobStatus"] == "Stopped"


def test_stopped_job_fails_its_state(cloud: Cloud, request_for: RequestFor) -> None:
    request = {**request_for(SLEEP), "StoppingCondition": {"MaxRuntimeInSeconds": 1}}
    state = task(f"{SAGEMAKER}createTrainingJob.sync", request)
    _, output = cloud.output(cloud.execute(caught("States.TaskFailed", state)))
    assert json.loads(output["Cause"])["SecondaryStatus"] == "MaxRuntimeExceeded"


def test_taken_name_is_a_modelled_error(cloud: Cloud, request_for: RequestFor) -> None:
    request = request_for("pass")
    cloud.client("sagemaker").create_training_job(**request)
    state = task(f"{SAGEMAKER}createTrainingJob.sync", request)
    status, output = cloud.output(cloud.execute(caught("SageMaker.ResourceInUseException", state)))
    assert (status, output["Error"]) == ("SUCCEEDED", "SageMaker.ResourceInUseException")
    cloud.finished(request["TrainingJobName"])


@pytest.mark.parametrize(
    ("resource", "parameters", "error"),
    [
        (f"{SAGEMAKER}createEndpoint", {"EndpointName": "e", "EndpointConfigName": "no"}, "AmazonSageMakerException"),
        (f"{SDK}describeEndpoint", {"EndpointName": "no"}, "SageMakerException"),
        (f"{SDK}describeTrainingJob", {"TrainingJobName": "no"}, "SageMakerException"),
    ],
)
def test_refused_call_has_the_integrations_error_name(
    cloud: Cloud, resource: str, parameters: dict[str, str], error: str
) -> None:
    status, output = cloud.output(cloud.execute(caught(f"SageMaker.{error}", task(resource, parameters))))
    assert (status, output["Error"]) == ("SUCCEEDED", f"SageMaker.{error}")
    assert "ot f" in output["Cause"]


def test_misspelt_parameter_is_refused(cloud: Cloud, request_for: RequestFor) -> None:
    request = {**request_for("pass"), "StopCondition": {}}
    execution = cloud.execute(
        {"StartAt": "Train", "States": {"Train": task(f"{SAGEMAKER}createTrainingJob.sync", request)}}
    )
    found = cloud.client("stepfunctions").describe_execution(executionArn=execution)
    assert found["status"] == "FAILED"
    assert 'The field "StopCondition" is not supported by Step Functions' in found["cause"]


def test_machine_deploys_and_replaces_a_model(cloud: Cloud, bucket: str, role: str) -> None:
    """Model, configuration, endpoint, update: each integration is called by its own, longest, name."""
    url = f"s3://{bucket}/{cloud.model(bucket, role, bias=5)}.tar.gz"
    model = {"Image": "image", "ModelDataUrl": url}
    variant = {
        "VariantName": "All", "ModelName": "deployed", "InitialInstanceCount": 1, "InstanceType": "ml.m5.large",
        "InitialVariantWeight": 1,
    }  # fmt: skip
    named = {"EndpointName": "deployed", "EndpointConfigName": "deployed"}
    steps: dict[str, tuple[str, dict[str, Any]]] = {
        "Model": (
            f"{SAGEMAKER}createModel",
            {"ModelName": "deployed", "PrimaryContainer": model, "ExecutionRoleArn": role},
        ),
        "Config": (
            f"{SAGEMAKER}createEndpointConfig",
            {"EndpointConfigName": "deployed", "ProductionVariants": [variant]},
        ),
        "Endpoint": (f"{SAGEMAKER}createEndpoint", named),
        "Describe": (f"{SDK}describeEndpoint", {"EndpointName": "deployed"}),
    }
    assert cloud.output(cloud.execute(chain(steps)))[1]["EndpointConfigName"] == "deployed"
    assert cloud.settled("deployed")["EndpointStatus"] == "InService"
    assert cloud.ask("deployed", 0)["bias"] == 5
    second = cloud.config(**{cloud.model(bucket, role, bias=6): 1})
    update = {"EndpointName": "deployed", "EndpointConfigName": second}
    assert cloud.output(cloud.execute(chain({"Update": (f"{SAGEMAKER}updateEndpoint", update)})))[0] == "SUCCEEDED"
    assert cloud.settled("deployed")["EndpointConfigName"] == second
    assert cloud.ask("deployed", 0)["bias"] == 6


def chain(steps: dict[str, tuple[str, dict[str, Any]]]) -> dict[str, Any]:
    names = list(steps)
    states = {name: task(*steps[name]) for name in names}
    for name, following in itertools.pairwise(names):
        del states[name]["End"]
        states[name]["Next"] = following
    return {"StartAt": names[0], "States": states}
