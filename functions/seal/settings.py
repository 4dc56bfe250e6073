"""Environment of the seal function."""

from geoclimate.runtime.settings import FunctionSettings


class SealSettings(FunctionSettings):
    """What the seal function must be told."""

    backups_bucket: str
    signing_key: str
