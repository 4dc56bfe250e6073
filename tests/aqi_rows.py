"""Observations of one station for tests of the air quality index."""

import datetime as dt

from geoclimate.domain.observations import Observation

AT = dt.datetime(2024, 7, 1, 12, tzinfo=dt.UTC)
STATION = "epa-06-037-1103"


def observed(
    value: float,
    *,
    ended: float = 0.0,
    parameter: str = "pm25",
    instrument: str = "1",
    flag: str = "valid",
    minutes: int = 60,
) -> Observation:
    """An observation that ended so many hours before `AT`, in the canonical unit."""
    end = AT - dt.timedelta(hours=ended)
    return Observation(
        station=STATION,
        parameter=parameter,
        start=end - dt.timedelta(minutes=minutes),
        end=end,
        value=value,
        delivered_value=value,
        delivered_unit="µg/m³",
        instrument=instrument,
        flag=flag,
        source="epa",
        file_digest="0" * 64,
        line=2,
        ingested_at=AT,
    )


def hourly_rows(hours: int, value: float, parameter: str = "pm25", *, first: int = 0) -> list[Observation]:
    """The same value in so many hours before `AT`, beginning `first` hours before it."""
    return [observed(value, ended=first + hour, parameter=parameter) for hour in range(hours)]
