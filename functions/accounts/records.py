"""What the accounts function puts on record of its calls."""

from functools import lru_cache

from functions.accounts.bootstrap import accounts_settings
from geoclimate.services.audit_ports import AuditLog
from geoclimate.services.idempotency_ports import IdempotencyStore


@lru_cache(maxsize=1)
def open_audit() -> AuditLog:
    """The audit log."""
    from geoclimate.adapters.call_records import open_audit_log  # noqa: PLC0415 - it imports boto3

    return open_audit_log(accounts_settings().audit_table)


@lru_cache(maxsize=1)
def open_requests() -> IdempotencyStore:
    """What is kept of requests with an idempotency key."""
    from geoclimate.adapters.call_records import open_idempotency  # noqa: PLC0415 - it imports boto3

    return open_idempotency(accounts_settings().requests_table)
