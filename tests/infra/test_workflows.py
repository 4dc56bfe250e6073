"""The state machines as they are deployed: substituted, reachable, patient, and allowed to do what they say."""

import json
import re
from collections.abc import Iterator
from typing import Any

from tests.infra.synthesis import Synthesis, written

WORKFLOWS = {
    "training": "TrainingWorkflow",
    "deployment": "TrainingDeploymentWorkflow",
    "rollback": "TrainingRollbackWorkflow",
    "job": "JobsWorkflow",
    "backfill": "BackfillWorkflow",
    "compaction": "CompactionWorkflow",
    "backup": "BackupsBackupWorkflow",
    "restore": "BackupsRestoreWorkflow",
    "export_account": "PrivacyExporting",
    "erase_account": "PrivacyErasing",
    "scaling": "EndpointScalingWorkflow",
}
NAME_ACCOUNTS = {"job", "export_account", "erase_account"}
"""Their inputs name an account, and a log outlives its erasure."""
# What a role must be allowed for each integration; docs.aws.amazon.com/step-functions, "Integrating services".
ALLOWED = {
    "lambda:invoke": {"lambda:InvokeFunction"},
    "sagemaker:createTrainingJob.sync": {
        "sagemaker:CreateTrainingJob",
        "sagemaker:DescribeTrainingJob",
        "sagemaker:StopTrainingJob",
        "sagemaker:AddTags",
        "iam:PassRole",
        "events:PutTargets",
        "events:PutRule",
        "events:DescribeRule",
    },
    "sagemaker:createModel": {"sagemaker:CreateModel", "sagemaker:AddTags", "iam:PassRole"},
    "sagemaker:createEndpointConfig": {"sagemaker:CreateEndpointConfig", "sagemaker:AddTags"},
    "sagemaker:createEndpoint": {"sagemaker:CreateEndpoint", "sagemaker:AddTags"},
    "states:startExecution.sync:2": {
        "states:StartExecution",
        "states:DescribeExecution",
        "states:StopExecution",
        "events:PutTargets",
        "events:PutRule",
        "events:DescribeRule",
    },
    "dynamodb:getItem": {"dynamodb:GetItem"},
    "dynamodb:putItem": {"dynamodb:PutItem"},
    "dynamodb:updateItem": {"dynamodb:UpdateItem"},
    "aws-sdk:sfn:describeExecution": {"states:DescribeExecution"},
    "aws-sdk:sagemaker:updateEndpoint": {"sagemaker:UpdateEndpoint"},
    "aws-sdk:sagemaker:describeEndpointConfig": {"sagemaker:DescribeEndpointConfig"},
    "aws-sdk:cloudwatch:describeAlarms": {"cloudwatch:DescribeAlarms"},
    "aws-sdk:sagemaker:describeEndpoint": {"sagemaker:DescribeEndpoint"},
    "aws-sdk:sagemaker:deleteEndpoint": {"sagemaker:DeleteEndpoint"},
    "aws-sdk:dynamodb:exportTableToPointInTime": {
        "dynamodb:ExportTableToPointInTime",
        "kms:Decrypt",
        "kms:GenerateDataKey",
        "s3:AbortMultipartUpload",
        "s3:PutObject",
        "s3:PutObjectAcl",
    },
    "aws-sdk:dynamodb:describeExport": {"dynamodb:DescribeExport"},
    "aws-sdk:applicationautoscaling:registerScalableTarget": {"application-autoscaling:RegisterScalableTarget"},
    "aws-sdk:applicationautoscaling:putScalingPolicy": {"application-autoscaling:PutScalingPolicy"},
}


# What a role must be allowed for a Distributed Map: "IAM policies for using Distributed Map state", same guide.
DISTRIBUTED_MAP = {
    "kms:Decrypt",
    "kms:GenerateDataKey",
    "s3:AbortMultipartUpload",
    "s3:GetObject",
    "s3:ListMultipartUploadParts",
    "s3:PutObject",
    "states:DescribeExecution",
    "states:StartExecution",
    "states:StopExecution",
}


