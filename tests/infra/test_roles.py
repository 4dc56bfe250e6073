"""Least privilege: each role may do exactly this, on exactly that, and a wildcard has its reason beside it."""

import pytest

from tests.infra.role_actions import (
    ACCOUNTS_ADMINISTRATION,
    FUNCTIONS,
    MADE_AT_RUN_TIME,
    OBJECT_ACTIONS,
    WITHOUT_RESOURCES,
    expected_roles,
)
from tests.infra.synthesis import Synthesis, listed, written


def test_every_role_may_do_exactly_what_it_needs(stage: Synthesis) -> None:
    # CloudFormation's logical ids end with eight characters of a hash.
    found = {name[:-8]: stage.actions(name) for name in stage.of_type("AWS::IAM::Role")}
    assert found == expected_roles(stage.stage)


def test_every_function_has_a_role_of_its_own(stage: Synthesis) -> None:
    roles = [written(each["Role"]) for each in stage.of_type("AWS::Lambda::Function").values()]
    assert len(set(roles)) == len(roles) == len(FUNCTIONS)


def test_no_action_is_a_wildcard(stage: Synthesis) -> None:
    for role in stage.of_type("AWS::IAM::Role"):
        assert not [action for action in stage.actions(role) if "*" in action], role


def test_no_resource_is_a_wildcard_without_a_reason(stage: Synthesis) -> None:
    known = tuple(ending.format(stage=stage.stage) for ending in MADE_AT_RUN_TIME)
    for role in stage.of_type("AWS::IAM::Role"):
        for statement in stage.statements(role):
            actions = set(listed(statement["Action"]))
            for resource in map(written, listed(statement["Resource"])):
                if resource == "*":
                    assert actions <= WITHOUT_RESOURCES, f"{role}: {actions}"
                elif "*" in resource:
                    objects = actions <= OBJECT_ACTIONS
                    assert objects or resource.endswith(known), f"{role}: {actions} on {resource}"


