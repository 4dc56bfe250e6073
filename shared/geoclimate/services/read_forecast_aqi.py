"""The air quality index of what is expected: the stored forecast's quantiles, hour by hour.

A forecast has quantiles of each hour's concentration. The index never falls while the concentration rises, so the index
of a quantile is that quantile of the index of the hour. A quantile of a mean of several hours cannot be had so: it
depends on how the hours go together, which the quantiles of single hours do not say. That is why every index here is of
one hour's mean, also where the standard's own index is of a NowCast or of a mean of 8 or 24 hours.
"""

import datetime as dt
from dataclasses import dataclass
from functools import partial

from geoclimate.domain.aqi.catalogue import scales_asked, standard_named
from geoclimate.domain.aqi.pollutant_index import canonical_per_unit
from geoclimate.domain.aqi.standards import Scale, Standard
from geoclimate.domain.aqi.sub_index import SubIndex, sub_index
from geoclimate.services.ports import Clock, ForecastStore, StationStore
from geoclimate.services.read_forecast import CurrentForecast, read_forecast


@dataclass(frozen=True, slots=True)
class IndexedValue:
    """A concentration and its index.

    Attributes:
        value: Concentration of the hour, in the parameter's canonical unit.
        sub_index: Its index.
    """

    value: float
    sub_index: SubIndex


@dataclass(frozen=True, slots=True)
class ExpectedIndex:
    """What is expected for one hour.

    Attributes:
        lead_hours: Which hour after the issue time.
        start: Beginning of the hour, UTC.
        end: End of the hour, UTC.
        median: The .5 quantile.
        lower: The .1 quantile.
        upper: The .9 quantile.
        quantiles: Level and index of everything that the model gave, ascending by level.
    """

    lead_hours: int
    start: dt.datetime
    end: dt.datetime
    median: IndexedValue
    lower: IndexedValue
    upper: IndexedValue
    quantiles: tuple[tuple[float, IndexedValue], ...]


@dataclass(frozen=True, slots=True)
class ForecastIndex:
    """The index of the newest forecast of a series.

    Attributes:
        standard: Standard that it follows.
        current: The forecast, and how old it is.
        scale: The scale with the standard's own averaging period.
        hours: One entry a lead time, ascending.
    """

    standard: Standard
    current: CurrentForecast
    scale: Scale
    hours: tuple[ExpectedIndex, ...]


def read_forecast_aqi(
    stations: StationStore, forecasts: ForecastStore, clock: Clock, station: str, parameter: str, standard: str
) -> ForecastIndex:
    """The index of every quantile of the newest forecast of a series; one query where there is a forecast.

    Raises:
        UnknownStandard: There is no such standard.
        InvalidQuery: The parameter takes no part in the standard.
        UnknownStation: There is no such station.
        UnknownSeries: The station does not measure the parameter.
        NoForecast: The series is known, but nothing was forecast for it.
        IntegrityError: The stored forecast lacks a quantile that every forecast has.
    """
    asked = standard_named(standard)
    scales = scales_asked(asked, parameter)
    current = read_forecast(stations, forecasts, clock, station, parameter)
    indexed = partial(_indexed, scales, parameter)
    hours = tuple(
        ExpectedIndex(
            hour.lead_hours,
            hour.start,
            hour.end,
            indexed(hour.median),
            indexed(hour.lower),
            indexed(hour.upper),
            tuple((level, indexed(value)) for level, value in hour.quantiles),
        )
        for hour in current.hours
    )
    return ForecastIndex(asked, current, scales[0], hours)


def _indexed(scales: tuple[Scale, ...], parameter: str, value: float) -> IndexedValue:
    found = (sub_index(scale, value / canonical_per_unit(parameter, scale.unit)) for scale in scales)
    # Never empty: one scale of each parameter begins at 0.
    return IndexedValue(value, max((one for one in found if one is not None), key=lambda one: one.index))
