"""Lets the endpoint's instances follow the load.

The training workflow makes the endpoint, so it does not exist when the stack is deployed and a scaling target in the
template would fail. Instead, each time the endpoint comes into service, a small workflow registers the target and its
policy; both calls are the same the second time.
"""

from typing import Final

import aws_cdk as cdk
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from constructs import Construct

from cdk.components.access import allow
from cdk.components.workflow import Workflow
from cdk.config import Stage

_SERVICE: Final = "sagemaker.application-autoscaling.amazonaws.com"
_SERVICE_ROLE: Final = f"aws-service-role/{_SERVICE}/AWSServiceRoleForApplicationAutoScaling_SageMakerEndpoint"


class EndpointScaling(Construct):
    """Target tracking on invocations an instance, for the endpoint of a stage.

    Attributes:
        workflow: The workflow that registers target and policy.
    """

    def __init__(self, scope: Construct, construct_id: str, *, stage: Stage) -> None:
        super().__init__(scope, construct_id)
        target = f"endpoint/{stage.endpoint_name}/variant/AllTraffic"
        self.workflow = Workflow(
            self,
            "Workflow",
            stage=stage,
            file="scaling.asl.json",
            description="Registers the endpoint's scaling target and policy",
            substitutions={
                "ResourceId": target,
                "PolicyName": f"{stage.endpoint_name}-invocations",
                "MinInstances": str(stage.endpoint.min_instances),
                "MaxInstances": str(stage.endpoint.max_instances),
                "InvocationsPerInstance": str(stage.endpoint.invocations_per_instance),
            },
        )
        stack = cdk.Stack.of(self)
        allow(
            self.workflow.role,
            ["application-autoscaling:PutScalingPolicy", "application-autoscaling:RegisterScalableTarget"],
            [stack.format_arn(service="application-autoscaling", resource="scalable-target", resource_name="*")],
            conditions={"StringEquals": {"application-autoscaling:service-namespace": "sagemaker"}},
            wildcard_reason="A scalable target's id is made when it is registered; the service is named instead.",
        )
        # Registering checks the endpoint and sets its instances with the caller's permissions.
        allow(
            self.workflow.role,
            [
                "sagemaker:DescribeEndpoint",
                "sagemaker:DescribeEndpointConfig",
                "sagemaker:UpdateEndpointWeightsAndCapacities",
            ],
            [
                stack.format_arn(service="sagemaker", resource="endpoint", resource_name=stage.endpoint_name),
                stack.format_arn(service="sagemaker", resource="endpoint-config", resource_name=f"{stage.prefix}-*"),
            ],
            wildcard_reason="Each model version gets an endpoint configuration of its own.",
        )
        self._allow_on_behalf(stack, target)
        events.Rule(
            self,
            "InService",
            description="The endpoint came into service",
            event_pattern=events.EventPattern(
                source=["aws.sagemaker"],
                detail_type=["SageMaker Endpoint State Change"],
                detail={"EndpointName": [stage.endpoint_name], "EndpointStatus": ["IN_SERVICE"]},
            ),
            targets=[targets.SfnStateMachine(self.workflow.machine, input=events.RuleTargetInput.from_object({}))],
        )

    def _allow_on_behalf(self, stack: cdk.Stack, target: str) -> None:
        """Allow what Application Auto Scaling does as its caller: make its own role once an account, and alarms."""
        allow(
            self.workflow.role,
            ["iam:CreateServiceLinkedRole"],
            [stack.format_arn(service="iam", region="", resource="role", resource_name=_SERVICE_ROLE)],
            conditions={"StringEquals": {"iam:AWSServiceName": _SERVICE}},
        )
        allow(
            self.workflow.role,
            ["cloudwatch:DeleteAlarms", "cloudwatch:PutMetricAlarm"],
            [_alarms(stack, f"TargetTracking-{target}-*")],
            wildcard_reason="The names of a policy's alarms end with an id that is made with them.",
        )
        allow(
            self.workflow.role,
            ["cloudwatch:DescribeAlarms"],
            [_alarms(stack, "*")],
            wildcard_reason="A list of alarms has no single one to name.",
        )


def _alarms(stack: cdk.Stack, names: str) -> str:
    return stack.format_arn(
        service="cloudwatch", resource="alarm", resource_name=names, arn_format=cdk.ArnFormat.COLON_RESOURCE_NAME
    )
