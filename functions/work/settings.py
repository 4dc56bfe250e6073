"""Environment of the work function."""

from geoclimate.runtime.settings import FunctionSettings


class WorkSettings(FunctionSettings):
    """What the work function must be told."""

    stage: str
    models_table: str
    accounts_table: str
    audit_table: str
    usage_table: str
    jobs_table: str
