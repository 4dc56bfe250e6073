"""Environment of the dataset function."""

from geoclimate.runtime.settings import FunctionSettings


class DatasetSettings(FunctionSettings):
    """What the dataset function must be told."""

    observations_table: str
    stations_table: str
    weather_table: str
    artifacts_bucket: str
