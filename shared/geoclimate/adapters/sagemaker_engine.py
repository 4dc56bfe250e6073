"""The models behind a SageMaker real-time endpoint."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from geoclimate.adapters.aws_errors import unavailable_when_down
from geoclimate.contracts.model import SAFETENSORS
from geoclimate.domain.errors import InvalidInput, Unavailable
from geoclimate.domain.forecasts import Engine
from geoclimate.features.prediction import Prediction
from geoclimate.features.wire import decode_prediction, encode_inputs
from geoclimate.services.check_prediction import check_prediction
from geoclimate.services.forecast_batch import ForecastBatch

if TYPE_CHECKING:
    from types_boto3_sagemaker_runtime import SageMakerRuntimeClient


class SageMakerEngine:
    """One endpoint, or one variant of it; implements `ForecastEngine`.

    Args:
        client: Of the SageMaker runtime.
        endpoint: The endpoint's name.
        lead_hours: Lead times that its answer must have.
        variant: The variant that is asked, or None for the one that the variants' weights choose.
    """

    name: Engine = "endpoint"

    def __init__(
        self,
        client: SageMakerRuntimeClient,
        endpoint: str,
        lead_hours: tuple[int, ...],
        variant: str | None = None,
    ) -> None:
        self._client = client
        self._endpoint = endpoint
        self._lead_hours = lead_hours
        self._aim: dict[str, str] = {} if variant is None else {"TargetVariant": variant}

    def predict(self, batch: ForecastBatch) -> Prediction:
        """What the endpoint expects of the stations of a batch, in one call.

        Raises:
            Unavailable: The endpoint does not exist, does not answer, its container fails, or its answer does not
                follow the contract.
            ModelRejected: Its answer is no forecast of these stations.
        """
        who = f"the endpoint {self._endpoint}"
        try:
            with unavailable_when_down(who):
                answer = self._client.invoke_endpoint(
                    EndpointName=self._endpoint,
                    ContentType=SAFETENSORS,
                    Accept=SAFETENSORS,
                    Body=encode_inputs(batch.inputs),
                    **self._aim,
                )
                content = answer["Body"].read()
        except ClientError as error:
            # An endpoint that is missing or not yet in service is a ValidationError, a failing container a ModelError.
            raise Unavailable(f"{who} cannot be asked: {_said(error)}") from error
        try:
            prediction = decode_prediction(content)
        except InvalidInput as error:
            raise Unavailable(f"{who} gave an answer that does not follow the contract: {error}") from error
        check_prediction(prediction, len(batch), self._lead_hours)
        return prediction


def _said(error: ClientError) -> str:
    """What the container said, without the stack trace that follows its first line; else what the service said."""
    response: Mapping[str, Any] = error.response
    sentence = str(response.get("OriginalMessage", "")).partition("\n")[0]
    return f"{sentence} (status {response.get('OriginalStatusCode')})" if sentence else str(error)
