"""Environment of the survey function."""

from geoclimate.runtime.settings import FunctionSettings


class SurveySettings(FunctionSettings):
    """What the survey function must be told."""

    lake_bucket: str
    small_files: int
