"""Endpoints keep SageMaker's hosting contract."""

import io
import json
import tarfile
import threading
import time

import pytest
from botocore.exceptions import ClientError

from tests.integration.local.sagemaker_standin.standin_cloud import Cloud, Eventually

JSON = "application/json"


@pytest.fixture(scope="module")
def endpoint(cloud: Cloud, bucket: str, role: str) -> str:
    """An endpoint of one model, for the tests that only ask."""
    return cloud.endpoint(cloud.config(**{cloud.model(bucket, role, bias=1): 1}))


def test_answer_names_its_type_and_variant(cloud: Cloud, endpoint: str) -> None:
    answer = cloud.client("sagemaker-runtime").invoke_endpoint(
        EndpointName=endpoint, ContentType=JSON, Accept="text/csv", Body=b"41", CustomAttributes="trace=7"
    )
    assert answer["Body"].read() == b"41,1"
    assert answer["ContentType"] == "text/csv"
    assert answer["InvokedProductionVariant"] == "V1"
    assert answer["CustomAttributes"] == "trace=7"


def test_json_answer_keeps_its_content_type(cloud: Cloud, endpoint: str) -> None:
    answer = cloud.client("sagemaker-runtime").invoke_endpoint(EndpointName=endpoint, ContentType=JSON, Body=b"41")
    assert answer["ContentType"] == JSON


def test_binary_body_reaches_the_script_as_bytes(cloud: Cloud, endpoint: str) -> None:
    answer = cloud.client("sagemaker-runtime").invoke_endpoint(
        EndpointName=endpoint, ContentType="application/octet-stream", Body=b"raw"
    )
    assert json.loads(answer["Body"].read())["answer"] == "raw"


def test_description_tells_what_serves(cloud: Cloud, endpoint: str) -> None:
    found = cloud.client("sagemaker").describe_endpoint(EndpointName=endpoint)
    assert found["EndpointStatus"] == "InService"
    (variant,) = found["ProductionVariants"]
    assert (variant["VariantName"], variant["CurrentWeight"], variant["CurrentInstanceCount"]) == ("V1", 1.0, 1)


def test_failing_script_is_a_model_error(cloud: Cloud, endpoint: str) -> None:
    runtime = cloud.client("sagemaker-runtime")
    with pytest.raises(runtime.exceptions.ModelError, match=r"Received server error \(500\) from primary") as failed:
        cloud.ask(endpoint, "fail")
    answer = failed.value.response
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 424
    assert answer["OriginalStatusCode"] == 500
    assert answer["OriginalMessage"].startswith("the model cannot answer this")
    assert answer["LogStreamArn"].endswith(f":log-group:/aws/sagemaker/Endpoints/{endpoint}")


def test_script_chooses_the_status_with_the_toolkit_s_error(cloud: Cloud, endpoint: str) -> None:
    runtime = cloud.client("sagemaker-runtime")
    with pytest.raises(runtime.exceptions.ModelError, match=r"Received client error \(400\) from primary") as failed:
        cloud.ask(endpoint, "refuse")
    answer = failed.value.response
    assert answer["OriginalStatusCode"] == 400
    assert answer["OriginalMessage"].startswith("this is no question\nTraceback")


def test_slow_script_is_a_model_error(cloud: Cloud, bucket: str, role: str) -> None:
    own = cloud.endpoint(cloud.config(**{cloud.model(bucket, role): 1}))
    runtime = cloud.client("sagemaker-runtime")
    with pytest.raises(runtime.exceptions.ModelError, match="Your invocation timed out") as failed:
        cloud.ask(own, "sleep")
    assert failed.value.response["OriginalStatusCode"] == 0


def test_output_of_the_script_is_in_cloudwatch_logs(cloud: Cloud, endpoint: str, eventually: Eventually) -> None:
    with pytest.raises(ClientError):
        cloud.ask(endpoint, "fail")
    logs = cloud.client("logs")
    group = f"/aws/sagemaker/Endpoints/{endpoint}"

    def logged() -> bool:
        found = logs.filter_log_events(logGroupName=group)["events"]
        return any("the model cannot answer this" in event["message"] for event in found)

    eventually(logged)


def test_body_over_the_services_limit_is_refused(cloud: Cloud, endpoint: str) -> None:
    with pytest.raises(ClientError, match="less than or equal to 6291456") as refused:
        cloud.client("sagemaker-runtime").invoke_endpoint(EndpointName=endpoint, Body=b"0" * 6_291_457)
    assert refused.value.response["Error"]["Code"] == "ValidationError"


