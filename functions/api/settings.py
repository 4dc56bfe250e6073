"""Environment of the API function."""

from geoclimate.runtime.settings import FunctionSettings


class ApiSettings(FunctionSettings):
    """What the API function must be told."""

    stage: str
    observations_table: str
    stations_table: str
    forecasts_table: str
    verification_table: str
