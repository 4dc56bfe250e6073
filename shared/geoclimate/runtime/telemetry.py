"""Structured logs and metrics of a function, in one namespace."""

from aws_lambda_powertools import Logger, Metrics

from geoclimate.contracts.metrics import METRICS_NAMESPACE


def function_logger(function: str) -> Logger:
    """A JSON logger whose lines carry the function's name; never give it bodies, keys or tokens."""
    return Logger(service=function)


def function_metrics(function: str) -> Metrics:
    """Metrics in embedded metric format under the platform's namespace, with the function as dimension."""
    return Metrics(namespace=METRICS_NAMESPACE, service=function)
