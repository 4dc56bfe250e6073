"""Environment of the compact function."""

from geoclimate.runtime.settings import FunctionSettings


class CompactSettings(FunctionSettings):
    """What the compact function must be told."""

    lake_bucket: str
