"""The models, configurations and endpoint of a stage in SageMaker."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from botocore.exceptions import ClientError

from geoclimate.adapters.aws_errors import error_code, unavailable_when_down
from geoclimate.services.hosting_ports import Configuration, Serving

if TYPE_CHECKING:
    from types_boto3_sagemaker import SageMakerClient

# The deployment workflow names a trial's configuration so; versions begin with the prefix and a time.
_TRIAL: Final = "canary-"
_SETTLED: Final = frozenset({"InService", "Failed", "OutOfService"})


class SageMakerHosting:
    """One endpoint, and what is named with its stage's prefix; implements `ModelHosting`.

    Args:
        client: Of SageMaker.
        endpoint: The endpoint's name.
        prefix: What names of the stage begin with, before a hyphen.
    """

    def __init__(self, client: SageMakerClient, endpoint: str, prefix: str) -> None:
        self._client = client
        self._endpoint = endpoint
        self._prefix = f"{prefix}-"

    def serving(self) -> Serving | None:
        """What the endpoint serves, or None where there is no endpoint.

        Raises:
            Unavailable: SageMaker does not answer.
        """
        with unavailable_when_down("SageMaker"):
            try:
                endpoint = self._client.describe_endpoint(EndpointName=self._endpoint)
            except ClientError as error:
                if not _is_missing(error):
                    raise
                return None
            name = endpoint["EndpointConfigName"]
            variants = self._client.describe_endpoint_config(EndpointConfigName=name)["ProductionVariants"]
        models = frozenset(variant["ModelName"] for variant in variants if "ModelName" in variant)
        return Serving(name, models, changing=endpoint["EndpointStatus"] not in _SETTLED)

    def configurations(self) -> Sequence[Configuration]:
        """Every configuration of the stage.

        Raises:
            Unavailable: SageMaker does not answer.
        """
        with unavailable_when_down("SageMaker"):
            pages = self._client.get_paginator("list_endpoint_configs").paginate(NameContains=self._prefix)
            listed = [each for page in pages for each in page["EndpointConfigs"]]
        trial = f"{self._prefix}{_TRIAL}"
        return [
            Configuration(name, name.startswith(trial), each["CreationTime"])
            for each in listed
            if (name := each["EndpointConfigName"]).startswith(self._prefix)
        ]

    def models(self) -> Sequence[str]:
        """The names of every model of the stage.

        Raises:
            Unavailable: SageMaker does not answer.
        """
        with unavailable_when_down("SageMaker"):
            pages = self._client.get_paginator("list_models").paginate(NameContains=self._prefix)
            listed = [each["ModelName"] for page in pages for each in page["Models"]]
        return [name for name in listed if name.startswith(self._prefix)]

    def delete_configuration(self, name: str) -> None:
        """Delete a configuration; one that is not there is no error.

        Raises:
            Unavailable: SageMaker does not answer.
        """
        with unavailable_when_down("SageMaker"), _or_missing():
            self._client.delete_endpoint_config(EndpointConfigName=name)

    def delete_model(self, name: str) -> None:
        """Delete a model, whose artifact stays; one that is not there is no error.

        Raises:
            Unavailable: SageMaker does not answer.
        """
        with unavailable_when_down("SageMaker"), _or_missing():
            self._client.delete_model(ModelName=name)


@contextmanager
def _or_missing() -> Iterator[None]:
    try:
        yield
    except ClientError as error:
        if not _is_missing(error):
            raise


def _is_missing(error: ClientError) -> bool:
    # SageMaker says in words alone that something does not exist.
    said = error.response.get("Error", {}).get("Message", "")
    return error_code(error) == "ValidationException" and "Could not find" in said
