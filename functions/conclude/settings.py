"""Environment of the conclude function."""

from geoclimate.runtime.settings import FunctionSettings


class ConcludeSettings(FunctionSettings):
    """What the conclude function must be told."""

    uploads_bucket: str
