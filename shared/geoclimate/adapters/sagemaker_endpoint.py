"""A model behind a SageMaker real-time endpoint."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt
from botocore.exceptions import ClientError
from pydantic import ValidationError

from geoclimate.adapters.aws_errors import unavailable_when_down
from geoclimate.contracts.model import JSON, NPY, ForecastResponse
from geoclimate.domain.errors import Unavailable
from geoclimate.features.prediction import Prediction

if TYPE_CHECKING:
    from types_boto3_sagemaker_runtime import SageMakerRuntimeClient

_SHOWN_CHARACTERS: Final = 300


class SageMakerEndpoint:
    """One endpoint, or one variant of it; implements `ModelEndpoint`.

    Args:
        client: Of the SageMaker runtime.
        name: The endpoint's name.
        variant: The variant that is asked, or None for the one that the variants' weights choose.
    """

    def __init__(self, client: SageMakerRuntimeClient, name: str, variant: str | None = None) -> None:
        self._client = client
        self._name = name
        self._aim: dict[str, str] = {} if variant is None else {"TargetVariant": variant}

    def predict(self, windows: npt.NDArray[np.float32]) -> Prediction:
        """Quantiles for many windows in one call.

        Args:
            windows: [n, history_hours, features] float32, NaN where missing.

        Raises:
            Unavailable: The endpoint does not exist, does not answer, its container fails, or its answer does not
                follow the contract.
        """
        body = io.BytesIO()
        np.save(body, np.ascontiguousarray(windows, dtype=np.float32), allow_pickle=False)
        who = f"the endpoint {self._name}"
        try:
            with unavailable_when_down(who):
                answer = self._client.invoke_endpoint(
                    EndpointName=self._name, ContentType=NPY, Accept=JSON, Body=body.getvalue(), **self._aim
                )
                content = answer["Body"].read()
        except ClientError as error:
            # An endpoint that is missing or not yet in service is a ValidationError, a failing container a ModelError.
            raise Unavailable(f"{who} cannot be asked: {error}") from error
        try:
            response = ForecastResponse.model_validate_json(content)
            quantiles = np.asarray(response.quantiles, dtype=np.float32)
        except (ValidationError, ValueError) as error:
            raise Unavailable(
                f"{who} gave an answer that does not follow the contract: {str(error)[:_SHOWN_CHARACTERS]}"
            ) from error
        return Prediction(response.model_version, response.lead_hours, response.levels, quantiles)
