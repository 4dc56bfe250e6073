"""A Python function with its settings, its own role and its own log group."""

from collections.abc import Mapping
from typing import Final

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct
from pydantic import BaseModel

from cdk.assets import stage_function_code
from cdk.components.access import acknowledge, allow
from cdk.components.layers import Layers, architecture_of, runtime_of
from cdk.config import Stage
from cdk.function_sizes import FUNCTION_LAYERS, FUNCTION_SIZES

_LOG_DAYS: Final = {
    1: logs.RetentionDays.ONE_DAY,
    3: logs.RetentionDays.THREE_DAYS,
    5: logs.RetentionDays.FIVE_DAYS,
    7: logs.RetentionDays.ONE_WEEK,
    14: logs.RetentionDays.TWO_WEEKS,
    30: logs.RetentionDays.ONE_MONTH,
    60: logs.RetentionDays.TWO_MONTHS,
    90: logs.RetentionDays.THREE_MONTHS,
    180: logs.RetentionDays.SIX_MONTHS,
    365: logs.RetentionDays.ONE_YEAR,
    731: logs.RetentionDays.TWO_YEARS,
    1_827: logs.RetentionDays.FIVE_YEARS,
    3_653: logs.RetentionDays.TEN_YEARS,
}


class SettingsMismatchError(ValueError):
    """The environment that a component gives a function is not what its settings ask for."""


def environment_of(settings: type[BaseModel], values: Mapping[str, str]) -> dict[str, str]:
    """The environment of a function: exactly the fields of its settings class.

    Args:
        settings: The function's settings class; the one home of the names.
        values: Value by field name; usually tokens that CloudFormation fills in.

    Raises:
        SettingsMismatchError: A value has no field, or a field without default has no value.
    """
    unknown = sorted(values.keys() - settings.model_fields.keys())
    missing = sorted(
        name for name, field in settings.model_fields.items() if field.is_required() and name not in values
    )
    if unknown or missing:
        msg = f"the environment does not fit {settings.__name__}: unknown {unknown}, missing {missing}"
        raise SettingsMismatchError(msg)
    prefix = getattr(settings, "environment_prefix", "")
    return {f"{prefix}{name}".upper(): value for name, value in values.items()}


class PythonFunction(Construct):
    """One function of `functions/`, by its folder's name.

    Attributes:
        role: Its own role; nothing but writing its own log is allowed until a component allows it.
        function: The function.
        target: What callers invoke: the alias of the newest version where it starts from a snapshot, else the function.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        stage: Stage,
        layers: Layers,
        name: str,
        description: str,
        settings: type[BaseModel],
        environment: Mapping[str, str],
        snap_start: bool = False,
    ) -> None:
        super().__init__(scope, construct_id)
        code = stage_function_code(name, stage.python)
        size = FUNCTION_SIZES[name]
        log_group = log_group_of(self, "Log", stage)
        self.role = iam.Role(
            self,
            "Role",
            assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"),
            description=f"What the {name} function of {stage.stack_name} may do",
        )
        allow(
            self.role,
            ["logs:CreateLogStream", "logs:PutLogEvents"],
            [log_group.log_group_arn],
            wildcard_reason="Lambda names the streams of the function's own log group.",
        )
        self.function = lambda_.Function(
            self,
            "Function",
            description=description,
            code=lambda_.Code.from_asset(str(code.path), asset_hash=code.digest),
            handler=f"functions.{name}.handler.handler",
            runtime=runtime_of(stage),
            architecture=architecture_of(stage),
            layers=[layers.by_group[group] for group in FUNCTION_LAYERS[name]],
            memory_size=size.memory_mb,
            timeout=cdk.Duration.seconds(size.timeout_s),
            ephemeral_storage_size=cdk.Size.mebibytes(size.disk_mb),
            environment=environment_of(settings, environment),
            role=self.role,
            log_group=log_group,
            tracing=lambda_.Tracing.ACTIVE if stage.tracing else lambda_.Tracing.DISABLED,
            snap_start=lambda_.SnapStartConf.ON_PUBLISHED_VERSIONS if snap_start else None,
        )
        # A snapshot belongs to a published version, so callers must name one.
        self.target: lambda_.IFunction = self.function
        if snap_start:
            acknowledge(
                self.function,
                "Callers use the alias of the published version.",
                "Annotation::@aws-cdk/aws-lambda:snapStartRequirePublish",
            )
            self.target = lambda_.Alias(self, "Live", alias_name="live", version=self.function.current_version)
        if stage.tracing:
            acknowledge(self.role, "X-Ray has no resources to name.", "AwsSolutions-IAM5[Resource::*]")
        acknowledge(
            self.function,
            "The stage chooses the interpreter: the layers' locked wheels are built for it.",
            "AwsSolutions-L1",
        )


def log_group_of(scope: Construct, construct_id: str, stage: Stage, *, name: str | None = None) -> logs.LogGroup:
    """A log group that keeps its lines as long as the stage says, and goes with the stack.

    Args:
        scope: Where it stands.
        construct_id: What it is called there.
        stage: The stage.
        name: Its name in CloudWatch; one that CloudFormation makes, where none is given.
    """
    return logs.LogGroup(
        scope,
        construct_id,
        log_group_name=name,
        retention=retention_of(stage.log_days),
        removal_policy=cdk.RemovalPolicy.DESTROY,
    )


def retention_of(days: int) -> logs.RetentionDays:
    """The retention of this many days, as CloudWatch Logs knows it.

    Raises:
        ValueError: It knows none of so many.
    """
    try:
        return _LOG_DAYS[days]
    except KeyError:
        known = ", ".join(map(str, _LOG_DAYS))
        msg = f"cdk/config.py: log_days is {days}: CloudWatch keeps logs for {known} days"
        raise ValueError(msg) from None
