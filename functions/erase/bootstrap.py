"""Wiring of the erase function."""

from functools import lru_cache

import boto3

from functions.erase.settings import EraseSettings
from geoclimate.adapters.apigateway_keys import ApiGatewayKeyDeleter
from geoclimate.adapters.cognito_directory import CognitoDirectory
from geoclimate.adapters.dynamodb_account_records import AccountTables, DynamoAccountRecords
from geoclimate.adapters.dynamodb_keys import DynamoKeyStore
from geoclimate.adapters.dynamodb_receipts import DynamoReceipts
from geoclimate.adapters.s3_account_files import S3AccountFiles
from geoclimate.runtime.clock import utc_now
from geoclimate.services.erase_account import ErasureTargets


@lru_cache(maxsize=1)
def erasure_targets() -> ErasureTargets:
    """Where an account is erased, made once a process."""
    settings, client = EraseSettings.from_environment(), boto3.client("dynamodb")
    tables = AccountTables(
        accounts=settings.accounts_table,
        usage=settings.usage_table,
        jobs=settings.jobs_table,
        requests=settings.requests_table,
    )
    return ErasureTargets(
        directory=CognitoDirectory(boto3.client("cognito-idp"), settings.user_pool_id),
        keys=DynamoKeyStore(client, settings.accounts_table),
        gateway=ApiGatewayKeyDeleter(boto3.client("apigateway")),
        records=DynamoAccountRecords(client, tables),
        files=S3AccountFiles(boto3.client("s3"), settings.results_bucket),
        receipts=DynamoReceipts(client, settings.accounts_table),
        clock=utc_now,
    )
