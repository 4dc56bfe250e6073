"""`/v1/predict`: forecasts of what the caller has measured."""

from collections.abc import Mapping
from typing import Annotated, Any, Final, TypeVar

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ValidationError
from pydantic_core import to_json

from functions.work.bootstrap import ClockDependency
from functions.work.predicted import batch_members, single_members
from functions.work.prediction_bootstrap import PredictorDependency
from geoclimate.contracts.http import NoQuery
from geoclimate.contracts.predict import (
    AHEAD,
    PredictAnswer,
    PredictBatchAnswer,
    PredictBatchBody,
    PredictBatchHead,
    PredictBody,
    PredictHead,
)
from geoclimate.contracts.problems import DOMAIN_PROBLEMS, INVALID_BODY, INVALID_QUERY, MALFORMED_BODY
from geoclimate.domain.errors import InvalidBody, ModelNotServed, NotFound, TooManySeries, UnusableValues
from geoclimate.domain.places import Point
from geoclimate.runtime.web.costing import sized
from geoclimate.runtime.web.guarded_route import GuardedRoute, requires
from geoclimate.runtime.web.problem_docs import problem_responses
from geoclimate.services.own_series import OwnSeries, read_matrices
from geoclimate.services.ports import Clock
from geoclimate.services.predict_series import SeriesPredictor

router = APIRouter(prefix="/v1/predict", tags=["predictions"], route_class=GuardedRoute)

_Head = TypeVar("_Head", PredictHead, PredictBatchHead)
_HISTORY: Final = "history"
_PROBLEMS: Final = problem_responses(
    DOMAIN_PROBLEMS[NotFound],
    DOMAIN_PROBLEMS[ModelNotServed],
    DOMAIN_PROBLEMS[TooManySeries],
    INVALID_BODY,
    INVALID_QUERY,
    MALFORMED_BODY,
)


class _Asked:
    """A prediction that was asked for, with its arrays."""

    def __init__(self, own: OwnSeries, head: PredictHead | PredictBatchHead) -> None:
        self.own = own
        self.model = head.model
        self.exceed = head.exceed


def _body_docs(body: type[BaseModel]) -> dict[str, Any]:
    """How the document shows a body that FastAPI does not read: it would check each of its values twice."""
    schema = body.model_json_schema()
    return {"required": True, "content": {"application/json": {"schema": schema}}}


async def _object(request: Request) -> dict[str, Any]:
    if not await request.body():
        raise InvalidBody("", "The body must be a JSON object, but the request has none.")
    body = await request.json()
    if not isinstance(body, dict):
        raise InvalidBody("", "The body must be a JSON object.")
    return body


def _head(body: dict[str, Any], shape: type[_Head], clock: Clock) -> _Head:
    try:
        head = shape.model_validate({name: value for name, value in body.items() if name != _HISTORY})
    except ValidationError as error:
        raise _in_body(error, body) from None
    if head.issue_time > clock() + AHEAD:
        raise InvalidBody("/issue_time", "lies ahead: nobody has measured the hours before it yet")
    if _HISTORY not in body:
        raise InvalidBody(f"/{_HISTORY}", "is required")
    return head


def _in_body(error: ValidationError, body: Mapping[str, Any]) -> RequestValidationError:
    """The same errors as FastAPI gives them of a body that it reads itself; swapped coordinates are told."""
    return RequestValidationError(
        [{**dict(found), **_swapped(found["loc"], body), "loc": ("body", *found["loc"])} for found in error.errors()]
    )


def _swapped(location: tuple[int | str, ...], body: Mapping[str, Any]) -> dict[str, str]:
    """What to say instead of a latitude that would be a longitude, beside a longitude that would be a latitude."""
    match location, body:
        case ("latitude",), {"latitude": latitude, "longitude": longitude}:
            pass
        case ("latitudes", int(row)), {"latitudes": [*latitudes], "longitudes": [*longitudes]} if row < len(longitudes):
            latitude, longitude = latitudes[row], longitudes[row]
        case _:
            return {}
    if not all(isinstance(degrees, (int, float)) for degrees in (latitude, longitude)):
        return {}
    meant = Point(latitude, longitude).swapped() if 90 < abs(latitude) <= 180 else None
    if meant is None:
        return {}
    question = f"did you mean latitude {meant.latitude} and longitude {meant.longitude}?"
    return {"type": "place_swapped", "msg": f"must lie between -90 and 90: {question}"}


