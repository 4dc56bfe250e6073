"""How a function's typed settings read the environment."""

import json
import os
from typing import ClassVar, Final, Self

from pydantic import BaseModel, ConfigDict

ENVIRONMENT_PREFIX: Final = "GEOCLIMATE_"


class FunctionSettings(BaseModel):
    """Settings of one function: frozen, one prefix, read in `bootstrap.py` and never at import.

    A child class is the one home of its function's environment: CDK fills exactly its fields. A field is read from the
    variable of its name. pydantic-settings would do the same, and takes a tenth of the cold start for sources and a
    command line that no function has.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    environment_prefix: ClassVar[str] = ENVIRONMENT_PREFIX

    @classmethod
    def from_environment(cls) -> Self:
        """The settings that the environment holds.

        Raises:
            ValidationError: A variable is missing or cannot be read; all of them are named.
        """
        variables = {name: f"{cls.environment_prefix}{name}".upper() for name in cls.model_fields}
        found = {name: os.environ[variable] for name, variable in variables.items() if variable in os.environ}
        # A field that is no plain value is written as JSON.
        return cls(**{name: json.loads(text) if text.startswith(("{", "[")) else text for name, text in found.items()})
