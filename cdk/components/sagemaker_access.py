"""What SageMaker's jobs and endpoints run as, and in which containers."""

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import region_info
from constructs import Construct

from cdk.components.access import allow
from cdk.config import Stage


def sagemaker_role(scope: Construct, construct_id: str, *, stage: Stage, what: str, log_folder: str) -> iam.Role:
    """A role that SageMaker takes: its container's logs, metrics and image, and nothing of ours yet.

    Args:
        scope: Where the role is made.
        construct_id: Its id.
        stage: The deployment.
        what: What takes it, for the description.
        log_folder: The part of `/aws/sagemaker/` that its logs go to.
    """
    stack = cdk.Stack.of(scope)
    role = iam.Role(
        scope,
        construct_id,
        assumed_by=iam.ServicePrincipal("sagemaker.amazonaws.com"),
        description=f"What the {what} of {stage.stack_name} may do",
    )
    log_groups = stack.format_arn(
        service="logs",
        resource="log-group",
        resource_name=f"/aws/sagemaker/{log_folder}*",
        arn_format=cdk.ArnFormat.COLON_RESOURCE_NAME,
    )
    allow(
        role,
        ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
        [log_groups],
        wildcard_reason="SageMaker names the groups and streams of its containers.",
    )
    allow(
        role,
        ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
        [
            stack.format_arn(
                service="ecr",
                account=stack.regional_fact(region_info.FactName.DLC_REPOSITORY_ACCOUNT),
                resource="repository",
                resource_name=image.split(":", 1)[0],
            )
            for image in (stage.training.image, stage.endpoint.image)
        ],
    )
    allow(role, ["ecr:GetAuthorizationToken"], ["*"], wildcard_reason="A registry token has no resource to name.")
    allow(
        role,
        ["cloudwatch:PutMetricData"],
        ["*"],
        conditions={"StringLike": {"cloudwatch:namespace": "/aws/sagemaker/*"}},
        wildcard_reason="Metrics have no resource to name; the namespace is named instead.",
    )
    return role


def allow_passing(role: iam.Role, passed: iam.Role) -> None:
    """Let a workflow's role hand a role to SageMaker, and to nobody else."""
    allow(
        role,
        ["iam:PassRole"],
        [passed.role_arn],
        conditions={"StringEquals": {"iam:PassedToService": "sagemaker.amazonaws.com"}},
    )


def sagemaker_arn(scope: Construct, kind: str, name: str) -> str:
    """ARN of a SageMaker resource: `training-job`, `model`, `endpoint-config` or `endpoint`."""
    return cdk.Stack.of(scope).format_arn(service="sagemaker", resource=kind, resource_name=name)


def container_image(scope: Construct, repository_and_tag: str) -> str:
    """Address of one of AWS's own containers in the region of the stack."""
    stack = cdk.Stack.of(scope)
    # AWS publishes its containers from another account in some regions; the template carries the table.
    account = stack.regional_fact(region_info.FactName.DLC_REPOSITORY_ACCOUNT)
    return f"{account}.dkr.ecr.{stack.region}.{stack.url_suffix}/{repository_and_tag}"
