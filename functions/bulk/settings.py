"""Environment of the bulk function."""

from geoclimate.runtime.settings import FunctionSettings


class BulkSettings(FunctionSettings):
    """What the bulk function must be told."""

    jobs_table: str
    results_bucket: str
    stations_table: str
    observations_table: str
    forecasts_table: str
    models_table: str
    circuits_table: str
    artifacts_bucket: str
    endpoint_name: str
    target: str
