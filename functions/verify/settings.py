"""Environment of the verify function."""

from geoclimate.runtime.settings import FunctionSettings


class VerifySettings(FunctionSettings):
    """What the verify function must be told."""

    forecasts_table: str
    observations_table: str
    verification_table: str
    lake_bucket: str