@pytest.mark.parametrize(
    ("role", "resource", "actions"),
    [
        ("ApiHandlerRole", "StorageStations", {"dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:Query"}),
        ("ApiHandlerRole", "/index/places", {"dynamodb:Query"}),
        ("ApiHandlerRole", "/index/countries", {"dynamodb:Query"}),
        ("ApiHandlerRole", "StorageObservations", {"dynamodb:BatchGetItem", "dynamodb:Query"}),
        ("ApiHandlerRole", "StorageForecasts", {"dynamodb:Query"}),
        ("ApiHandlerRole", "StorageModels", {"dynamodb:GetItem"}),
        ("ApiHandlerRole", "ApiCursorKey", {"kms:GenerateMac"}),
        ("DriftWatchRole", "Arn>/drift/*", {"s3:GetObject", "s3:PutObject"}),
        ("DriftWatchRole", "Arn>/models/*", set()),
        ("DriftWatchRole", ":event-bus/default", {"events:PutEvents"}),
        ("DriftWatchRole", "StorageObservations", {"dynamodb:Query"}),
        ("ForecastingForecastRole", "StorageForecasts", {"dynamodb:PutItem", "dynamodb:Query"}),
        ("ForecastingForecastRole", "StorageVerification", {"dynamodb:GetItem", "dynamodb:PutItem"}),
        ("ForecastingForecastRole", "StorageCircuits", {"dynamodb:GetItem", "dynamodb:PutItem"}),
        ("ForecastingForecastRole", "StorageModels", {"dynamodb:GetItem"}),
        ("ForecastingForecastRole", "StorageWeather", {"dynamodb:Query"}),
        ("ForecastingForecastRole", "Arn>/models/*/registered/*", {"s3:GetObject"}),
        ("TrainingSmokeRole", "StorageWeather", {"dynamodb:Query"}),
        ("ApiHandlerRole", "StorageVerification", {"dynamodb:Query"}),
        ("VerificationVerifyRole", "StorageForecasts", {"dynamodb:BatchGetItem"}),
        ("VerificationVerifyRole", "StorageObservations", {"dynamodb:Query"}),
        ("VerificationVerifyRole", "Arn>/forecasts/*", {"s3:PutObject"}),
        ("IngestionIngestRole", "StorageObservations", {"dynamodb:BatchGetItem", "dynamodb:PutItem"}),
        (
            "IngestionIngestRole",
            "StorageWeather",
            {"dynamodb:BatchGetItem", "dynamodb:BatchWriteItem", "dynamodb:GetItem", "dynamodb:PutItem"},
        ),
        ("IngestionIngestRole", "IngestionQuarantine", {"sqs:SendMessage"}),
        ("IngestionIngestRole", "Arn>/observations/*", {"s3:PutObject"}),
        ("IngestionIngestRole", "Arn>/refused/*", {"s3:PutObject"}),
        ("IngestionIngestRole", "<StorageLake", {"s3:PutObject"}),
        ("BackfillTakeRole", "<StorageLake", {"s3:PutObject"}),
        ("BackfillPlanRole", "Arn>/backfill/*", {"s3:GetObject"}),
        ("BackfillPlanRole", "Arn>/backfill-reports/*", {"s3:PutObject"}),
        ("BackfillTakeRole", "Arn>/backfill/*", {"s3:GetObject", "s3:GetObjectVersion", "s3:PutObject"}),
        ("BackfillTakeRole", "Arn>/backfill-reports/*", set()),
        ("BackfillTakeRole", "StorageObservations", {"dynamodb:BatchGetItem", "dynamodb:PutItem"}),
        ("BackfillConcludeRole", "Arn>/backfill-reports/*", {"s3:GetObject", "s3:PutObject"}),
        ("BackfillConcludeRole", "Arn>/backfill/*", set()),
        ("BackfillWorkflowRole", "Arn>/backfill/*", set()),
        ("BackfillWorkflowRole", ":execution:<BackfillWorkflow", {"states:DescribeExecution", "states:StopExecution"}),
        ("CompactionSurveyRole", "<StorageLake", {"s3:ListBucket"}),
        ("CompactionCompactRole", "Arn>/observations/*", {"s3:DeleteObject", "s3:GetObject", "s3:PutObject"}),
        ("CompactionCompactRole", "Arn>/compacting/*", {"s3:DeleteObject", "s3:GetObject", "s3:PutObject"}),
        ("CompactionCompactRole", "Arn>/refused/*", set()),
        ("ForecastingForecastRole", "StorageObservations", {"dynamodb:Query"}),
        ("BackupsBackupRole", "Arn>/backups/*", {"s3:GetObject"}),
        ("BackupsBackupRole", "StorageObservations", set()),
        ("BackupsBackupWorkflowRole", "StorageScratch", set()),
        ("BackupsBackupWorkflowRole", "Arn>/backups/*", {"s3:AbortMultipartUpload", "s3:PutObject", "s3:PutObjectAcl"}),
        ("BackupsRestoreRole", "StorageScratch", {"dynamodb:BatchGetItem", "dynamodb:BatchWriteItem"}),
        ("BackupsRestoreRole", "BackupsSigningKey", {"kms:VerifyMac"}),
        ("BackupsSealRole", "BackupsSigningKey", {"kms:GenerateMac", "kms:VerifyMac"}),
        ("TrainingTrainingRole", "Arn>/datasets/*", {"s3:GetObject"}),
        ("TrainingTrainingRole", "Arn>/models/*", {"s3:GetObject", "s3:PutObject"}),
        ("TrainingTrainingRole", "Arn>/members/*", {"s3:GetObject", "s3:PutObject"}),
        ("TrainingTrainingRole", "Arn>/checkpoints/*", {"s3:GetObject", "s3:PutObject"}),
        ("TrainingDeploymentEndpointRole", "Arn>/members/*", set()),
        ("TrainingWorkflowRole", "StorageModels", {"dynamodb:GetItem", "dynamodb:PutItem"}),
        (
            "TrainingWorkflowRole",
            "TrainingDeploymentWorkflowMachine",
            {"states:DescribeExecution", "states:StartExecution", "states:StopExecution"},
        ),
        ("TrainingWorkflowRole", ":execution:<TrainingWorkflowMachine", {"states:DescribeExecution"}),
        ("TrainingDeploymentWorkflowRole", ":training-job/", set()),
        ("ApiHandlerRole", "StorageAudit", {"dynamodb:GetItem", "dynamodb:PutItem"}),
        ("ApiWorkRole", "StorageAudit", {"dynamodb:GetItem", "dynamodb:PutItem"}),
        ("ApiAccountsRole", "StorageAudit", {"dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query"}),
        ("ApiHandlerRole", "StorageAccounts", {"dynamodb:GetItem"}),
        ("ApiHandlerRole", "StorageUsage", {"dynamodb:UpdateItem"}),
        ("ApiHandlerRole", "StorageRequests", set()),
        ("ApiWorkRole", "StorageAccounts", {"dynamodb:GetItem"}),
        ("ApiWorkRole", "StorageUsage", {"dynamodb:UpdateItem"}),
        ("ApiWorkRole", "StorageRequests", {"dynamodb:PutItem", "dynamodb:UpdateItem"}),
        (
            "ApiAccountsRole",
            "StorageAccounts",
            {f"dynamodb:{action}" for action in ("DeleteItem", "GetItem", "PutItem", "Query", "UpdateItem")},
        ),
        ("ApiAccountsRole", "StorageUsage", {"dynamodb:Query"}),
        ("ApiAccountsRole", "StorageRequests", {"dynamodb:PutItem", "dynamodb:UpdateItem"}),
        ("PrivacyEraseRole", "StorageRequests", {"dynamodb:BatchWriteItem", "dynamodb:Query"}),
        ("ApiWorkRole", "Arn>/providers/*", {"s3:GetObject", "s3:PutObject"}),
        ("ApiWorkRole", "Arn>/backfill/*", set()),
        (
            "ApiWorkRole",
            "StorageJobs",
            {"dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query", "dynamodb:UpdateItem"},
        ),
        ("ApiWorkRole", ":execution:<JobsWorkflow", {"states:DescribeExecution", "states:StopExecution"}),
        ("ApiWorkRole", "Arn>/*/exports/*", set()),
        ("JobsBulkRole", "Arn>/*/jobs/*", {"s3:GetObject", "s3:PutObject"}),
        ("JobsBulkRole", "StorageJobs", {"dynamodb:GetItem", "dynamodb:UpdateItem"}),
        ("JobsBulkRole", "StorageAccounts", set()),
        ("JobsBulkRole", "StorageStations", {"dynamodb:BatchGetItem"}),
        ("ApiWorkRole", "StorageStations", {"dynamodb:BatchGetItem"}),
        ("ApiWorkRole", "StorageCircuits", {"dynamodb:GetItem", "dynamodb:PutItem"}),
        ("ApiWorkRole", "StorageModels", {"dynamodb:GetItem", "dynamodb:Query"}),
        ("ApiWorkRole", "<TrainingRollbackWorkflowMachine", {"states:DescribeExecution", "states:StartExecution"}),
        ("ApiWorkRole", ":execution:<TrainingRollbackWorkflow", {"states:DescribeExecution"}),
        ("ApiWorkRole", "<TrainingWorkflowMachine", set()),
        ("ApiAccountsRole", "<IdentityUsers", ACCOUNTS_ADMINISTRATION),
        ("ApiAccountsRole", "StorageResults", {"s3:GetObject"}),
        ("ApiAccountsRole", "Arn>/*/exports/*", {"s3:GetObject"}),
        ("ApiAccountsRole", "StorageJobs", set()),
        ("PrivacyExportRole", "StorageAudit", {"dynamodb:Query"}),
        ("PrivacyExportRole", "/index/actors", {"dynamodb:Query"}),
        ("PrivacyExportRole", "StorageJobs", {"dynamodb:Query"}),
        ("PrivacyEraseRole", "StorageAudit", set()),
        ("PrivacyEraseRole", "StorageUsage", {"dynamodb:BatchWriteItem", "dynamodb:Query"}),
        ("PrivacyEraseRole", "StorageUploads", set()),
        ("PrivacyEraseRole", "::/apikeys/*", {"apigateway:DELETE"}),
        ("PrivacyErasingRole", "StorageAccounts", {"dynamodb:UpdateItem"}),
        ("TrainingDeploymentEndpointRole", "Arn>/models/*", {"s3:GetObject"}),
        ("TrainingDeploymentEndpointRole", "Arn>/datasets/*", set()),
        ("TrainingRegisterRole", "Arn>/models/*/registered/*", {"s3:PutObject"}),
        ("TrainingProductionRole", "StorageModels", {"dynamodb:GetItem"}),
        ("TrainingPruneRole", "StorageModels", {"dynamodb:Query"}),
        ("TrainingPruneRole", ":model/", {"sagemaker:DeleteModel"}),
        ("TrainingPruneRole", ":endpoint/", {"sagemaker:DescribeEndpoint"}),
        ("TrainingPruneRole", "StorageArtifacts", set()),
        ("TrainingDatasetRole", "Arn>/datasets/*", {"s3:PutObject"}),
    ],
)
def test_a_role_reaches_a_resource_only_so_far(stage: Synthesis, role: str, resource: str, actions: set[str]) -> None:
    assert stage.actions_on(role, resource) == actions


