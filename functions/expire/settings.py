"""Environment of the expire function."""

from geoclimate.runtime.settings import FunctionSettings


class ExpireSettings(FunctionSettings):
    """What the expire function must be told."""

    accounts_table: str
