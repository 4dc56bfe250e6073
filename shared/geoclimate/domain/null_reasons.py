"""Why there is no value where one was asked for."""

import datetime as dt
from enum import StrEnum
from typing import Final

LATE_FOR: Final = dt.timedelta(days=7)
"""A series that has brought nothing for longer is no longer late: it seems to have ended."""


class NullReason(StrEnum):
    """Why there is no value; the first that applies, from the weakest to the strongest claim on the provider."""

    NOT_MEASURED = "not_measured"
    """The station does not measure it, or not by the hour."""
    OUTSIDE_PERIOD = "outside_period"
    """The instant lies before the series begins, or so long after its end that it seems to have ended."""
    QC_REJECTED = "qc_rejected"
    """Enough came, but quality rules flagged it."""
    UPSTREAM_LATE = "upstream_late"
    """It has not come, or too little of it."""
