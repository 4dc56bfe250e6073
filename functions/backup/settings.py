"""Environment of the backup function."""

from geoclimate.runtime.settings import FunctionSettings


class BackupSettings(FunctionSettings):
    """What the backup function must be told: every table by its logical name, and where backups go."""

    observations_table: str
    stations_table: str
    files_table: str
    forecasts_table: str
    models_table: str
    backups_bucket: str
