"""Environment of the ingest function."""

from geoclimate.runtime.settings import FunctionSettings


class IngestSettings(FunctionSettings):
    """What the ingest function must be told."""

    observations_table: str
    weather_table: str
    stations_table: str
    files_table: str
    uploads_bucket: str
    lake_bucket: str
    quarantine_queue_url: str
