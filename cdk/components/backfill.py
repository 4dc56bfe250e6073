"""Backfill: thousands of files, a bounded number at once, with one report at the end."""

from typing import Final

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from constructs import Construct

from cdk.components.access import acknowledge_wildcards, allow, allow_objects
from cdk.components.function import PythonFunction
from cdk.components.ingestion import allow_taking_files, places_of
from cdk.components.layers import Layers
from cdk.components.storage import Storage
from cdk.components.workflow import Workflow
from cdk.config import Stage
from functions.backfill.settings import BackfillSettings
from functions.conclude.settings import ConcludeSettings
from functions.plan.settings import PlanSettings
from geoclimate.contracts.backfill import BACKFILL_PREFIX, BACKFILL_REPORTS_PREFIX

_CHILDREN: Final = "A Distributed Map names its children when it starts them."


class Backfill(Construct):
    """The backfill workflow and the functions of its states.

    Attributes:
        functions: The three functions.
        workflow: The workflow: on demand.
    """

    def __init__(self, scope: Construct, construct_id: str, *, stage: Stage, layers: Layers, storage: Storage) -> None:
        super().__init__(scope, construct_id)
        plan = self._plan(stage, layers, storage)
        take = self._take(stage, layers, storage)
        conclude = self._conclude(stage, layers, storage)
        self.functions = (plan, take, conclude)
        self.workflow = Workflow(
            self,
            "Workflow",
            stage=stage,
            file="backfill.asl.json",
            description="Takes thousands of files in, a bounded number at once, and reports on them all",
            substitutions={
                "PlanFunctionArn": plan.function.function_arn,
                "BackfillFunctionArn": take.function.function_arn,
                "ConcludeFunctionArn": conclude.function.function_arn,
                "UploadsBucket": storage.uploads.bucket_name,
            },
            functions=self.functions,
        )
        # What AWS names for a reader and a writer of S3 ("IAM policies for ItemReader", "... for ResultWriter").
        allow_objects(
            self.workflow.role,
            ["AbortMultipartUpload", "GetObject", "ListMultipartUploadParts", "PutObject"],
            storage.uploads,
            storage.key,
            prefix=BACKFILL_REPORTS_PREFIX,
        )
        _allow_children(self.workflow)

    def _plan(self, stage: Stage, layers: Layers, storage: Storage) -> PythonFunction:
        function = PythonFunction(
            self,
            "Plan",
            stage=stage,
            layers=layers,
            name="plan",
            description="Checks the input of a backfill and lists its files",
            settings=PlanSettings,
            environment={
                "uploads_bucket": storage.uploads.bucket_name,
                "most_at_once": str(stage.backfill_concurrency),
            },
        )
        allow(
            function.role,
            ["s3:ListBucket"],
            [storage.uploads.bucket_arn],
            conditions={"StringLike": {"s3:prefix": f"{BACKFILL_PREFIX}*"}},
        )
        allow_objects(function.role, ["GetObject"], storage.uploads, storage.key, prefix=BACKFILL_PREFIX)
        allow_objects(function.role, ["PutObject"], storage.uploads, storage.key, prefix=BACKFILL_REPORTS_PREFIX)
        return function

    def _take(self, stage: Stage, layers: Layers, storage: Storage) -> PythonFunction:
        function = PythonFunction(
            self,
            "Take",
            stage=stage,
            layers=layers,
            name="backfill",
            description="Takes one file of a backfill in",
            settings=BackfillSettings,
            environment=places_of(storage),
        )
        allow_taking_files(function.role, storage, prefix=BACKFILL_PREFIX)
        return function

    def _conclude(self, stage: Stage, layers: Layers, storage: Storage) -> PythonFunction:
        function = PythonFunction(
            self,
            "Conclude",
            stage=stage,
            layers=layers,
            name="conclude",
            description="Writes the report of a backfill",
            settings=ConcludeSettings,
            environment={"uploads_bucket": storage.uploads.bucket_name},
        )
        allow_objects(
            function.role, ["GetObject", "PutObject"], storage.uploads, storage.key, prefix=BACKFILL_REPORTS_PREFIX
        )
        return function


def _allow_children(workflow: Workflow) -> None:
    """Let a state machine run the children of its Distributed Map.

    They are executions of the machine itself, so these grants name it; in a policy of their own they can, since the
    machine waits only for the role's first one.
    """
    machine = workflow.machine
    children = cdk.Stack.of(workflow).format_arn(
        service="states",
        resource="execution",
        resource_name=f"{machine.state_machine_name}/*",
        arn_format=cdk.ArnFormat.COLON_RESOURCE_NAME,
    )
    policy = iam.Policy(
        workflow,
        "Children",
        roles=[workflow.role],
        statements=[
            iam.PolicyStatement(actions=["states:StartExecution"], resources=[machine.state_machine_arn]),
            iam.PolicyStatement(actions=["states:DescribeExecution", "states:StopExecution"], resources=[children]),
        ],
    )
    acknowledge_wildcards(policy, _CHILDREN, [children])
