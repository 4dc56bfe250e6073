"""The meter on DynamoDB, with a client of its own that gives up early: no call is worth waiting for its count."""

from collections.abc import Mapping
from typing import Final

import boto3
from botocore.config import Config

from geoclimate.adapters.dynamodb_keys import DynamoKeyStore
from geoclimate.adapters.dynamodb_usage import DynamoUsageStore
from geoclimate.domain.plans import Plan
from geoclimate.services.meter_calls import CallMeter
from geoclimate.services.ports import Clock

_CONNECT_SECONDS: Final = 0.5
_READ_SECONDS: Final = 1


def open_call_meter(accounts_table: str, usage_table: str, plans: Mapping[str, Plan], clock: Clock) -> CallMeter:
    """The meter of a process.

    Args:
        accounts_table: Name of the table that says whose a key is.
        usage_table: Name of the table that counts.
        plans: All plans by name.
        clock: Tells the time.
    """
    client = boto3.client(
        "dynamodb",
        config=Config(
            connect_timeout=_CONNECT_SECONDS,
            read_timeout=_READ_SECONDS,
            # A write that is sent again may count twice.
            retries={"total_max_attempts": 1},
        ),
    )
    return CallMeter(DynamoKeyStore(client, accounts_table), DynamoUsageStore(client, usage_table), plans, clock)
