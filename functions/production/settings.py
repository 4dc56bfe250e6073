"""Environment of the production function."""

from geoclimate.runtime.settings import FunctionSettings


class ProductionSettings(FunctionSettings):
    """What the production function must be told."""

    models_table: str
