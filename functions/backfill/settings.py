"""Environment of the backfill function."""

from geoclimate.runtime.settings import FunctionSettings


class BackfillSettings(FunctionSettings):
    """What the backfill function must be told."""

    observations_table: str
    weather_table: str
    stations_table: str
    files_table: str
    uploads_bucket: str
    lake_bucket: str
