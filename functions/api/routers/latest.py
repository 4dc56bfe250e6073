"""`/v1/observations/latest`: the newest value of many stations."""

import datetime as dt
from typing import Annotated, Final

from fastapi import APIRouter, Query, Request, Response

from functions.api.bootstrap import ClockDependency, ObservationsDependency, StationsDependency
from functions.api.forms.documented import form_responses
from functions.api.forms.negotiation import chosen_form
from functions.api.forms.written import written_table
from functions.api.tables.latest import latest_table
from geoclimate.contracts.forms import Form
from geoclimate.contracts.latest import LatestAnswer, LatestValueAnswer
from geoclimate.contracts.problems import DOMAIN_PROBLEMS, INVALID_QUERY, NOT_ACCEPTABLE
from geoclimate.contracts.station_search import LatestRequest
from geoclimate.domain.errors import InvalidQuery, UnknownParameter, UnknownStation
from geoclimate.runtime.web.costing import sized
from geoclimate.runtime.web.guarded_route import GuardedRoute, requires
from geoclimate.runtime.web.pages import DEFAULT_LIMIT, next_link, position_of
from geoclimate.runtime.web.problem_docs import problem_responses
from geoclimate.services.read_latest import LatestValue, read_latest, read_named_stations
from geoclimate.services.read_stations import read_parameter
from geoclimate.services.search_stations import StationFilter, StationPage, stations_in_box

router = APIRouter(prefix="/v1/observations/latest", tags=["stations"], route_class=GuardedRoute)

_FORMS: Final[tuple[Form, ...]] = ("json", "geojson", "csv", "ndjson")


@router.get(
    "",
    summary="Read the newest values",
    response_description="One entry a station.",
    response_model=LatestAnswer,
    responses={
        **form_responses(_FORMS),
        **problem_responses(
            DOMAIN_PROBLEMS[UnknownStation], DOMAIN_PROBLEMS[UnknownParameter], INVALID_QUERY, NOT_ACCEPTABLE
        ),
    },
)
@requires("observations:read")
@sized(lambda query, **_: query.station.count(",") + 1 if query.station else query.limit or DEFAULT_LIMIT)
async def get_latest(
    request: Request,
    query: Annotated[LatestRequest, Query()],
    stations: StationsDependency,
    observations: ObservationsDependency,
    clock: ClockDependency,
) -> LatestAnswer | Response:
    """The newest value of one parameter at each of up to 100 stations, however old; `age_seconds` says how old.

    Stations are named, or lie in a box. Where there is no value, `null_reason` says why.
    """
    form = chosen_form(request, query.format, _FORMS)
    unit = read_parameter(query.parameter).unit
    if (query.station is None) == (query.bbox is None):
        raise InvalidQuery("station", "or 'bbox' says which stations: give one of the two")
    if query.bbox is not None:
        after = None
        if query.cursor is not None:
            after = str(position_of(request, query.cursor, str)[0])
        page = stations_in_box(
            stations, query.bbox, StationFilter(query.parameter), query.limit or DEFAULT_LIMIT, after
        )
    else:
        for name, given in (("limit", query.limit is not None), ("cursor", query.cursor is not None)):
            if given:
                raise InvalidQuery(name, "cannot stand beside 'station': the stations named come in one page")
        page = StationPage(read_named_stations(stations, (query.station or "").split(",")), None)
    now = clock()
    answer = LatestAnswer(
        parameter=query.parameter,
        unit=unit,
        values=tuple(_answer(value, now) for value in read_latest(observations, page.stations, query.parameter)),
        next=None if page.after is None else next_link(request, page.after),
    )
    return answer if form == "json" else _written(answer, form)


def _written(answer: LatestAnswer, form: Form) -> Response:
    if form != "geojson":
        return written_table(latest_table(answer), form)
    from functions.api.forms.geojson_form import geojson_response, point_feature  # noqa: PLC0415 - seldom asked for

    common = {"parameter": answer.parameter, "unit": answer.unit}
    features = [
        point_feature(
            one["station"],
            one["latitude"],
            one["longitude"],
            common | {name: member for name, member in one.items() if name not in {"latitude", "longitude"}},
        )
        for one in answer.model_dump(mode="json", include={"values"})["values"]
    ]
    return geojson_response(features, answer.next)


def _answer(latest: LatestValue, now: dt.datetime) -> LatestValueAnswer:
    found = latest.observation
    return LatestValueAnswer(
        station=latest.station.id,
        latitude=latest.station.latitude,
        longitude=latest.station.longitude,
        value=None if found is None else found.value,
        start=None if found is None else found.start,
        end=None if found is None else found.end,
        instrument=None if found is None else found.instrument,
        flag=None if found is None else found.flag,
        age_seconds=None if found is None else int((now - found.end).total_seconds()),
        null_reason=latest.null_reason,
    )
