"""Lets the endpoint's instances follow the load.

The training workflow makes the endpoint, so it does not exist when the stack is deployed and a scaling target in the
template would fail. Instead, each time the endpoint comes into service, a small workflow registers the target and its
policy; both calls are the same the second time.
"""

import aws_cdk as cdk
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from constructs import Construct

from cdk.components.access import allow
from cdk.components.workflow import Workflow
from cdk.config import Stage


class EndpointScaling(Construct):
    """Target tracking on invocations an instance, for the endpoint of a stage.

    Attributes:
        workflow: The workflow that registers target and policy.
    """

    def __init__(self, scope: Construct, construct_id: str, *, stage: Stage) -> None:
        super().__init__(scope, construct_id)
        self.workflow = Workflow(
            self,
            "Workflow",
            stage=stage,
            file="scaling.asl.json",
            description="Registers the endpoint's scaling target and policy",
            substitutions={
                "ResourceId": f"endpoint/{stage.endpoint_name}/variant/AllTraffic",
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
