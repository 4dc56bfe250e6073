"""Environment of the API function."""

from collections.abc import Mapping

from geoclimate.domain.plans import Plan
from geoclimate.runtime.settings import FunctionSettings


class ApiSettings(FunctionSettings):
    """What the API function must be told."""

    stage: str
    allowed_origins: tuple[str, ...]
    observations_table: str
    stations_table: str
    forecasts_table: str
    verification_table: str
    models_table: str
    cursor_key_id: str
    accounts_table: str
    audit_table: str
    usage_table: str
    plans: Mapping[str, Plan]
