"""Wiring of the export function."""

from functools import lru_cache

import boto3

from functions.export.settings import ExportSettings
from geoclimate.adapters.cognito_directory import CognitoDirectory
from geoclimate.adapters.dynamodb_account_records import AccountTables, DynamoAccountRecords
from geoclimate.adapters.dynamodb_audit import DynamoAuditLog
from geoclimate.adapters.dynamodb_receipts import DynamoReceipts
from geoclimate.adapters.s3_account_files import S3AccountFiles
from geoclimate.runtime.clock import utc_now
from geoclimate.services.export_account import ExportSources


@lru_cache(maxsize=1)
def export_sources() -> ExportSources:
    """Where an export reads and writes, made once a process."""
    settings, client = ExportSettings.from_environment(), boto3.client("dynamodb")
    tables = AccountTables(
        accounts=settings.accounts_table,
        usage=settings.usage_table,
        jobs=settings.jobs_table,
        requests=settings.requests_table,
    )
    return ExportSources(
        directory=CognitoDirectory(boto3.client("cognito-idp"), settings.user_pool_id),
        records=DynamoAccountRecords(client, tables),
        files=S3AccountFiles(boto3.client("s3"), settings.results_bucket),
        audit=DynamoAuditLog(client, settings.audit_table),
        receipts=DynamoReceipts(client, settings.accounts_table),
        clock=utc_now,
    )
