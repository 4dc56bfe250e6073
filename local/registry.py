"""The model registry of a deployment, for an operator's commands, and who the operator is."""

import datetime as dt
from typing import Final

from geoclimate.adapters.dynamodb_models import DynamoModelRegistry
from local.target import Target

TARGET: Final = "pm25"


def registry_of(target: Target, outputs: dict[str, str]) -> DynamoModelRegistry:
    """The registry in the deployment's table."""
    return DynamoModelRegistry(target.client("dynamodb"), outputs["ModelsTableName"], lambda: dt.datetime.now(dt.UTC))


def operator_of(target: Target) -> str:
    """ARN of whose credentials the command runs with; it stands in the audit log."""
    arn: str = target.client("sts").get_caller_identity()["Arn"]
    return arn