MAY_DELETE = {
    "CompactionCompactRole": "what it replaced",
    "VerificationVerifyRole": "its own marks",
    "ApiAccountsRole": "keys that their account revokes",
    "KeyExpiryExpireRole": "keys that have ended",
    "PrivacyEraseRole": "what is kept of an account",
    "TrainingPruneRole": "models and configurations that nothing goes back to",
}


def test_no_function_may_delete_but_those_whose_work_it_is(stage: Synthesis) -> None:
    for role in FUNCTIONS.keys() - MAY_DELETE.keys():
        assert not [action for action in stage.actions(role) if ":Delete" in action and action != "sqs:DeleteMessage"]


@pytest.mark.parametrize(
    ("workflow", "passed"),
    [
        ("TrainingWorkflowRole", "TrainingTrainingRole"),
        ("TrainingDeploymentWorkflowRole", "TrainingDeploymentEndpointRole"),
    ],
)
def test_a_workflow_hands_one_role_to_sagemaker_only(stage: Synthesis, workflow: str, passed: str) -> None:
    (passing,) = [each for each in stage.statements(workflow) if each["Action"] == "iam:PassRole"]
    assert passing["Condition"] == {"StringEquals": {"iam:PassedToService": "sagemaker.amazonaws.com"}}
    role, _ = stage.only("AWS::IAM::Role", passed)
    assert written(passing["Resource"]) == f"<{role}.Arn>"


