"""The patches of the Distributed Map, seen from outside; as in test_patches.py."""

import json
from typing import Any

from tests.integration.local.cloud.cases import cases, name_of
from tests.integration.local.cloud.servers import Clouds, Server, wait_for

ANYTHING = {"Effect": "Allow", "Action": "*", "Resource": "*"}
PASS = {"Only": {"Type": "Pass", "End": True}}


def distributed(states: dict[str, Any], start: str, **fields: Any) -> dict[str, Any]:
    """A machine of one Distributed Map over `items`."""
    processor = {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}}
    state = {
        "Type": "Map",
        "Label": "Items",
        "ItemsPath": "$.items",
        "ItemProcessor": processor | {"StartAt": start, "States": states},
        "End": True,
    }
    return {"StartAt": "Map", "States": {"Map": state | fields}}


def writer(bucket: str, **config: str) -> dict[str, Any]:
    target = {"Bucket": bucket, "Prefix": "results"}
    found: dict[str, Any] = {"Resource": "arn:aws:states:::s3:putObject", "Parameters": target}
    return found | ({"WriterConfig": config} if config else {})


@cases("bound_maps_by_their_path", right=2, wrong=0)
def test_a_map_is_bounded_by_its_input(clouds: Clouds, left_out: str | None, expected: int) -> None:
    server, name = clouds(left_out), name_of("bounded")
    machine = distributed(PASS, "Only", MaxConcurrencyPath="$.bound")
    execution = server.run(name, machine, server.role(name, ANYTHING), {"items": [1, 2, 3], "bound": 2})
    assert map_run(server, execution["executionArn"])["maxConcurrency"] == expected


@cases("write_map_results", right=["FAILED_0.jsonl", "SUCCEEDED_0.jsonl", "manifest.json"], wrong=[])
def test_a_map_writes_what_became_of_each_item(clouds: Clouds, left_out: str | None, expected: list[str]) -> None:
    server, name = clouds(left_out), name_of("written")
    server.client("s3").create_bucket(Bucket=name)
    states = {
        "Odd": {
            "Type": "Choice",
            "Choices": [{"Variable": "$", "NumericEquals": 2, "Next": "Refuse"}],
            "Default": "Only",
        },
        "Refuse": {"Type": "Fail", "Error": "Even", "Cause": "two is even"},
        **PASS,
    }
    fields = {
        "ToleratedFailurePercentage": 100,
        "ResultWriter": writer(name, Transformation="NONE", OutputType="JSONL"),
    }
    machine = distributed(states, "Odd", **fields)
    execution = server.run(name, machine, server.role(name, ANYTHING), {"items": [1, 2, 3]})
    assert execution["status"] == "SUCCEEDED"
    s3 = server.client("s3")
    keys = [each["Key"] for each in s3.list_objects_v2(Bucket=name).get("Contents", [])]
    assert sorted(key.rsplit("/", 1)[-1] for key in keys) == expected
    if keys:
        output = json.loads(execution["output"])
        assert output["ResultWriterDetails"] == {"Bucket": name, "Key": next(k for k in keys if "manifest" in k)}
        bodies = {key: s3.get_object(Bucket=name, Key=key)["Body"].read() for key in keys}
        listed = json.loads(bodies[output["ResultWriterDetails"]["Key"]])["ResultFiles"]
        sizes = {len(bodies[file["Key"]]) - file["Size"] for files in listed.values() for file in files}
        assert sizes == {0}
        assert listed["PENDING"] == []
        (failed,) = [json.loads(line) for line in bodies[listed["FAILED"][0]["Key"]].splitlines()]
        assert (failed["Input"], failed["Status"], failed["Error"], failed["Cause"]) == (
            "2",
            "FAILED",
            "Even",
            "two is even",
        )
        succeeded = [json.loads(line) for line in bodies[listed["SUCCEEDED"][0]["Key"]].splitlines()]
        assert sorted(each["Output"] for each in succeeded) == ["1", "3"]


@cases("stop_maps_with_their_execution", right=("ABORTED", True), wrong=("SUCCEEDED", False))
def test_a_stopped_execution_starts_no_more_items(
    clouds: Clouds, left_out: str | None, expected: tuple[str, bool]
) -> None:
    server, name = clouds(left_out), name_of("stopped")
    states = {"Wait": {"Type": "Wait", "Seconds": 1, "End": True}}
    role = server.role(name, ANYTHING)
    client = server.client("stepfunctions")
    definition = json.dumps(distributed(states, "Wait", MaxConcurrency=1))
    machine = client.create_state_machine(name=name, definition=definition, roleArn=role)["stateMachineArn"]
    arn = client.start_execution(stateMachineArn=machine, input=json.dumps({"items": [1, 2, 3]}))["executionArn"]
    wait_for(lambda: client.list_map_runs(executionArn=arn)["mapRuns"] or None)
    client.stop_execution(executionArn=arn)
    run = wait_for(lambda: ended(map_run(server, arn)))
    assert (run["status"], run["itemCounts"]["aborted"] > 0) == expected
    assert client.describe_execution(executionArn=arn)["status"] == "ABORTED"


@cases("enforce_state_machine_roles", right=("FAILED", "States.Permissions"), wrong=("SUCCEEDED", None))
def test_a_map_without_the_right_to_start_its_children_fails(
    clouds: Clouds, left_out: str | None, expected: tuple[str, str | None]
) -> None:
    server, name = clouds(left_out), name_of("children")
    execution = server.run(name, distributed(PASS, "Only"), server.role(name), {"items": [1]})
    assert (execution["status"], execution.get("error")) == expected


@cases("enforce_state_machine_roles", right=("FAILED", "States.ResultWriterFailed"), wrong=("SUCCEEDED", None))
def test_a_map_writes_only_where_its_role_may(
    clouds: Clouds, left_out: str | None, expected: tuple[str, str | None]
) -> None:
    server, name = clouds(left_out), name_of("writes")
    server.client("s3").create_bucket(Bucket=name)
    role = server.role(name, {"Effect": "Allow", "Action": "states:StartExecution", "Resource": "*"})
    machine = distributed(PASS, "Only", ResultWriter=writer(name))
    execution = server.run(name, machine, role, {"items": [1]})
    assert (execution["status"], execution.get("error")) == expected


def map_run(server: Server, execution: str) -> dict[str, Any]:
    client = server.client("stepfunctions")
    (run,) = client.list_map_runs(executionArn=execution)["mapRuns"]
    found: dict[str, Any] = client.describe_map_run(mapRunArn=run["mapRunArn"])
    return found


def ended(run: dict[str, Any]) -> dict[str, Any] | None:
    return None if run["status"] == "RUNNING" else run
