"""A state machine from an ASL file, with a role of its own and a full log."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from cdk.components.access import acknowledge, allow
from cdk.components.function import PythonFunction, log_group_of
from cdk.config import Stage

WORKFLOWS: Final = Path(__file__).resolve().parents[1] / "workflows"


class Workflow(Construct):
    """One state machine.

    Attributes:
        role: Its role: it may invoke the functions it was given; a component adds what else the states do.
        machine: The state machine.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        stage: Stage,
        file: str,
        description: str,
        substitutions: Mapping[str, str],
        functions: Sequence[PythonFunction] = (),
        logs_data: bool = True,
    ) -> None:
        """Make it.

        Args:
            scope: Where it stands.
            construct_id: What it is called there.
            stage: The stage.
            file: Name of the ASL file.
            description: What it does, in a sentence.
            substitutions: Values of the file's placeholders.
            functions: What its states invoke.
            logs_data: Whether inputs and results are logged; not where they name an account, or the log would outlive
                its erasure.
        """
        super().__init__(scope, construct_id)
        self.role = iam.Role(
            self,
            "Role",
            assumed_by=iam.ServicePrincipal("states.amazonaws.com"),
            description=f"What the states of {file} may do in {stage.stack_name}",
        )
        if functions:
            allow(self.role, ["lambda:InvokeFunction"], [function.function.function_arn for function in functions])
        self.machine = sfn.StateMachine(
            self,
            "Machine",
            comment=description,
            definition_body=sfn.DefinitionBody.from_file(str(WORKFLOWS / file)),
            definition_substitutions=dict(substitutions),
            role=self.role,
            logs=sfn.LogOptions(
                # Groups with this prefix may be written to as they are; others are added to one policy of the account.
                destination=log_group_of(
                    self, "Log", stage, name=f"/aws/vendedlogs/states/{self.node.path.replace('/', '-')}"
                ),
                level=sfn.LogLevel.ALL,
                include_execution_data=logs_data,
            ),
            tracing_enabled=stage.tracing,
            removal_policy=cdk.RemovalPolicy.DESTROY,
        )
        acknowledge(
            self.role,
            "Delivery of vended logs, and X-Ray, have no resources to name.",
            "AwsSolutions-IAM5[Resource::*]",
        )
        if not stage.tracing:
            acknowledge(self.machine, "The local cloud has no X-Ray.", "AwsSolutions-SF2")

    @property
    def executions(self) -> str:
        """ARN of all of its executions; Step Functions names them."""
        return cdk.Stack.of(self).format_arn(
            service="states",
            resource="execution",
            resource_name=f"{self.machine.state_machine_name}:*",
            arn_format=cdk.ArnFormat.COLON_RESOURCE_NAME,
        )

    def allow_starting(self, role: iam.Role) -> None:
        """Let a role start executions and look how far they are."""
        allow(role, ["states:StartExecution"], [self.machine.state_machine_arn])
        allow(
            role,
            ["states:DescribeExecution"],
            [self.executions],
            wildcard_reason="An execution is named when it is started; the right is on those of this one machine.",
        )
