"""`/v1/stations/{station}/observations`: what was measured."""

import datetime as dt
from dataclasses import dataclass, replace
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request, Response

from functions.api.bootstrap import ClockDependency, ObservationsDependency, StationsDependency
from functions.api.forms.documented import form_responses
from functions.api.forms.negotiation import chosen_form
from functions.api.forms.written import written_table
from functions.api.tables.observations import means_table, observations_table
from geoclimate.contracts.forms import Form
from geoclimate.contracts.http import QuantileAnswer, StationId
from geoclimate.contracts.observations import (
    ConversionAnswer,
    MeanAnswer,
    MeansAnswer,
    ObservationAnswer,
    ObservationsAnswer,
    ObservationsRequest,
)
from geoclimate.contracts.problems import DOMAIN_PROBLEMS, INVALID_QUERY, NOT_ACCEPTABLE
from geoclimate.domain.calendar_steps import Interval
from geoclimate.domain.errors import UnknownParameter, UnknownSeries, UnknownStation
from geoclimate.domain.interval_means import QUANTILE_LEVELS, IntervalMean
from geoclimate.domain.observations import Observation
from geoclimate.domain.parameters import Parameter
from geoclimate.domain.quality import COUNTED_FLAGS
from geoclimate.domain.units import Rescaling
from geoclimate.runtime.web.costing import sized
from geoclimate.runtime.web.guarded_route import GuardedRoute, requires
from geoclimate.runtime.web.pages import next_link, position_of
from geoclimate.runtime.web.problem_docs import problem_responses
from geoclimate.services.observation_window import (
    ObservationQuery,
    PageRequest,
    days_of_page,
    parse_flags,
    parse_units,
    parse_zone,
)
from geoclimate.services.read_means import Calendar, read_means
from geoclimate.services.read_observations import read_observations
from geoclimate.services.read_stations import read_parameter, read_station

router = APIRouter(prefix="/v1/stations/{station}/observations", tags=["stations"], route_class=GuardedRoute)

_FORMS: Final[tuple[Form, ...]] = ("json", "csv", "ndjson")
_MOST_ROWS: Final = 8_000
"""Of a page as a table: a row repeats what JSON says once, up to 600 bytes, and Lambda's answers end at 6 MB."""
_EPOCH: Final = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_MICROSECOND: Final = dt.timedelta(microseconds=1)


@router.get(
    "",
    summary="Read observations or their means",
    response_description="The window and its observations, or the means of its hours, days or months.",
    response_model=ObservationsAnswer | MeansAnswer,
    responses={
        **form_responses(_FORMS),
        **problem_responses(
            DOMAIN_PROBLEMS[UnknownStation],
            DOMAIN_PROBLEMS[UnknownSeries],
            DOMAIN_PROBLEMS[UnknownParameter],
            INVALID_QUERY,
            NOT_ACCEPTABLE,
        ),
    },
)
@requires("observations:read")
@sized(lambda query, **_: days_of_page(query.start, query.end, query.every, query.limit))
async def get_observations(
    request: Request,
    station: StationId,
    query: Annotated[ObservationsRequest, Query()],
    stations: StationsDependency,
    observations: ObservationsDependency,
    clock: ClockDependency,
) -> ObservationsAnswer | MeansAnswer | Response:
    """Observations of one parameter whose interval starts in `[from, to)`, or their means by hour, day or month.

    Without `from` and `to` the answer is the newest stretch that the series has. Means show every step of the window,
    also those without a value, and say why. With `as_of` it is the answer that would have been given then: what was
    uploaded later does not count.
    """
    form = chosen_form(request, query.format, _FORMS)
    shown = _shown(query)
    asked, page = _page(request, query, station, form)
    if query.every == "raw":
        found = read_observations(stations, observations, clock, asked, page)
        window = Interval(found.start, found.end)
        listed = ObservationsAnswer(
            **_members(query, station, shown, window),
            observations=tuple(_observation(one, shown) for one in found.observations),
            next=_next(request, found.after, window),
        )
        if form == "json":
            return listed
        return written_table(observations_table(listed, read_station(stations, station)), form)
    means = read_means(stations, observations, clock, asked, Calendar(query.every, shown.zone), page)
    answer = MeansAnswer(
        **_members(query, station, shown, Interval(means.start, means.end)),
        every=query.every,
        flags=tuple(sorted(COUNTED_FLAGS if asked.flags is None else asked.flags)),
        means=tuple(_mean(one, shown) for one in means.means),
        next=_next(request, means.after, means.window),
    )
    return answer if form == "json" else written_table(means_table(answer, read_station(stations, station)), form)


