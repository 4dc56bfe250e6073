"""The deployment that an operator's command works on: the local cloud, or a stage in an AWS account."""

import os
from dataclasses import dataclass
from typing import Any, Self

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from local.place import STAGE, Place


class TargetError(Exception):
    """The deployment cannot be reached; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Target:
    """A deployed stage and how its clients are made.

    Attributes:
        stage: Its name.
        session: Whose credentials.
        options: What each client is made with.
    """

    stage: str
    session: boto3.Session
    options: dict[str, Any]

    @classmethod
    def of_stage(cls, stage: str) -> Self:
        """The local cloud for `local`; for any other stage the account and region of the environment."""
        if stage != STAGE:
            # boto3 alone knows nothing of AWS_REGION, which the command lines of AWS and of the CDK go by.
            session = boto3.Session(region_name=os.environ.get("AWS_REGION"))
            return cls(stage, session, {"config": Config(retries={"mode": "adaptive", "max_attempts": 10})})
        place = Place.default()
        return cls(stage, place.session(), {"endpoint_url": place.url, "config": place.config()})

    def client(self, service: str, patience: Config | None = None) -> Any:
        """A client of a service; `patience` is laid over the configuration that it would have."""
        # The stubs of boto3 know a client for each literal name; here the name is a variable.
        make: Any = self.session.client
        options = (
            self.options if patience is None else self.options | {"config": self.options["config"].merge(patience)}
        )
        return make(service, **options)

    def outputs(self) -> dict[str, str]:
        """The outputs of the deployed stack, by name.

        Raises:
            TargetError: There is no such stack.
        """
        try:
            (stack,) = self.client("cloudformation").describe_stacks(StackName=f"GeoClimate-{self.stage}")["Stacks"]
        except ClientError as error:
            reason = error.response["Error"]["Message"]
            raise TargetError(f"GeoClimate-{self.stage} cannot be found ({reason}): deploy it first") from None
        return {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])}
