"""API keys and usage plans of an API Gateway REST API."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from geoclimate.adapters.aws_errors import error_code, unavailable_when_down
from geoclimate.domain.errors import Unavailable
from geoclimate.services.key_ports import IssuedKey

if TYPE_CHECKING:
    from types_boto3_apigateway import APIGatewayClient


class ApiGatewayKeyDeleter:
    """Deletes keys of the gateway; implements `KeyDeleter`."""

    def __init__(self, client: APIGatewayClient) -> None:
        self._client = client

    def delete(self, key_id: str) -> None:
        """Make a key useless for ever; again changes nothing.

        Raises:
            Unavailable: The gateway's control plane does not answer.
        """
        with _asked(unless="NotFoundException"):
            self._client.delete_api_key(apiKey=key_id)


class ApiGatewayKeys:
    """The gateway's keys; implements `GatewayKeys`.

    The usage plans are looked for by their names, once a process: the stack cannot tell a function their
    ids, since they depend on the stage that the function is behind.
    """

    def __init__(self, client: APIGatewayClient, rest_api_id: str, stage: str) -> None:
        self._client = client
        self._deleter = ApiGatewayKeyDeleter(client)
        self._rest_api_id = rest_api_id
        self._stage = stage
        self._plan_ids: dict[str, str] = {}

    def issue(self, account: str, plan: str) -> IssuedKey:
        """Make a key in a usage plan.

        Raises:
            Unavailable: The gateway's control plane does not answer; no key is left behind that works.
        """
        plan_id = self._plan_id(plan)
        with _asked():
            made = self._client.create_api_key(
                name=f"{self._stage}-{account}", description="Made by its account", enabled=True
            )
        issued = IssuedKey(made["id"], made["value"])
        try:
            self._attach(issued.key_id, plan_id)
        except Unavailable:
            # A key in no plan opens nothing, but it takes one of the places that the gateway has.
            self.delete(issued.key_id)
            raise
        return issued

    def move(self, key_id: str, before: str, after: str) -> None:
        """Take a key out of one usage plan and put it into another; again changes nothing.

        Raises:
            Unavailable: The gateway's control plane does not answer; the key may be in neither.
        """
        # The gateway takes no key into two plans of one stage, so there is a moment in which it is in neither.
        with _asked(unless="NotFoundException"):
            self._client.delete_usage_plan_key(usagePlanId=self._plan_id(before), keyId=key_id)
        self._attach(key_id, self._plan_id(after))

    def delete(self, key_id: str) -> None:
        """Make a key useless for ever; again changes nothing.

        Raises:
            Unavailable: The gateway's control plane does not answer.
        """
        self._deleter.delete(key_id)

    def _attach(self, key_id: str, plan_id: str) -> None:
        with _asked(unless="ConflictException"):
            self._client.create_usage_plan_key(usagePlanId=plan_id, keyId=key_id, keyType="API_KEY")

    def _plan_id(self, plan: str) -> str:
        if plan not in self._plan_ids:
            self._plan_ids = self._find_plans()
        if plan not in self._plan_ids:
            raise Unavailable(f"the gateway has no usage plan {plan!r} for this stage")
        return self._plan_ids[plan]

    def _find_plans(self) -> dict[str, str]:
        """Ids of the usage plans that cover this stage, by the plan's name, which ends the gateway's name of it."""
        with _asked():
            pages = list(self._client.get_paginator("get_usage_plans").paginate())
        return {
            plan.get("name", "").rpartition("-")[2]: plan["id"]
            for page in pages
            for plan in page.get("items", [])
            for covered in plan.get("apiStages", [])
            if (covered.get("apiId"), covered.get("stage")) == (self._rest_api_id, self._stage)
        }


@contextmanager
def _asked(unless: str | None = None) -> Iterator[None]:
    """A call of the control plane; an error of the named code says that it is done already."""
    try:
        with unavailable_when_down("API Gateway"):
            yield
    except ClientError as error:
        if error_code(error) != unless:
            raise
