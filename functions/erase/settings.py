"""Environment of the erase function."""

from geoclimate.runtime.settings import FunctionSettings


class EraseSettings(FunctionSettings):
    """What the erase function must be told."""

    accounts_table: str
    usage_table: str
    jobs_table: str
    requests_table: str
    results_bucket: str
    user_pool_id: str
