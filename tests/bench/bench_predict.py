"""`POST /v1/predict/batch` of 1,000 series of 24 hours beside a bare FastAPI route that parses the same body.

What is compared is everything but the model and what it is shown: reading, checking by cell, the route's guards, an
answer of one series. The work for the model is a figure of its own.
"""

import asyncio
import datetime as dt
import json
import statistics
import time
from collections.abc import Awaitable, Callable
from typing import Any, Final

import numpy as np
from fastapi import FastAPI
from pydantic import BaseModel, ConfigDict, Field

from geoclimate.domain.models import RegistryStage
from geoclimate.features.input_spec import default_input_spec
from geoclimate.features.prediction import Prediction
from geoclimate.services.own_series import OwnSeries
from geoclimate.services.predict_series import OwnPrediction, SeriesPredictor
from tests.api_events import behind_the_gateway, signed_in
from tests.engine_fakes import EngineInMemory
from tests.workflow_fakes import RegistryInMemory, record

SERIES: Final = 1_000
HOURS: Final = 24
_TIMES: Final = 60
_WARM_UP: Final = 10
_PATH: Final = "/v1/predict/batch"
_SPEC: Final = default_input_spec("pm25")


class _BareBody(BaseModel):
    """What the bare route reads: the same body, by its types alone."""

    model_config = ConfigDict(extra="forbid")

    issue_time: str
    latitudes: list[float] = Field(max_length=SERIES)
    longitudes: list[float] = Field(max_length=SERIES)
    history: dict[str, list[list[float | None]]]


class _AnswersOne(SeriesPredictor):
    """Predicts the first series and leaves the rest of the time to what is measured."""

    def predict(self, _own: OwnSeries, version: str) -> OwnPrediction:
        quantiles = np.zeros((1, len(_SPEC.lead_hours), 3), dtype=np.float32)
        made = Prediction(version, _SPEC.lead_hours, (0.1, 0.5, 0.9), quantiles)
        return OwnPrediction("endpoint", made, np.zeros(1, dtype=np.int64), {}, {})


def run() -> list[tuple[str, str]]:
    """Figures and their values."""
    body = json.dumps(_body()).encode()
    predictor = SeriesPredictor(_SPEC, _registry(), (EngineInMemory("endpoint"),))
    ours, bare = asyncio.run(_compare(body))
    began = time.perf_counter()
    predictor.predict(_own(), "v2")
    inputs = time.perf_counter() - began
    return [
        ("POST of a 1000x24 matrix, bare route that parses it, p50", f"{1000 * bare:.2f} ms"),
        ("POST of a 1000x24 matrix, ours without the model, p50", f"{1000 * ours:.2f} ms"),
        ("the same as a ratio; at most 1.6", f"{ours / bare:.2f}"),
        ("what a model is shown of 1,000 series", f"{inputs:.1f} s"),
    ]


async def _compare(body: bytes) -> tuple[float, float]:
    """Seconds of ours and of the bare route, medians of calls that take turns."""
    ours, bare = _ours(), _bare()
    seconds: tuple[list[float], list[float]] = ([], [])
    for turn in range(_WARM_UP + _TIMES):
        for app, found in zip((ours, bare), seconds, strict=True):
            began = time.perf_counter()
            await _post(app, body)
            if turn >= _WARM_UP:
                found.append(time.perf_counter() - began)
    return statistics.median(seconds[0]), statistics.median(seconds[1])


def _ours() -> Any:
    # Imported here, since the work function's wiring reads its environment at the first request.
    from functions.work import bootstrap, prediction_bootstrap
    from functions.work.app import create_app
    from geoclimate.runtime.clock import utc_now

    app = create_app()
    app.state.watchers = ()

    async def predictor() -> SeriesPredictor:
        return _AnswersOne(_SPEC, _registry(), ())

    async def clock() -> Any:
        return utc_now

    app.dependency_overrides = {
        prediction_bootstrap.provide_predictor: predictor,
        bootstrap.provide_clock: clock,
    }
    return behind_the_gateway(app, signed_in())


def _bare() -> Any:
    app = FastAPI(openapi_url=None)

    @app.post(_PATH)
    async def parse(body: _BareBody) -> dict[str, int]:
        return {"series": len(body.latitudes)}

    return app


async def _post(app: Callable[..., Awaitable[None]], body: bytes) -> None:
    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": "POST",
        "path": _PATH,
        "raw_path": _PATH.encode(),
        "query_string": b"",
        "headers": [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())],
    }
    answered: list[int] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            answered.append(message["status"])

    await app(scope, receive, send)
    if answered != [200]:
        message = f"the route answered {answered} and not 200"
        raise RuntimeError(message)


def _values() -> np.ndarray[Any, np.dtype[np.float64]]:
    return np.round(np.random.default_rng(7).gamma(2.0, 30.0, (SERIES, HOURS)), 1)


def _body() -> dict[str, Any]:
    matrix: list[list[float | None]] = _values().tolist()
    for row in matrix[::7]:
        row[3] = None
    latitudes, longitudes = _places()
    return {
        "issue_time": "2014-01-31T05:00:00Z",
        "latitudes": latitudes,
        "longitudes": longitudes,
        "history": {"pm25": matrix},
    }


def _places() -> tuple[list[float], list[float]]:
    places = np.random.default_rng(8)
    return places.uniform(-60, 60, SERIES).round(4).tolist(), places.uniform(-180, 180, SERIES).round(4).tolist()


def _own() -> OwnSeries:

    latitudes, longitudes = _places()
    values = _values().astype(np.float32)[..., None]
    issue_time = dt.datetime(2014, 1, 31, 5, tzinfo=dt.UTC)
    return OwnSeries(issue_time, tuple(latitudes), tuple(longitudes), ("pm25",), values)


def _registry() -> RegistryInMemory:
    return RegistryInMemory([record("v2", RegistryStage.PRODUCTION)])
