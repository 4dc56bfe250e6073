"""How a function's typed settings read the environment."""

from typing import Final

from pydantic_settings import BaseSettings, SettingsConfigDict

ENVIRONMENT_PREFIX: Final = "GEOCLIMATE_"


class FunctionSettings(BaseSettings):
    """Settings of one function: frozen, one prefix, read in `bootstrap.py` and never at import.

    A child class is the one home of its function's environment: CDK fills exactly its fields.
    """

    model_config = SettingsConfigDict(env_prefix=ENVIRONMENT_PREFIX, frozen=True, extra="ignore")
