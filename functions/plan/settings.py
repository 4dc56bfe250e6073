"""Environment of the plan function."""

from geoclimate.runtime.settings import FunctionSettings


class PlanSettings(FunctionSettings):
    """What the plan function must be told."""

    uploads_bucket: str
    most_at_once: int
