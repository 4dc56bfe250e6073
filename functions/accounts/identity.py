"""Wiring of what concerns the user pool; nothing is made at import."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Annotated

from fastapi import Depends

from functions.accounts.bootstrap import accounts_settings
from geoclimate.services.identity_ports import SecondFactors, SignIns, SignUps, UserDirectory

if TYPE_CHECKING:
    from types_boto3_cognito_idp import CognitoIdentityProviderClient

    from geoclimate.adapters.cognito_sign_ins import CognitoSignIns


@lru_cache(maxsize=1)
def _public_client() -> CognitoIdentityProviderClient:
    """A client without credentials: what everybody may ask of the pool needs no rights of this function's."""
    import boto3  # noqa: PLC0415 - as long to import as all of FastAPI
    from botocore import UNSIGNED  # noqa: PLC0415
    from botocore.config import Config  # noqa: PLC0415

    return boto3.client("cognito-idp", config=Config(signature_version=UNSIGNED))


@lru_cache(maxsize=1)
def _own_client() -> CognitoIdentityProviderClient:
    import boto3  # noqa: PLC0415 - as long to import as all of FastAPI

    return boto3.client("cognito-idp")


@lru_cache(maxsize=1)
def open_sign_ups() -> SignUps:
    """How somebody gets an account."""
    from geoclimate.adapters.cognito_sign_ups import CognitoSignUps  # noqa: PLC0415

    settings = accounts_settings()
    return CognitoSignUps(_public_client(), _own_client(), settings.user_pool_id, settings.user_pool_client_id)


@lru_cache(maxsize=1)
def open_sign_ins() -> CognitoSignIns:
    """How an account gets tokens, and its second factor."""
    from geoclimate.adapters.cognito_sign_ins import CognitoSignIns  # noqa: PLC0415

    return CognitoSignIns(_public_client(), accounts_settings().user_pool_client_id)


@lru_cache(maxsize=1)
def open_directory() -> UserDirectory:
    """The accounts, for administrators."""
    from geoclimate.adapters.cognito_directory import CognitoDirectory  # noqa: PLC0415

    return CognitoDirectory(_own_client(), accounts_settings().user_pool_id)


async def provide_sign_ups() -> SignUps:
    """How somebody gets an account."""
    return open_sign_ups()


async def provide_sign_ins() -> SignIns:
    """How an account gets tokens."""
    return open_sign_ins()


async def provide_second_factors() -> SecondFactors:
    """The second factor."""
    return open_sign_ins()


async def provide_directory() -> UserDirectory:
    """The accounts, for administrators."""
    return open_directory()


SignUpsDependency = Annotated[SignUps, Depends(provide_sign_ups)]
SignInsDependency = Annotated[SignIns, Depends(provide_sign_ins)]
SecondFactorsDependency = Annotated[SecondFactors, Depends(provide_second_factors)]
DirectoryDependency = Annotated[UserDirectory, Depends(provide_directory)]
