"""Compaction of the lake: its many small files become a few large ones, every day."""

from typing import Final

import aws_cdk as cdk
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from constructs import Construct

from cdk.components.access import allow, allow_objects
from cdk.components.function import PythonFunction
from cdk.components.layers import Layers
from cdk.components.storage import Storage
from cdk.components.workflow import Workflow
from cdk.config import Stage
from functions.compact.settings import CompactSettings
from functions.survey.settings import SurveySettings
from geoclimate.contracts.compaction import CLAIMS_PREFIX
from geoclimate.contracts.lake import OBSERVATIONS

_PREFIXES: Final = (OBSERVATIONS.prefix, CLAIMS_PREFIX)


class Compaction(Construct):
    """The compaction workflow and the functions of its states.

    Attributes:
        functions: The two functions.
        workflow: The workflow: by schedule and on demand.
    """

    def __init__(self, scope: Construct, construct_id: str, *, stage: Stage, layers: Layers, storage: Storage) -> None:
        super().__init__(scope, construct_id)
        survey = PythonFunction(
            self,
            "Survey",
            stage=stage,
            layers=layers,
            name="survey",
            description="Finds the partitions of the lake that have many small files",
            settings=SurveySettings,
            environment={
                "lake_bucket": storage.lake.bucket_name,
                "small_files": str(stage.compact_above_files),
            },
        )
        compact = PythonFunction(
            self,
            "Compact",
            stage=stage,
            layers=layers,
            name="compact",
            description="Puts small files of one partition of the lake together",
            settings=CompactSettings,
            environment={"lake_bucket": storage.lake.bucket_name},
        )
        for function in (survey, compact):
            # To list; and without it a missing object reads as "access denied" instead of "no such key".
            allow(function.role, ["s3:ListBucket"], [storage.lake.bucket_arn])
        for prefix in _PREFIXES:
            allow_objects(
                compact.role, ["GetObject", "PutObject", "DeleteObject"], storage.lake, storage.key, prefix=prefix
            )
        self.functions = (survey, compact)
        self.workflow = Workflow(
            self,
            "Workflow",
            stage=stage,
            file="compaction.asl.json",
            description="Puts the small files of the lake together",
            substitutions={
                "SurveyFunctionArn": survey.function.function_arn,
                "CompactFunctionArn": compact.function.function_arn,
            },
            functions=self.functions,
        )
        events.Rule(
            self,
            "Schedule",
            description="Compacts the lake",
            schedule=events.Schedule.rate(cdk.Duration.hours(stage.compact_every_hours)),
            targets=[targets.SfnStateMachine(self.workflow.machine, input=events.RuleTargetInput.from_object({}))],
        )
