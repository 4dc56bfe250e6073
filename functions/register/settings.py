"""Environment of the register function."""

from geoclimate.runtime.settings import FunctionSettings


class RegisterSettings(FunctionSettings):
    """What the register function must be told."""

    models_table: str
    artifacts_bucket: str