def deployed(synthesis: Synthesis) -> list[str]:
    return [name for name in WORKFLOWS if name != "scaling" or synthesis.stage == "prod"]


def definition_of(synthesis: Synthesis, name: str) -> dict[str, Any]:
    """The definition with its substitutions, as CloudFormation makes it."""
    _, machine = synthesis.only("AWS::StepFunctions::StateMachine", WORKFLOWS[name])
    text = synthesis.asset(machine["DefinitionS3Location"]["Key"]).read_text()
    for placeholder, value in machine["DefinitionSubstitutions"].items():
        text = text.replace(f"${{{placeholder}}}", written(value))
    parsed: dict[str, Any] = json.loads(text)
    return parsed


def machines_in(definition: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The machine itself and those inside its Map and Parallel states."""
    yield definition
    for state in definition["States"].values():
        for inner in [state["ItemProcessor"]] if "ItemProcessor" in state else state.get("Branches", []):
            yield from machines_in(inner)


def tasks_in(definition: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for machine in machines_in(definition):
        yield from ((name, state) for name, state in machine["States"].items() if state["Type"] == "Task")


def followers(state: dict[str, Any]) -> Iterator[str]:
    for source in (state, *state.get("Choices", []), *state.get("Catch", [])):
        yield from (source[key] for key in ("Next", "Default") if key in source)


def test_these_state_machines_are_deployed(stage: Synthesis) -> None:
    assert len(stage.of_type("AWS::StepFunctions::StateMachine")) == len(deployed(stage))


def test_every_placeholder_is_filled_and_none_is_left_over(stage: Synthesis) -> None:
    for name in deployed(stage):
        _, machine = stage.only("AWS::StepFunctions::StateMachine", WORKFLOWS[name])
        text = stage.asset(machine["DefinitionS3Location"]["Key"]).read_text()
        placeholders = set(re.findall(r"\$\{(\w+)\}", text))
        assert placeholders == machine["DefinitionSubstitutions"].keys(), name
        assert "${" not in json.dumps(definition_of(stage, name)), name


def test_every_state_can_be_reached_and_every_next_exists(stage: Synthesis) -> None:
    for name in deployed(stage):
        for machine in machines_in(definition_of(stage, name)):
            reached: set[str] = set()
            pending = [machine["StartAt"]]
            while pending:
                state = pending.pop()
                if state not in reached:
                    reached.add(state)
                    pending.extend(followers(machine["States"][state]))
            assert reached == machine["States"].keys(), name


def test_every_task_has_a_timeout_a_retry_and_a_catch(stage: Synthesis) -> None:
    for name in deployed(stage):
        for state, task in tasks_in(definition_of(stage, name)):
            assert {"Retry", "Catch"} <= task.keys(), f"{name}: {state}"
            assert task.get("TimeoutSeconds", 0) > 0 or "TimeoutSecondsPath" in task, f"{name}: {state}"


def test_a_function_s_own_timeout_comes_before_its_state_s(stage: Synthesis) -> None:
    functions = stage.of_type("AWS::Lambda::Function")
    for name in deployed(stage):
        for state, task in tasks_in(definition_of(stage, name)):
            if task["Resource"].endswith("lambda:invoke"):
                logical_id = task["Parameters"]["FunctionName"].removeprefix("<").removesuffix(".Arn>")
                assert functions[logical_id]["Timeout"] < task["TimeoutSeconds"], f"{name}: {state}"


def test_every_integration_is_allowed_by_the_role(stage: Synthesis) -> None:
    for name in deployed(stage):
        allowed = stage.actions(f"{WORKFLOWS[name]}Role")
        for state, task in tasks_in(definition_of(stage, name)):
            integration = task["Resource"].removeprefix("arn:aws:states:::")
            assert ALLOWED[integration] <= allowed, f"{name}: {state}"


def test_a_distributed_map_is_bounded_and_allowed_by_the_role(stage: Synthesis) -> None:
    states = definition_of(stage, "backfill")["States"].values()
    (state,) = [each for each in states if each["Type"] == "Map"]
    assert state["ItemProcessor"]["ProcessorConfig"]["Mode"] == "DISTRIBUTED"
    assert state["MaxConcurrencyPath"] == "$.plan.concurrency"
    assert stage.actions("BackfillWorkflowRole") >= DISTRIBUTED_MAP
    _, function = stage.only("AWS::Lambda::Function", "BackfillPlan")
    bound = {"local": "2", "dev": "10", "prod": "40"}[stage.stage]
    assert function["Environment"]["Variables"]["GEOCLIMATE_MOST_AT_ONCE"] == bound


def test_every_function_that_is_invoked_may_be(stage: Synthesis) -> None:
    for name in deployed(stage):
        for state, task in tasks_in(definition_of(stage, name)):
            if task["Resource"].endswith("lambda:invoke"):
                function = task["Parameters"]["FunctionName"]
                assert stage.actions_on(f"{WORKFLOWS[name]}Role", function) == {"lambda:InvokeFunction"}, state


def test_every_execution_is_logged_and_in_full_where_it_names_no_account(stage: Synthesis) -> None:
    for name in deployed(stage):
        _, machine = stage.only("AWS::StepFunctions::StateMachine", WORKFLOWS[name])
        assert machine["LoggingConfiguration"]["Level"] == "ALL"
        assert machine["LoggingConfiguration"]["IncludeExecutionData"] is (name not in NAME_ACCOUNTS)
        assert machine.get("TracingConfiguration", {}).get("Enabled", False) is (stage.stage != "local")


def test_the_logs_of_executions_need_no_room_in_the_accounts_policy(stage: Synthesis) -> None:
    """Log groups of other names are each named in one policy, which an account may fill to 5,120 characters."""
    names = []
    for machine in stage.of_type("AWS::StepFunctions::StateMachine").values():
        (destination,) = machine["LoggingConfiguration"]["Destinations"]
        group, _ = destination["CloudWatchLogsLogGroup"]["LogGroupArn"]["Fn::GetAtt"]
        names.append(stage.of_type("AWS::Logs::LogGroup")[group]["LogGroupName"])
    assert all(name.startswith(f"/aws/vendedlogs/states/GeoClimate-{stage.stage}-") for name in names), names
    assert len(set(names)) == len(names)


def test_the_lake_is_compacted_every_day(stage: Synthesis) -> None:
    _, rule = stage.only("AWS::Events::Rule", "CompactionSchedule")
    machine, _ = stage.only("AWS::StepFunctions::StateMachine", WORKFLOWS["compaction"])
    assert (rule["ScheduleExpression"], rule["State"]) == ("rate(1 day)", "ENABLED")
    assert [(each["Arn"], each["Input"]) for each in rule["Targets"]] == [({"Ref": machine}, "{}")]


def test_a_lake_is_surveyed_with_the_stage_s_limit(stage: Synthesis) -> None:
    _, survey = stage.only("AWS::Lambda::Function", "CompactionSurvey")
    assert int(survey["Environment"]["Variables"]["GEOCLIMATE_SMALL_FILES"]) > 0


def test_backups_are_taken_every_hour(stage: Synthesis) -> None:
    _, rule = stage.only("AWS::Events::Rule", "BackupsSchedule")
    machine, _ = stage.only("AWS::StepFunctions::StateMachine", WORKFLOWS["backup"])
    assert rule["ScheduleExpression"] == "rate(1 hour)"
    assert rule["State"] == "ENABLED"
    assert [(each["Arn"], each["Input"]) for each in rule["Targets"]] == [({"Ref": machine}, "{}")]
