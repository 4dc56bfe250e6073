"""Environment of the promote function."""

from geoclimate.runtime.settings import FunctionSettings


class PromoteSettings(FunctionSettings):
    """What the promote function must be told."""

    models_table: str
