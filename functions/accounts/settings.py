"""Environment of the accounts function."""

from collections.abc import Mapping

from geoclimate.domain.plans import Plan
from geoclimate.runtime.settings import FunctionSettings


class AccountsSettings(FunctionSettings):
    """What the accounts function must be told."""

    stage: str
    allowed_origins: tuple[str, ...]
    accounts_table: str
    audit_table: str
    usage_table: str
    requests_table: str
    plans: Mapping[str, Plan]
    user_pool_id: str
    user_pool_client_id: str
    rest_api_id: str
    results_bucket: str
    export_machine_arn: str
    erasure_machine_arn: str
