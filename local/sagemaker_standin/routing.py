"""How SageMaker's requests find the stand-in."""

from __future__ import annotations

from ministack import app
from ministack.core import router

from local.sagemaker_standin.patching import private
from local.sagemaker_standin.service import Service


def register(service: Service) -> None:
    """Enter the service and its name in MiniStack's tables."""
    private(app, "SERVICE_HANDLERS")["sagemaker"] = service.handle
    _recognise_the_name()


def _recognise_the_name() -> None:
    """Enter the signing name that SageMaker and its runtime share.

    Without it the first request makes MiniStack read every service model of botocore, to learn whether AWS has such a
    service: five seconds in which nothing else is served, and some 400 MB that stay.
    """
    private(router, "SERVICE_PATTERNS")["sagemaker"] = {"target_prefixes": ["SageMaker."]}
