"""What puts calls on record: opened at the first call that needs it, since importing boto3 takes as long as FastAPI."""

from typing import Final

import boto3
from botocore.config import Config

from geoclimate.adapters.dynamodb_audit import DynamoAuditLog
from geoclimate.adapters.dynamodb_idempotency import DynamoIdempotencyStore

# A caller rather hears 503 after a few seconds than the gateway's time-out after 29.
_CONFIG: Final = Config(connect_timeout=1, read_timeout=2, retries={"total_max_attempts": 3, "mode": "standard"})


def open_audit_log(table: str) -> DynamoAuditLog:
    """The audit log in a table."""
    return DynamoAuditLog(boto3.client("dynamodb", config=_CONFIG), table)


def open_idempotency(table: str) -> DynamoIdempotencyStore:
    """What is kept of requests with an idempotency key, in a table."""
    return DynamoIdempotencyStore(boto3.client("dynamodb", config=_CONFIG), table)
