"""Least privilege: each role may do exactly this, on exactly that, and a wildcard has its reason beside it."""

import pytest

from tests.infra.synthesis import Synthesis, listed, written

LOGS = {"logs:CreateLogStream", "logs:PutLogEvents"}
TRACING = {"xray:PutTraceSegments", "xray:PutTelemetryRecords"}
READ_OBJECTS = {"kms:Decrypt", "s3:GetObject"}
WRITE_OBJECTS = {"kms:Decrypt", "kms:GenerateDataKey", "s3:PutObject"}
SAGEMAKER_CONTAINER = {
    "cloudwatch:PutMetricData",
    "ecr:BatchCheckLayerAvailability",
    "ecr:BatchGetImage",
    "ecr:GetAuthorizationToken",
    "ecr:GetDownloadUrlForLayer",
    "logs:CreateLogGroup",
    "logs:CreateLogStream",
    "logs:DescribeLogStreams",
    "logs:PutLogEvents",
}
FUNCTIONS = {
    "ApiHandlerRole": {
        "dynamodb:BatchGetItem",
        "dynamodb:GetItem",
        "dynamodb:PutItem",
        "dynamodb:Query",
        "dynamodb:UpdateItem",
        "kms:GenerateMac",
    },
    "ApiAccountsRole": {
        "apigateway:DELETE",
        "apigateway:GET",
        "apigateway:POST",
        "cognito-idp:AdminAddUserToGroup",
        "cognito-idp:AdminGetUser",
        "cognito-idp:AdminListGroupsForUser",
        "cognito-idp:AdminRemoveUserFromGroup",
        "cognito-idp:DescribeUserPool",
        "dynamodb:DeleteItem",
        "dynamodb:GetItem",
        "dynamodb:PutItem",
        "dynamodb:Query",
        "dynamodb:UpdateItem",
        "states:StartExecution",
    }
    | READ_OBJECTS,
    "PrivacyExportRole": {
        "cognito-idp:AdminGetUser",
        "cognito-idp:AdminListGroupsForUser",
        "dynamodb:Query",
        "dynamodb:UpdateItem",
        "s3:ListBucket",
    }
    | WRITE_OBJECTS,
    "PrivacyEraseRole": {
        "apigateway:DELETE",
        "cognito-idp:AdminDeleteUser",
        "cognito-idp:AdminDisableUser",
        "cognito-idp:AdminUserGlobalSignOut",
        "dynamodb:BatchWriteItem",
        "dynamodb:DeleteItem",
        "dynamodb:GetItem",
        "dynamodb:PutItem",
        "dynamodb:Query",
        "dynamodb:UpdateItem",
        "kms:Decrypt",
        "s3:DeleteObject",
        "s3:ListBucket",
    },
    "KeyExpiryExpireRole": {
        "apigateway:DELETE",
        "dynamodb:DeleteItem",
        "dynamodb:GetItem",
        "dynamodb:Query",
        "dynamodb:UpdateItem",
    },
    "ApiWorkRole": {
        "dynamodb:BatchGetItem",
        "dynamodb:GetItem",
        "dynamodb:PutItem",
        "dynamodb:Query",
        "dynamodb:UpdateItem",
        "s3:ListBucket",
        "sagemaker:InvokeEndpoint",
        "states:DescribeExecution",
        "states:StartExecution",
        "states:StopExecution",
    }
    | READ_OBJECTS
    | WRITE_OBJECTS,
    "JobsBulkRole": {
        "dynamodb:BatchGetItem",
        "dynamodb:GetItem",
        "dynamodb:PutItem",
        "dynamodb:Query",
        "dynamodb:UpdateItem",
        "s3:ListBucket",
        "sagemaker:InvokeEndpoint",
    }
    | READ_OBJECTS
    | WRITE_OBJECTS,
    "IngestionIngestRole": {
        "dynamodb:BatchGetItem",
        "dynamodb:BatchWriteItem",
        "dynamodb:GetItem",
        "dynamodb:PutItem",
        "s3:GetObjectVersion",
        "s3:ListBucket",
        "sqs:ChangeMessageVisibility",
        "sqs:DeleteMessage",
        "sqs:GetQueueAttributes",
        "sqs:ReceiveMessage",
        "sqs:SendMessage",
    }
    | READ_OBJECTS
    | WRITE_OBJECTS,
    "BackfillPlanRole": {"s3:ListBucket"} | READ_OBJECTS | WRITE_OBJECTS,
    "BackfillTakeRole": {
        "dynamodb:BatchGetItem",
        "dynamodb:BatchWriteItem",
        "dynamodb:GetItem",
        "dynamodb:PutItem",
        "s3:GetObjectVersion",
        "s3:ListBucket",
    }
    | READ_OBJECTS
    | WRITE_OBJECTS,
    "BackfillConcludeRole": READ_OBJECTS | WRITE_OBJECTS,
    "CompactionSurveyRole": {"s3:ListBucket"},
    "CompactionCompactRole": {"s3:DeleteObject", "s3:ListBucket"} | READ_OBJECTS | WRITE_OBJECTS,
    "DriftWatchRole": {"dynamodb:Query", "events:PutEvents", "s3:ListBucket"} | READ_OBJECTS | WRITE_OBJECTS,
    "ForecastingForecastRole": {
        "dynamodb:GetItem",
        "dynamodb:PutItem",
        "dynamodb:Query",
        "s3:ListBucket",
        "sagemaker:InvokeEndpoint",
    }
    | READ_OBJECTS,
    "VerificationVerifyRole": {
        "dynamodb:BatchGetItem",
        "dynamodb:BatchWriteItem",
        "dynamodb:DeleteItem",
        "dynamodb:GetItem",
        "dynamodb:PutItem",
        "dynamodb:Query",
    }
    | WRITE_OBJECTS,
    "TrainingDatasetRole": {"dynamodb:Query"} | WRITE_OBJECTS,
    "TrainingRegisterRole": {"dynamodb:GetItem", "dynamodb:PutItem", "s3:ListBucket"} | READ_OBJECTS | WRITE_OBJECTS,
    "TrainingSmokeRole": {"dynamodb:Query", "sagemaker:InvokeEndpoint"},
    "TrainingProductionRole": {"dynamodb:GetItem"},
    "TrainingPruneRole": {
        "dynamodb:Query",
        "sagemaker:DeleteEndpointConfig",
        "sagemaker:DeleteModel",
        "sagemaker:DescribeEndpoint",
        "sagemaker:DescribeEndpointConfig",
        "sagemaker:ListEndpointConfigs",
        "sagemaker:ListModels",
    },
    "TrainingPromoteRole": {"dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"},
    "BackupsBackupRole": {"s3:ListBucket"} | READ_OBJECTS,
    "BackupsSealRole": {"kms:GenerateMac", "kms:VerifyMac", "s3:ListBucket"} | READ_OBJECTS | WRITE_OBJECTS,
    "BackupsRestoreRole": {"dynamodb:BatchGetItem", "dynamodb:BatchWriteItem", "kms:VerifyMac", "s3:ListBucket"}
    | READ_OBJECTS,
}
ACCOUNTS_ADMINISTRATION = {
    "cognito-idp:AdminAddUserToGroup",
    "cognito-idp:AdminGetUser",
    "cognito-idp:AdminListGroupsForUser",
    "cognito-idp:AdminRemoveUserFromGroup",
    "cognito-idp:DescribeUserPool",
}
LOG_DELIVERY = {
    "logs:CreateLogDelivery",
    "logs:DeleteLogDelivery",
    "logs:DescribeLogGroups",
    "logs:DescribeResourcePolicies",
    "logs:GetLogDelivery",
    "logs:ListLogDeliveries",
    "logs:PutResourcePolicy",
    "logs:UpdateLogDelivery",
}
WORKFLOW_TRACING = TRACING | {"xray:GetSamplingRules", "xray:GetSamplingTargets"}
WORKFLOWS = {
    "TrainingWorkflowRole": {
        "dynamodb:GetItem",
        "dynamodb:PutItem",
        "events:DescribeRule",
        "events:PutRule",
        "events:PutTargets",
        "iam:PassRole",
        "lambda:InvokeFunction",
        "sagemaker:AddTags",
        "sagemaker:CreateTrainingJob",
        "sagemaker:DescribeTrainingJob",
        "sagemaker:StopTrainingJob",
        "states:DescribeExecution",
        "states:StartExecution",
        "states:StopExecution",
    },
    "TrainingDeploymentWorkflowRole": {
        "cloudwatch:DescribeAlarms",
        "iam:PassRole",
        "lambda:InvokeFunction",
        "sagemaker:AddTags",
        "sagemaker:CreateEndpoint",
        "sagemaker:CreateEndpointConfig",
        "sagemaker:CreateModel",
        "sagemaker:DeleteEndpoint",
        "sagemaker:DescribeEndpoint",
        "sagemaker:DescribeEndpointConfig",
        "sagemaker:UpdateEndpoint",
    },
    "TrainingRollbackWorkflowRole": {
        "lambda:InvokeFunction",
        "sagemaker:DescribeEndpoint",
        "sagemaker:DescribeEndpointConfig",
        "sagemaker:UpdateEndpoint",
    },
    "BackupsBackupWorkflowRole": {
        "dynamodb:DescribeExport",
        "dynamodb:ExportTableToPointInTime",
        "lambda:InvokeFunction",
        "s3:AbortMultipartUpload",
        "s3:PutObjectAcl",
    }
    | WRITE_OBJECTS,
    "BackupsRestoreWorkflowRole": {"lambda:InvokeFunction"},
    "JobsWorkflowRole": {"lambda:InvokeFunction"},
    "PrivacyExportingRole": {"dynamodb:UpdateItem", "lambda:InvokeFunction"},
    "PrivacyErasingRole": {"dynamodb:UpdateItem", "lambda:InvokeFunction"},
    "CompactionWorkflowRole": {"lambda:InvokeFunction"},
    "BackfillWorkflowRole": {
        "lambda:InvokeFunction",
        "s3:AbortMultipartUpload",
        "s3:ListMultipartUploadParts",
        "states:DescribeExecution",
        "states:StartExecution",
        "states:StopExecution",
    }
    | READ_OBJECTS
    | WRITE_OBJECTS,
}
SCALING = {
    "application-autoscaling:PutScalingPolicy",
    "application-autoscaling:RegisterScalableTarget",
    "sagemaker:DescribeEndpoint",
    "sagemaker:DescribeEndpointConfig",
    "sagemaker:UpdateEndpointWeightsAndCapacities",
}
# Actions that AWS gives no resource to name, so their statements must say `*`.
WITHOUT_RESOURCES = (
    LOG_DELIVERY
    | WORKFLOW_TRACING
    | {"cloudwatch:PutMetricData", "ecr:GetAuthorizationToken"}
    | {"sagemaker:ListEndpointConfigs", "sagemaker:ListModels"}
)
OBJECT_ACTIONS = {
    "s3:AbortMultipartUpload",
    "s3:DeleteObject",
    "s3:GetObject",
    "s3:GetObjectVersion",
    "s3:ListMultipartUploadParts",
    "s3:PutObject",
    "s3:PutObjectAcl",
}
# Names that are made at run time: keys, log streams, versions of models, scalable targets.
MADE_AT_RUN_TIME = (
    ":log-group:/aws/sagemaker/TrainingJobs*",
    ":log-group:/aws/sagemaker/Endpoints*",
    ":training-job/geoclimate-{stage}-*",
    ":model/geoclimate-{stage}-*",
    ":endpoint-config/geoclimate-{stage}-*",
    ":scalable-target/*",
    ":alarm:*",
    ".Name>:*",
    ".Arn>/export/*",
    ".Name>/*",
    "::/apikeys/*",
    "::/usageplans/*/keys",
    "::/usageplans/*/keys/*",
)