def test_missing_endpoint_is_a_validation_error(cloud: Cloud) -> None:
    with pytest.raises(ClientError, match="Endpoint none of account 000000000000 not found") as refused:
        cloud.ask("none", 1)
    assert refused.value.response["Error"]["Code"] == "ValidationError"


def test_caller_needs_permission_on_the_endpoint(cloud: Cloud, endpoint: str) -> None:
    arn = cloud.client("sagemaker").describe_endpoint(EndpointName=endpoint)["EndpointArn"]
    keys = cloud.user({"Effect": "Allow", "Action": "sagemaker:InvokeEndpoint", "Resource": arn})
    assert cloud.ask(endpoint, 2, keys)["answer"] == 2
    with pytest.raises(ClientError, match="sagemaker:InvokeEndpoint") as refused:
        cloud.ask("another", 2, keys)
    assert refused.value.response["Error"]["Code"] == "AccessDeniedException"
    with pytest.raises(ClientError, match="sagemaker:DescribeEndpoint"):
        cloud.client("sagemaker", keys).describe_endpoint(EndpointName=endpoint)


def test_variants_share_by_weight_and_answer_by_name(cloud: Cloud, bucket: str, role: str) -> None:
    weights = {cloud.model(bucket, role, bias=1): 1, cloud.model(bucket, role, bias=2): 0}
    own = cloud.endpoint(cloud.config(**weights))
    assert {cloud.ask(own, 0)["bias"] for _ in range(10)} == {1}
    assert cloud.ask(own, 0, TargetVariant="V2")["bias"] == 2
    with pytest.raises(ClientError, match="Variant V3 not found"):
        cloud.ask(own, 0, TargetVariant="V3")


@pytest.mark.parametrize(("excluded", "weights"), [([], [1.0, 1.0]), (["DesiredWeight"], [9.0, 1.0])])
def test_a_canary_takes_the_weight_that_the_update_gives_it(
    cloud: Cloud, bucket: str, role: str, excluded: list[str], weights: list[float]
) -> None:
    """What is retained of a variant that stays is its old weight, unless the update says otherwise."""
    first = cloud.model(bucket, role, bias=1)
    own = cloud.endpoint(cloud.config(**{first: 1}))
    canary = cloud.config(**{first: 9, cloud.model(bucket, role, bias=2): 1})
    cloud.client("sagemaker").update_endpoint(
        EndpointName=own,
        EndpointConfigName=canary,
        RetainAllVariantProperties=True,
        ExcludeRetainedVariantProperties=[{"VariantPropertyType": kind} for kind in excluded],
    )
    found = cloud.settled(own)["ProductionVariants"]
    assert [variant["VariantName"] for variant in found] == ["V1", "V2"]
    assert [variant["CurrentWeight"] for variant in found] == weights
    assert [variant["DesiredWeight"] for variant in found] == weights
    assert cloud.ask(own, 0, TargetVariant="V2")["bias"] == 2
    answer = cloud.client("sagemaker-runtime").invoke_endpoint(EndpointName=own, Body=b"1", TargetVariant="V2")
    assert answer["InvokedProductionVariant"] == "V2"


def test_update_loses_no_request(cloud: Cloud, bucket: str, role: str) -> None:
    own = cloud.endpoint(cloud.config(**{cloud.model(bucket, role, bias=1): 1}))
    config = cloud.config(**{cloud.model(bucket, role, bias=2): 1})
    answers: list[int] = []
    failures: list[ClientError] = []
    ended = threading.Event()

    def keep_asking() -> None:
        while not ended.is_set():
            try:
                answers.append(cloud.ask(own, 0)["bias"])
            except ClientError as error:
                failures.append(error)

    asking = threading.Thread(target=keep_asking)
    asking.start()
    cloud.client("sagemaker").update_endpoint(EndpointName=own, EndpointConfigName=config)
    with pytest.raises(ClientError, match="Cannot update in-progress endpoint"):
        cloud.client("sagemaker").delete_endpoint(EndpointName=own)
    found = cloud.settled(own)
    time.sleep(0.2)
    ended.set()
    asking.join()
    assert failures == []
    assert answers == sorted(answers)
    assert set(answers) == {1, 2}
    assert found["EndpointConfigName"] == config


