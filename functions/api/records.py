"""What the api function puts on record of its calls."""

from functools import lru_cache

from functions.api.bootstrap import api_settings
from geoclimate.services.audit_ports import AuditLog


@lru_cache(maxsize=1)
def open_audit() -> AuditLog:
    """The audit log."""
    from geoclimate.adapters.call_records import open_audit_log  # noqa: PLC0415 - it imports boto3

    return open_audit_log(api_settings().audit_table)
