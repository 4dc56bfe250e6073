"""Environment of the export function."""

from geoclimate.runtime.settings import FunctionSettings


class ExportSettings(FunctionSettings):
    """What the export function must be told."""

    accounts_table: str
    usage_table: str
    jobs_table: str
    requests_table: str
    audit_table: str
    results_bucket: str
    user_pool_id: str
