"""What EPA's two daily files have in common: the local day, the statistic, and what speaks against a value."""

import datetime as dt
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from geoclimate.domain.errors import RefusedValue
from geoclimate.domain.quality import LAST_YEAR, VALID, RowRule, parse_number, require, shortened
from geoclimate.domain.us_standard_time import standard_offset

INCOMPLETE_DAY: Final = "incomplete-day"
"""Flag of a summary of fewer than `LEAST_PERCENT` of the day's values."""
LEAST_PERCENT: Final = 75.0
"""As EPA asks of a day: 40 CFR part 50, appendix N, 3.0(c), for PM2.5, and the appendices of the gases alike."""
DAY: Final = dt.timedelta(days=1)
_REMEMBERED: Final = 8192
_ISO_DATE: Final = re.compile(r"(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)", re.ASCII)
_US_DATE: Final = re.compile(r"(?P<month>\d\d)/(?P<day>\d\d)/(?P<year>\d{4})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Statistic:
    """Which figure of a day a value is.

    Attributes:
        suffix: What is put behind the instrument, so that two figures of one day never take each other's place.
        flag: Flag of the value: only a mean over the interval is `valid` as every other observation is.
    """

    suffix: str
    flag: str


MEAN: Final = Statistic("", VALID)
MAX_1_HOUR: Final = Statistic("-max-1h", "daily-max-1-hour")
MAX_8_HOUR: Final = Statistic("-max-8h", "daily-max-8-hour")


def summary_flag(statistic: Statistic, percent: str, percent_column: str) -> str:
    """The flag of a summary: `incomplete-day`, or that of its statistic.

    Raises:
        RefusedValue: `required`, `number`.
    """
    complete = parse_number(require(percent, percent_column), percent_column) >= LEAST_PERCENT
    return statistic.flag if complete else INCOMPLETE_DAY


def parse_iso_day(text: str, column: str) -> dt.date:
    """A date such as 2019-01-31.

    Raises:
        RefusedValue: `required`, `timestamp`.
    """
    return _parse_day(text, column, _ISO_DATE, "2019-01-31")


def parse_us_day(text: str, column: str) -> dt.date:
    """A date such as 01/31/2019, the month first.

    Raises:
        RefusedValue: `required`, `timestamp`.
    """
    return _parse_day(text, column, _US_DATE, "01/31/2019")


def _parse_day(text: str, column: str, form: re.Pattern[str], example: str) -> dt.date:
    match = form.fullmatch(require(text, column))
    if match is None:
        message = f"'{shortened(text)}' is not a date: write it as EPA does, such as {example}"
        raise RefusedValue(RowRule.TIMESTAMP, column, text, message)
    try:
        day = dt.date(int(match["year"]), int(match["month"]), int(match["day"]))
    except ValueError as error:
        message = f"'{shortened(text)}' is not in the calendar ({error}): correct the date"
        raise RefusedValue(RowRule.TIMESTAMP, column, text, message) from None
    if day.year > LAST_YEAR:
        message = f"'{shortened(text)}' lies after {LAST_YEAR}: correct the date"
        raise RefusedValue(RowRule.TIMESTAMP, column, text, message)
    return day


@lru_cache(maxsize=_REMEMBERED)
def local_day(state: str, county: str, day: dt.date, column: str) -> tuple[dt.datetime, dt.datetime]:
    """Beginning and end of a day in local standard time, UTC.

    Args:
        state: FIPS code, two digits.
        county: FIPS code, three digits.
        day: The local day.
        column: The column that names the county.

    Raises:
        RefusedValue: `time-zone`.
    """
    zone = dt.timezone(standard_offset(state, county, day, column))
    start = dt.datetime.combine(day, dt.time(), zone).astimezone(dt.UTC)
    return start, start + DAY
