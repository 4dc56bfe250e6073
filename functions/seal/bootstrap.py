"""Wiring of the seal function."""

from collections.abc import Callable
from functools import lru_cache, partial

import boto3

from functions.seal.settings import SealSettings
from geoclimate.adapters.kms_signer import KmsSigner
from geoclimate.adapters.s3_objects import S3Objects
from geoclimate.contracts.workflows import ConfirmRequest, SealRequest, SealResult
from geoclimate.runtime.clock import utc_now
from geoclimate.services.seal_backup import seal_backup
from geoclimate.services.sign_object import SignedObjects


@lru_cache(maxsize=1)
def backup_sealer() -> Callable[[SealRequest | ConfirmRequest], SealResult]:
    """The use case with its adapters, made once a process."""
    settings = SealSettings.from_environment()
    backups = SignedObjects(
        objects=S3Objects(boto3.client("s3"), settings.backups_bucket),
        signer=KmsSigner(boto3.client("kms"), settings.signing_key),
    )
    return partial(seal_backup, backups=backups, clock=utc_now)
