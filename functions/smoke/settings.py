"""Environment of the smoke function."""

from geoclimate.runtime.settings import FunctionSettings


class SmokeSettings(FunctionSettings):
    """What the smoke function must be told."""

    observations_table: str
    weather_table: str
    stations_table: str
    endpoint_name: str
