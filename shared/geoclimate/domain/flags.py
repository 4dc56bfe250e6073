"""Every quality flag that an observation can carry."""

from typing import Final

from geoclimate.domain.daily_summaries import INCOMPLETE_DAY, MAX_1_HOUR, MAX_8_HOUR
from geoclimate.domain.epa_hourly import QUALIFIED
from geoclimate.domain.epa_outdoor import PRELIMINARY
from geoclimate.domain.local_time import AMBIGUOUS_TIME
from geoclimate.domain.quality import BELOW_DETECTION, FLAT_LINE, SPIKE, VALID

FLAGS: Final = frozenset(
    {
        VALID,
        BELOW_DETECTION,
        QUALIFIED,
        PRELIMINARY,
        INCOMPLETE_DAY,
        MAX_1_HOUR.flag,
        MAX_8_HOUR.flag,
        AMBIGUOUS_TIME,
        FLAT_LINE,
        SPIKE,
    }
)
"""No value has another one."""
