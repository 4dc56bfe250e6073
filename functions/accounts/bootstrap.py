"""Wiring of the accounts function; nothing is made at import."""

from functools import lru_cache
from typing import Annotated

from aws_lambda_powertools import Logger
from fastapi import Depends

from functions.accounts.settings import AccountsSettings
from geoclimate.runtime.clock import utc_now
from geoclimate.runtime.telemetry import function_logger
from geoclimate.services.manage_keys import KeyDesk
from geoclimate.services.read_usage import UsageBook


@lru_cache(maxsize=1)
def accounts_settings() -> AccountsSettings:
    """The function's environment."""
    return AccountsSettings.from_environment()


@lru_cache(maxsize=1)
def accounts_logger() -> Logger:
    """The function's logger."""
    return function_logger("accounts")


@lru_cache(maxsize=1)
def open_key_desk() -> KeyDesk:
    """Where keys are kept and made."""
    import boto3  # noqa: PLC0415 - as long to import as all of FastAPI

    from geoclimate.adapters.apigateway_keys import ApiGatewayKeys  # noqa: PLC0415
    from geoclimate.adapters.dynamodb_keys import DynamoKeyStore  # noqa: PLC0415

    settings = accounts_settings()
    return KeyDesk(
        store=DynamoKeyStore(boto3.client("dynamodb"), settings.accounts_table),
        gateway=ApiGatewayKeys(boto3.client("apigateway"), settings.rest_api_id, settings.stage),
        clock=utc_now,
    )


@lru_cache(maxsize=1)
def open_usage_book() -> UsageBook:
    """Where usage is read."""
    import boto3  # noqa: PLC0415 - as long to import as all of FastAPI

    from geoclimate.adapters.dynamodb_keys import DynamoKeyStore  # noqa: PLC0415
    from geoclimate.adapters.dynamodb_usage import DynamoUsageStore  # noqa: PLC0415

    settings, client = accounts_settings(), boto3.client("dynamodb")
    return UsageBook(
        usage=DynamoUsageStore(client, settings.usage_table),
        keys=DynamoKeyStore(client, settings.accounts_table),
        plans=settings.plans,
        clock=utc_now,
    )


async def provide_settings() -> AccountsSettings:
    """The function's environment."""
    return accounts_settings()


async def provide_key_desk() -> KeyDesk:
    """Where keys are kept and made."""
    return open_key_desk()


async def provide_usage_book() -> UsageBook:
    """Where usage is read."""
    return open_usage_book()


SettingsDependency = Annotated[AccountsSettings, Depends(provide_settings)]
KeyDeskDependency = Annotated[KeyDesk, Depends(provide_key_desk)]
UsageBookDependency = Annotated[UsageBook, Depends(provide_usage_book)]