@dataclass(frozen=True, slots=True)
class _Shown:
    """How values and times are shown.

    Attributes:
        parameter: What is measured.
        rescaling: The way from its canonical unit to that of the answer; None where they are one.
        zone: Zone of times.
    """

    parameter: Parameter
    rescaling: Rescaling | None
    zone: dt.tzinfo

    def value(self, value: float) -> float:
        return value if self.rescaling is None else self.rescaling(value)

    def time(self, instant: dt.datetime) -> dt.datetime:
        return instant.astimezone(self.zone)


def _shown(query: ObservationsRequest) -> _Shown:
    parameter = read_parameter(query.parameter)
    rescaling = None if query.units is None else parse_units(query.units, parameter)
    if rescaling is not None and rescaling.unit == parameter.unit:
        rescaling = None
    return _Shown(parameter, rescaling, parse_zone(query.tz))


def _page(
    request: Request, query: ObservationsRequest, station: str, form: Form
) -> tuple[ObservationQuery, PageRequest]:
    """What is asked for, and which page of it; a cursor holds the window, whose end may have moved on meanwhile."""
    asked = ObservationQuery(
        station=station,
        parameter=query.parameter,
        start=query.start,
        end=query.end,
        as_of=query.as_of,
        flags=None if query.flags is None else parse_flags(query.flags),
        instrument=query.instrument,
    )
    limit = query.limit if form == "json" else min(query.limit or _MOST_ROWS, _MOST_ROWS)
    if query.cursor is None:
        return asked, PageRequest(limit)
    parts = position_of(request, query.cursor, float, float, float)
    begin, start, end = map(_instant, map(float, parts))
    return replace(asked, start=start, end=end), PageRequest(limit, begin)


def _next(request: Request, after: dt.datetime | None, window: Interval) -> str | None:
    if after is None:
        return None
    return next_link(request, _microseconds(after), *map(_microseconds, window))


def _microseconds(instant: dt.datetime) -> float:
    """Since 1970; exact until the year 2255."""
    return float((instant - _EPOCH) // _MICROSECOND)


def _instant(microseconds: float) -> dt.datetime:
    return _EPOCH + microseconds * _MICROSECOND


def _members(query: ObservationsRequest, station: str, shown: _Shown, window: Interval) -> dict[str, Any]:
    """What both answers have."""
    way = shown.rescaling
    return {
        "station": station,
        "parameter": query.parameter,
        "unit": shown.parameter.unit if way is None else way.unit,
        "conversion": None
        if way is None
        else ConversionAnswer(
            source=shown.parameter.unit,
            target=way.unit,
            factor=way.factor,
            offset=way.offset,
            conditions=way.conditions,
        ),
        "tz": query.tz,
        "start": shown.time(window.start),
        "end": shown.time(window.end),
        "as_of": None if query.as_of is None else shown.time(query.as_of),
    }


def _observation(observation: Observation, shown: _Shown) -> ObservationAnswer:
    return ObservationAnswer(
        start=shown.time(observation.start),
        end=shown.time(observation.end),
        value=shown.value(observation.value),
        delivered_value=observation.delivered_value,
        delivered_unit=observation.delivered_unit,
        instrument=observation.instrument,
        flag=observation.flag,
        ingested_at=shown.time(observation.ingested_at),
        revision=observation.revision,
    )


def _mean(found: IntervalMean, shown: _Shown) -> MeanAnswer:
    return MeanAnswer(
        start=shown.time(found.start),
        end=shown.time(found.end),
        mean=_or_none(found.mean, shown),
        coverage=found.coverage,
        count=found.count,
        minimum=_or_none(found.minimum, shown),
        maximum=_or_none(found.maximum, shown),
        quantiles=None
        if found.quantiles is None
        else tuple(
            QuantileAnswer(level=level, value=shown.value(value))
            for level, value in zip(QUANTILE_LEVELS, found.quantiles, strict=True)
        ),
        null_reason=found.null_reason,
    )


def _or_none(value: float | None, shown: _Shown) -> float | None:
    return None if value is None else shown.value(value)
