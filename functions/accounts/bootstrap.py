"""Wiring of the accounts function; nothing is made at import."""

from functools import lru_cache

from aws_lambda_powertools import Logger

from functions.accounts.settings import AccountsSettings
from geoclimate.runtime.telemetry import function_logger


@lru_cache(maxsize=1)
def accounts_settings() -> AccountsSettings:
    """The function's environment."""
    return AccountsSettings()


@lru_cache(maxsize=1)
def accounts_logger() -> Logger:
    """The function's logger."""
    return function_logger("accounts")
