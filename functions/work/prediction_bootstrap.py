"""Wiring of predictions: the endpoint, who answers in its place, and what they are shown.

Apart from the rest of the wiring, since numpy takes longer to import than all of it.
"""

from functools import lru_cache
from typing import Annotated, Final

from fastapi import Depends

from functions.work.bootstrap import open_artifacts, open_registry, work_settings
from geoclimate.features.input_spec import default_input_spec
from geoclimate.runtime.clock import utc_now
from geoclimate.services.predict_series import PRODUCTION_VARIANT, SeriesPredictor

_ENDPOINT_SECONDS: Final = 6
"""The gateway waits 29 s: a thousand series are four calls, and another engine must have time to answer."""


@lru_cache(maxsize=1)
def open_predictor() -> SeriesPredictor:
    """The use case with its adapters."""
    import boto3  # noqa: PLC0415 - as long to import as all of FastAPI
    from botocore.config import Config  # noqa: PLC0415

    from geoclimate.adapters.dynamodb_circuits import DynamoCircuitStore  # noqa: PLC0415
    from geoclimate.adapters.onnx_engine import OnnxEngine  # noqa: PLC0415
    from geoclimate.adapters.sagemaker_engine import SageMakerEngine  # noqa: PLC0415
    from geoclimate.services.climatology_engine import ClimatologyEngine  # noqa: PLC0415
    from geoclimate.services.guard_engine import GuardedEngine  # noqa: PLC0415

    settings = work_settings()
    spec = default_input_spec(settings.target)
    registry, artifacts = open_registry(), open_artifacts()
    runtime = boto3.client(
        "sagemaker-runtime",
        config=Config(connect_timeout=1, read_timeout=_ENDPOINT_SECONDS, retries={"total_max_attempts": 1}),
    )
    endpoint = GuardedEngine(
        engine=SageMakerEngine(runtime, settings.endpoint_name, spec.lead_hours, PRODUCTION_VARIANT),
        circuit=settings.endpoint_name,
        circuits=DynamoCircuitStore(boto3.client("dynamodb"), settings.circuits_table),
        clock=utc_now,
    )
    climatology = ClimatologyEngine(settings.target, spec.lead_hours, registry, artifacts)
    return SeriesPredictor(spec, registry, (endpoint, OnnxEngine(spec, registry, artifacts), climatology))


async def provide_predictor() -> SeriesPredictor:
    """What predicts a caller's own series."""
    return open_predictor()


PredictorDependency = Annotated[SeriesPredictor, Depends(provide_predictor)]
