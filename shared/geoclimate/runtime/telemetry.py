"""Structured logs and metrics of a function, in one namespace."""

import os
from typing import Final

from aws_lambda_powertools import Logger, Metrics

from geoclimate.contracts.metrics import METRICS_NAMESPACE

_DEPLOYED_NAME: Final = "AWS_LAMBDA_FUNCTION_NAME"


def function_logger(function: str) -> Logger:
    """A JSON logger whose lines carry the function's name; never give it bodies, keys or tokens."""
    return Logger(service=function)


def function_metrics(function: str) -> Metrics:
    """Metrics in embedded metric format under the platform's namespace, with the deployed function as dimension.

    Stages that share an account share the namespace, so the folder's name alone would add their figures up.
    """
    return Metrics(namespace=METRICS_NAMESPACE, service=os.environ.get(_DEPLOYED_NAME, function))
