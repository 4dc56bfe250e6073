"""What starts a training run by itself: the calendar, and drift."""

import aws_cdk as cdk
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_s3 as s3
from constructs import Construct

from cdk.components.workflow import Workflow
from cdk.config import FORECAST_TARGET, Stage
from geoclimate.contracts.drift import DRIFT_DETAIL_TYPE, DRIFT_SOURCE, REPORT_KEY


class TrainingStarts(Construct):
    """The rules that start the training workflow; the workflow itself lets one run through at a time."""

    def __init__(
        self, scope: Construct, construct_id: str, *, stage: Stage, workflow: Workflow, artifacts: s3.IBucket
    ) -> None:
        super().__init__(scope, construct_id)
        if stage.training.every_days is not None:
            events.Rule(
                self,
                "Schedule",
                description="Trains on the data that came since",
                schedule=events.Schedule.rate(cdk.Duration.days(stage.training.every_days)),
                targets=[self._start(workflow, {"target": FORECAST_TARGET, "reason": "schedule"})],
            )
        events.Rule(
            self,
            "Drift",
            description="Trains because stations no longer measure as they did",
            event_pattern=events.EventPattern(
                source=[DRIFT_SOURCE],
                detail_type=[DRIFT_DETAIL_TYPE],
                # The bus is the account's: another stage there sends events that look the same.
                resources=[artifacts.arn_for_objects(REPORT_KEY)],
                detail={"target": [FORECAST_TARGET]},
            ),
            targets=[
                self._start(
                    workflow,
                    {"target": FORECAST_TARGET, "reason": "drift", "drift": events.EventField.from_path("$.detail")},
                )
            ],
        )

    @staticmethod
    def _start(workflow: Workflow, given: dict[str, str]) -> targets.SfnStateMachine:
        return targets.SfnStateMachine(workflow.machine, input=events.RuleTargetInput.from_object(given))
