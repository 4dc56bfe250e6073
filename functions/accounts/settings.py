"""Environment of the accounts function."""

from geoclimate.runtime.settings import FunctionSettings


class AccountsSettings(FunctionSettings):
    """What the accounts function must be told."""

    stage: str
    accounts_table: str
    audit_table: str
    usage_table: str
    user_pool_id: str
    user_pool_client_id: str
    rest_api_id: str
