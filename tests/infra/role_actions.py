"""What each role may do, at the level of actions: the table that the synthesized roles are held against."""

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
        "sagemaker:ListTags",
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
    "cloudwatch:DeleteAlarms",
    "cloudwatch:DescribeAlarms",
    "cloudwatch:PutMetricAlarm",
    "iam:CreateServiceLinkedRole",
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
# Names that are made at run time: keys, log streams, versions of models, scalable targets and their alarms.
MADE_AT_RUN_TIME = (
    ":log-group:/aws/sagemaker/TrainingJobs*",
    ":log-group:/aws/sagemaker/Endpoints*",
    ":training-job/geoclimate-{stage}-*",
    ":model/geoclimate-{stage}-*",
    ":endpoint-config/geoclimate-{stage}-*",
    ":scalable-target/*",
    ":alarm:*",
    ":alarm:TargetTracking-endpoint/geoclimate-{stage}-forecast/variant/AllTraffic-*",
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
