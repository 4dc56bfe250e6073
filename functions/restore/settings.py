"""Environment of the restore function."""

from geoclimate.runtime.settings import FunctionSettings


class RestoreSettings(FunctionSettings):
    """What the restore function must be told: every table by its logical name, and where backups are."""

    observations_table: str
    weather_table: str
    stations_table: str
    files_table: str
    forecasts_table: str
    verification_table: str
    models_table: str
    scratch_table: str
    backups_bucket: str
    signing_key: str