def test_a_training_run_starts_no_machine_but_the_deployment(stage: Synthesis) -> None:
    machine, _ = stage.only("AWS::StepFunctions::StateMachine", "TrainingDeploymentWorkflow")
    starting = [each for each in stage.statements("TrainingWorkflowRole") if each["Action"] == "states:StartExecution"]
    assert [each["Resource"] for each in starting] == [{"Ref": machine}]


def test_metrics_go_to_sagemaker_s_namespace_only(stage: Synthesis) -> None:
    for role in ("TrainingTrainingRole", "TrainingDeploymentEndpointRole"):
        (statement,) = [each for each in stage.statements(role) if each["Action"] == "cloudwatch:PutMetricData"]
        assert statement["Condition"] == {"StringLike": {"cloudwatch:namespace": "/aws/sagemaker/*"}}


def test_a_backfill_lists_only_what_may_be_backfilled(stage: Synthesis) -> None:
    (statement,) = [each for each in stage.statements("BackfillPlanRole") if each["Action"] == "s3:ListBucket"]
    assert statement["Condition"] == {"StringLike": {"s3:prefix": "backfill/*"}}


def test_a_backfill_starts_no_machine_but_itself(stage: Synthesis) -> None:
    machine, _ = stage.only("AWS::StepFunctions::StateMachine", "BackfillWorkflow")
    starting = [each for each in stage.statements("BackfillWorkflowRole") if each["Action"] == "states:StartExecution"]
    assert [each["Resource"] for each in starting] == [{"Ref": machine}]


def test_nobody_may_change_or_delete_what_is_in_the_audit_log(stage: Synthesis) -> None:
    for role in stage.of_type("AWS::IAM::Role"):
        on_audit = stage.actions_on(role, "StorageAudit")
        assert on_audit <= {"dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query"}, role
