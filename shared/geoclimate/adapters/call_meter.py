"""The meter on DynamoDB, with a client of its own that gives up early: no call is worth waiting for its count."""

from collections.abc import Mapping
from typing import Final

from geoclimate.adapters.aws_json import Patience
from geoclimate.adapters.dynamodb_client import dynamodb_client
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
    # A write that is sent again may count twice.
    client = dynamodb_client(Patience(_CONNECT_SECONDS, _READ_SECONDS, attempts=1))
    return CallMeter(DynamoKeyStore(client, accounts_table), DynamoUsageStore(client, usage_table), plans, clock)
