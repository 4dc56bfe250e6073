"""The few alarms that a person must act on, and the topic that they go to."""

from collections.abc import Sequence

import aws_cdk as cdk
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from cdk.components.function import PythonFunction
from cdk.components.workflow import Workflow

_PERIOD = cdk.Duration.minutes(5)
_LONG = 3
"""Periods in a row after which a state that comes and goes is no accident."""


class Observability(Construct):
    """Alarms on what was lost, what failed, and what callers saw fail.

    Attributes:
        topic: Where alarms go; people subscribe to it.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        quarantine: sqs.Queue,
        functions: Sequence[PythonFunction],
        workflows: Sequence[Workflow],
        rest: apigateway.RestApi,
        drifts: cloudwatch.Metric,
        fallbacks: cloudwatch.Metric,
    ) -> None:
        super().__init__(scope, construct_id)
        self.topic = sns.Topic(self, "Alarms", enforce_ssl=True)
        self._allow_alarms()
        self._alarm(
            "Quarantined",
            quarantine.metric_approximate_number_of_messages_visible(period=_PERIOD, statistic="Maximum"),
            "A provider's file could not be read; its reason is in the quarantine queue",
        )
        for function in functions:
            self._alarm(
                f"{function.node.id}Errors",
                function.function.metric_errors(period=_PERIOD),
                f"The function {function.node.id} ended with an error; read its log",
            )
        for workflow in workflows:
            name = workflow.node.path.split("/", 1)[1].replace("/", "")
            self._alarm(
                f"{name}Failed",
                workflow.machine.metric_failed(period=_PERIOD),
                f"The workflow {name} failed; its execution history has the cause",
            )
        self._alarm(
            "DriftDetected",
            drifts,
            "A station no longer measures as it did; the report drift/report.json of the artifacts bucket says which",
        )
        self._alarm(
            "Fallback",
            fallbacks,
            "The endpoint did not make every forecast; the forecast function's log says under troubles why",
            periods=_LONG,
        )
        self._alarm(
            "Api5xx",
            rest.metric_server_error(period=_PERIOD, statistic="Average"),
            "More than 1 % of the API's answers were server errors",
            threshold=0.01,
        )

    def _allow_alarms(self) -> None:
        # The policy that demands TLS replaces AWS's default one, under which an alarm of the account may publish.
        stack = cdk.Stack.of(self)
        alarms = stack.format_arn(
            service="cloudwatch",
            resource="alarm",
            resource_name="*",
            arn_format=cdk.ArnFormat.COLON_RESOURCE_NAME,
        )
        self.topic.add_to_resource_policy(
            iam.PolicyStatement(
                principals=[iam.ServicePrincipal("cloudwatch.amazonaws.com")],
                actions=["sns:Publish"],
                resources=[self.topic.topic_arn],
                conditions={
                    "ArnLike": {"aws:SourceArn": alarms},
                    "StringEquals": {"aws:SourceAccount": stack.account},
                },
            )
        )

    def _alarm(
        self, name: str, metric: cloudwatch.Metric, description: str, *, threshold: float = 0, periods: int = 1
    ) -> None:
        alarm = metric.create_alarm(
            self,
            name,
            alarm_description=description,
            threshold=threshold,
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
            evaluation_periods=periods,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
        )
        alarm.add_alarm_action(actions.SnsAction(self.topic))
