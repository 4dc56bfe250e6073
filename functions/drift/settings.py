"""Environment of the drift function."""

from geoclimate.runtime.settings import FunctionSettings


class DriftSettings(FunctionSettings):
    """What the drift function must be told."""

    observations_table: str
    stations_table: str
    artifacts_bucket: str
    target: str
