"""Wiring of the expire function."""

from collections.abc import Callable
from functools import lru_cache, partial

import boto3

from functions.expire.settings import ExpireSettings
from geoclimate.adapters.apigateway_keys import ApiGatewayKeyDeleter
from geoclimate.adapters.dynamodb_keys import DynamoKeyStore
from geoclimate.runtime.clock import utc_now
from geoclimate.services.end_expired_keys import EndedKeys, end_expired_keys


@lru_cache(maxsize=1)
def key_sweep() -> Callable[[], EndedKeys]:
    """The use case with its adapters, made once a process."""
    settings = ExpireSettings.from_environment()
    return partial(
        end_expired_keys,
        DynamoKeyStore(boto3.client("dynamodb"), settings.accounts_table),
        ApiGatewayKeyDeleter(boto3.client("apigateway")),
        utc_now,
    )
