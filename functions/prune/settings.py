"""Environment of the prune function."""

from geoclimate.runtime.settings import FunctionSettings


class PruneSettings(FunctionSettings):
    """What the prune function must be told."""

    models_table: str
    endpoint_name: str
    name_prefix: str
