"""Environment of the forecast function."""

from geoclimate.runtime.settings import FunctionSettings


class ForecastSettings(FunctionSettings):
    """What the forecast function must be told."""

    observations_table: str
    weather_table: str
    stations_table: str
    forecasts_table: str
    verification_table: str
    models_table: str
    circuits_table: str
    artifacts_bucket: str
    endpoint_name: str
    target: str