def test_failed_update_leaves_the_endpoint_as_it_was(cloud: Cloud, bucket: str, role: str) -> None:
    config = cloud.config(**{cloud.model(bucket, role, bias=1): 1})
    own = cloud.endpoint(config)
    broken = cloud.config(**{cloud.model(bucket, role, script="raise RuntimeError('no such weights')"): 1})
    cloud.client("sagemaker").update_endpoint(EndpointName=own, EndpointConfigName=broken)
    found = cloud.settled(own)
    assert (found["EndpointStatus"], found["EndpointConfigName"]) == ("InService", config)
    assert "did not pass the ping health check" in found["FailureReason"]
    assert "no such weights" in found["FailureReason"]
    assert cloud.ask(own, 0)["bias"] == 1


def test_script_without_its_hooks_fails_the_endpoint(cloud: Cloud, bucket: str, role: str) -> None:
    script = "def model_fn(model_dir): return None"
    own = cloud.endpoint(cloud.config(**{cloud.model(bucket, role, script=script): 1}))
    found = cloud.settled(own)
    assert found["EndpointStatus"] == "Failed"
    assert "inference.py lacks input_fn, predict_fn, output_fn" in found["FailureReason"]
    with pytest.raises(ClientError, match="is not in service"):
        cloud.ask(own, 0)


def test_role_that_may_not_read_the_model_fails_the_endpoint(cloud: Cloud, bucket: str) -> None:
    own = cloud.endpoint(cloud.config(**{cloud.model(bucket, cloud.role()): 1}))
    found = cloud.settled(own)
    assert found["EndpointStatus"] == "Failed"
    assert found["FailureReason"].startswith("Failed to download model data")


def test_archive_with_a_link_fails_the_endpoint(cloud: Cloud, bucket: str, role: str) -> None:
    model = cloud.model(bucket, role)
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as tar:
        member = tarfile.TarInfo("weights")
        member.type, member.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(member)
    cloud.put(bucket, f"{model}.tar.gz", buffer.getvalue())
    found = cloud.settled(cloud.endpoint(cloud.config(**{model: 1})))
    assert "'weights' is a link or a device" in found["FailureReason"]


def test_dead_container_is_started_anew(cloud: Cloud, bucket: str, role: str, eventually: Eventually) -> None:
    own = cloud.endpoint(cloud.config(**{cloud.model(bucket, role): 1}))
    first = cloud.ask(own, 0)["pid"]
    with pytest.raises(ClientError):
        cloud.ask(own, "die")

    def answers_again() -> bool:
        try:
            return bool(cloud.ask(own, 0)["pid"] != first)
        except ClientError:
            return False

    eventually(answers_again)


def test_deleted_endpoint_is_gone_and_its_parts_can_go_first(
    cloud: Cloud, bucket: str, role: str, eventually: Eventually
) -> None:
    sagemaker = cloud.client("sagemaker")
    model = cloud.model(bucket, role)
    config = cloud.config(**{model: 1})
    own = cloud.endpoint(config)
    sagemaker.delete_model(ModelName=model)
    sagemaker.delete_endpoint_config(EndpointConfigName=config)
    assert cloud.ask(own, 3)["answer"] == 3
    sagemaker.delete_endpoint(EndpointName=own)
    eventually(lambda: own not in [e["EndpointName"] for e in sagemaker.list_endpoints()["Endpoints"]])
    with pytest.raises(ClientError, match=f'Could not find endpoint "arn:aws:sagemaker:.*:endpoint/{own}"'):
        sagemaker.describe_endpoint(EndpointName=own)
    with pytest.raises(ClientError, match=f'Could not find model "arn:aws:sagemaker:.*:model/{model}"'):
        sagemaker.delete_model(ModelName=model)
    with pytest.raises(ClientError, match="Could not find endpoint configuration"):
        sagemaker.create_endpoint(EndpointName=own, EndpointConfigName=config)


def test_names_are_taken_once(cloud: Cloud, bucket: str, role: str, endpoint: str) -> None:
    sagemaker = cloud.client("sagemaker")
    model = cloud.model(bucket, role)
    container = {"Image": "image", "ModelDataUrl": f"s3://{bucket}/{model}.tar.gz"}
    with pytest.raises(ClientError, match="Cannot create already existing model"):
        sagemaker.create_model(ModelName=model, PrimaryContainer=container, ExecutionRoleArn=role)
    config = cloud.config(**{model: 1})
    variants = sagemaker.describe_endpoint_config(EndpointConfigName=config)["ProductionVariants"]
    with pytest.raises(ClientError, match="Cannot create already existing endpoint configuration"):
        sagemaker.create_endpoint_config(EndpointConfigName=config, ProductionVariants=variants)
    with pytest.raises(ClientError, match="Cannot create already existing endpoint "):
        sagemaker.create_endpoint(EndpointName=endpoint, EndpointConfigName=config)