def expected_roles(stage: str) -> dict[str, set[str]]:
    tracing = set() if stage == "local" else TRACING
    workflow_tracing = set() if stage == "local" else WORKFLOW_TRACING
    roles = {name: actions | LOGS | tracing for name, actions in FUNCTIONS.items()}
    roles |= {name: actions | LOG_DELIVERY | workflow_tracing for name, actions in WORKFLOWS.items()}
    roles |= {
        "TrainingTrainingRole": SAGEMAKER_CONTAINER | READ_OBJECTS | WRITE_OBJECTS | {"s3:ListBucket"},
        "TrainingDeploymentEndpointRole": SAGEMAKER_CONTAINER | READ_OBJECTS,
        "BackupsBackupWorkflowMachineEventsRole": {"states:StartExecution"},
        "TrainingWorkflowMachineEventsRole": {"states:StartExecution"},
        "CompactionWorkflowMachineEventsRole": {"states:StartExecution"},
        "ApiRestCloudWatchRole": set(),
    }
    if stage == "prod":
        roles["EndpointScalingWorkflowRole"] = SCALING | LOG_DELIVERY | workflow_tracing
        roles["EndpointScalingWorkflowMachineEventsRole"] = {"states:StartExecution"}
    return roles


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
        ("ApiAccountsRole", "StorageRequests", {"dynamodb:PutItem", "dynamodb:UpdateItem"}),
        ("PrivacyEraseRole", "StorageRequests", {"dynamodb:BatchWriteItem", "dynamodb:Query"}),
        ("ApiWorkRole", "Arn>/providers/*", {"s3:GetObject", "s3:PutObject"}),
        ("ApiWorkRole", "Arn>/backfill/*", set()),
        (
            "ApiWorkRole",
            "StorageJobs",
            {"dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query", "dynamodb:UpdateItem"},
        ),
        (
            "ApiAccountsRole",
            "StorageAccounts",
            {f"dynamodb:{action}" for action in ("DeleteItem", "GetItem", "PutItem", "Query", "UpdateItem")},
        ),
        ("ApiAccountsRole", "StorageUsage", {"dynamodb:Query"}),
        ("ApiWorkRole", ":execution:<JobsWorkflow", {"states:DescribeExecution", "states:StopExecution"}),
        ("ApiWorkRole", "Arn>/*/exports/*", set()),
        ("JobsBulkRole", "Arn>/*/jobs/*", {"s3:GetObject", "s3:PutObject"}),
        ("JobsBulkRole", "StorageJobs", {"dynamodb:GetItem", "dynamodb:UpdateItem"}),
        ("JobsBulkRole", "StorageAccounts", set()),
        ("ApiWorkRole", "StorageCircuits", {"dynamodb:GetItem", "dynamodb:PutItem"}),
        ("JobsBulkRole", "StorageStations", {"dynamodb:BatchGetItem"}),
        ("ApiWorkRole", "StorageStations", {"dynamodb:BatchGetItem"}),
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
