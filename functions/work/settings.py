"""Environment of the work function."""

from collections.abc import Mapping

from geoclimate.domain.plans import Plan
from geoclimate.runtime.settings import FunctionSettings


class WorkSettings(FunctionSettings):
    """What the work function must be told."""

    stage: str
    allowed_origins: tuple[str, ...]
    models_table: str
    accounts_table: str
    audit_table: str
    usage_table: str
    requests_table: str
    plans: Mapping[str, Plan]
    jobs_table: str
    stations_table: str
    artifacts_bucket: str
    deployment_machine_arn: str
    rollback_machine_arn: str
    target: str
    circuits_table: str
    endpoint_name: str
    uploads_bucket: str
    results_bucket: str
    job_machine_arn: str