def _series(
    history: Any,
    head: PredictHead | PredictBatchHead,
    latitudes: tuple[float, ...],
    longitudes: tuple[float, ...],
    predictor: SeriesPredictor,
) -> OwnSeries:
    names, values = read_matrices(history, len(latitudes), predictor.spec)
    return OwnSeries(head.issue_time, latitudes, longitudes, names, values)


def _without_row(pointer: str) -> str:
    """`/history/pm25/0/7` as a caller who sent one row knows it: `/history/pm25/7`."""
    parts = pointer.split("/")
    return "/".join(parts[:3] + parts[4:])


def _answer(members: dict[str, Any]) -> Response:
    return Response(to_json(members), media_type="application/json")


async def _asked_for_one(request: Request, predictor: PredictorDependency, clock: ClockDependency) -> _Asked:
    body = await _object(request)
    head = _head(body, PredictHead, clock)
    history = body.get(_HISTORY)
    try:
        # A matrix of one row: where it is wrong, the row's number says nothing.
        rows = {name: [row] for name, row in history.items()} if isinstance(history, dict) else history
        own = _series(rows, head, (head.latitude,), (head.longitude,), predictor)
    except UnusableValues as error:
        places = [(_without_row(pointer), detail) for pointer, detail in error.places]
        raise UnusableValues(places, len(places)) from None
    except InvalidBody as error:
        raise InvalidBody(_without_row(error.pointer), str(error)) from None
    return _Asked(own, head)


async def _asked_for_many(request: Request, predictor: PredictorDependency, clock: ClockDependency) -> _Asked:
    body = await _object(request)
    head = _head(body, PredictBatchHead, clock)
    if len(head.longitudes) != len(head.latitudes):
        raise InvalidBody(
            "/longitudes", f"has {len(head.longitudes)} values, but there are {len(head.latitudes)} latitudes"
        )
    return _Asked(_series(body.get(_HISTORY), head, head.latitudes, head.longitudes, predictor), head)


@router.post(
    "",
    summary="Predict one series",
    response_model=PredictAnswer,
    responses=_PROBLEMS,
    openapi_extra={"requestBody": _body_docs(PredictBody)},
)
@requires("predictions:create")
async def create_prediction(
    asked: Annotated[_Asked, Depends(_asked_for_one)],
    predictor: PredictorDependency,
    _: Annotated[NoQuery, Query()],
) -> Response:
    """The hours to come at a place that you measured yourself, from what you measured.

    The models are those that forecast the platform's stations, shown your hours in the same way. They know nothing of
    stations around, nor of weather forecasts, beside what you send.
    """
    target = predictor.spec.target
    made = predictor.predict(asked.own, predictor.version(asked.model))
    if made.problems:
        raise InvalidBody(f"/{_HISTORY}/{target}", made.problems[0])
    return _answer(single_members(batch_members(asked.own, made, target, asked.exceed), target))


@router.post(
    "/batch",
    summary="Predict many series",
    response_model=PredictBatchAnswer,
    responses=_PROBLEMS,
    openapi_extra={"requestBody": _body_docs(PredictBatchBody)},
)
@requires("predictions:create")
@sized(lambda asked, **_: len(asked.own))
async def create_batch_prediction(
    asked: Annotated[_Asked, Depends(_asked_for_many)],
    predictor: PredictorDependency,
    _: Annotated[NoQuery, Query()],
) -> Response:
    """The hours to come at up to 1,000 places; those within 150 km of each other are shown as neighbours.

    A series that cannot be forecast is named in `problems`, and the others are answered.
    """
    target = predictor.spec.target
    made = predictor.predict(asked.own, predictor.version(asked.model))
    if made.prediction is None:
        places = [(f"/{_HISTORY}/{target}/{row}", detail) for row, detail in sorted(made.problems.items())[:20]]
        raise UnusableValues(places, len(made.problems))
    return _answer(batch_members(asked.own, made, target, asked.exceed))
