"""Rules that look at a series of values of one instrument, with their parameters.

Concentrations: calibrated on the hourly data of eight stations in Beijing, 2013 to 2016 (UCI Machine Learning
Repository, data set 501, S. Chen, 2017), as delivered and rounded as coarsely as the US EPA's AQS delivers (1 ppb; CO
0.1 ppm): what is flagged there are faults that several stations share, values that stand for many hours, and
calibrations. Weather: the limits of the US EPA's screening (EPA-454/R-99-005, table 8-4), widened until stations that
report whole degrees, knots or hectopascals keep their calm days. What an instrument says in clean air, or a rain gauge
on a dry day, stands still for good reasons, so a flat line counts only above a level.
"""

import math
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

MOST_A_DAY: Final = 1440
"""Values of one instrument on one UTC day: one a minute. Keeps a packed day far below DynamoDB's 400 KB an item."""

SPIKE_HOURS: Final = 12
"""A value is compared with those at most this long before and after it: half a daily cycle either way."""
SPIKE_NEIGHBOURS: Final = 8
"""So many values must lie around it; a median of fewer says little."""
SPIKE_Z: Final = 6.0
"""Robust z beyond which a value is far out. For normal data 3.5 is usual (Iglewicz and Hoaglin, 1993, volume 16 of the
ASQC Basic References in Quality Control); hourly concentrations have long tails."""
SPIKE_RETURN: Final = 0.25
"""The values beside a spike lie within this part of its distance from the median: an episode builds up and lingers."""
LEAST_SCALE: Final = 0.1
"""The scale of z is at least this part of the jump, so that steady hours do not make small steps remarkable."""
MAD_TO_SIGMA: Final = 1.4826
"""Standard deviation of a normal distribution by its median absolute deviation: 1 / 0.67449."""


@dataclass(frozen=True, slots=True)
class FlatLine:
    """When equal values in consecutive hours are no measurement.

    Attributes:
        values: So many equal values make a flat line; at most a day of them.
        above: Values up to this one stand still for good reasons, canonical unit.
        below: Likewise from this one.
    """

    values: int
    above: float = -math.inf
    below: float = math.inf


@dataclass(frozen=True, slots=True)
class SeriesRules:
    """The rules of one parameter.

    Attributes:
        flat_line: When equal values are flagged.
        jump: How far a spike lies from both neighbours at least, canonical unit; infinite where single values jump.
    """

    flat_line: FlatLine
    jump: float = math.inf


_TABLE: Final = {
    # Whole micrograms repeat in clean air. The longest honest run above 20 has five values, and six stood still
    # at all stations of Beijing on 18 September 2013.
    "pm1": SeriesRules(FlatLine(6, above=20.0), jump=100.0),
    "pm25": SeriesRules(FlatLine(6, above=20.0), jump=100.0),
    # A squall lifts dust for one hour at several stations at once, by up to 200.
    "pm10": SeriesRules(FlatLine(6, above=20.0), jump=200.0),
    "bc": SeriesRules(FlatLine(6, above=1.0), jump=20.0),
    # Background ozone moves by 1 ppb an hour, so that 6 equal hours happen; 10 do once in years.
    "o3": SeriesRules(FlatLine(10, above=20.0), jump=100.0),
    "no": SeriesRules(FlatLine(8, above=20.0), jump=200.0),
    "no2": SeriesRules(FlatLine(8, above=20.0), jump=80.0),
    "nox": SeriesRules(FlatLine(8, above=30.0), jump=250.0),
    # A plume passes a station beside its source in an hour; calibration gas stands at 200 and more.
    "so2": SeriesRules(FlatLine(12, above=20.0), jump=150.0),
    # Delivered in steps of 100: 12 equal hours of 300 to 700 are common, 24 above 500 are not.
    "co": SeriesRules(FlatLine(24, above=500.0), jump=3_000.0),
    # An overcast winter's night keeps one whole degree for 13 hours.
    "temperature": SeriesRules(FlatLine(18), jump=6.0),
    "dewpoint": SeriesRules(FlatLine(24), jump=6.0),
    # Fog and rain keep an instrument at the end of its scale for days.
    "relativehumidity": SeriesRules(FlatLine(24, below=95.0), jump=40.0),
    "pressure": SeriesRules(FlatLine(24), jump=6.0),
    # Below 0.5 m/s a cup anemometer stands still; a gust front is one hour's mean.
    "wind_speed": SeriesRules(FlatLine(12, above=0.5), jump=8.0),
    # 0 is calm. A vane turns by any angle, so no change of direction is a spike.
    "wind_direction": SeriesRules(FlatLine(24, above=0.0)),
    # A tipping bucket counts 0.1 to 0.254 mm a tip; a shower is a spike by nature.
    "precipitation": SeriesRules(FlatLine(6, above=0.3)),
}

SERIES_RULES: Final = MappingProxyType(_TABLE)
"""The rules by parameter code."""
