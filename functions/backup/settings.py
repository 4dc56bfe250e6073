"""Environment of the backup function."""

from geoclimate.runtime.settings import FunctionSettings


class BackupSettings(FunctionSettings):
    """What the backup function must be told."""

    backups_bucket: str
