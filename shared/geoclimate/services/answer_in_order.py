"""Who answers: the first engine that can."""

from collections.abc import Sequence
from dataclasses import dataclass

from geoclimate.domain.errors import GeoClimateError, Unavailable
from geoclimate.domain.forecasts import Engine
from geoclimate.features.prediction import Prediction
from geoclimate.services.engine_ports import ForecastEngine
from geoclimate.services.forecast_batch import ForecastBatch


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """What an engine answered.

    Attributes:
        engine: Which one.
        prediction: What it expects.
        passed_over: Why each engine before it did not answer, in their order.
    """

    engine: Engine
    prediction: Prediction
    passed_over: tuple[str, ...]


def answer_in_order(engines: Sequence[ForecastEngine], batch: ForecastBatch) -> Answer:
    """The answer of the first engine that gives a forecast of all stations of a batch.

    Args:
        engines: The best first.
        batch: Whom they are asked about.

    Raises:
        Unavailable: None of them does; the message has each one's reason.
    """
    reasons: list[str] = []
    for engine in engines:
        try:
            prediction = engine.predict(batch)
        except GeoClimateError as error:
            reasons.append(f"{engine.name}: {error}")
        else:
            return Answer(engine.name, prediction, tuple(reasons))
    raise Unavailable(f"nothing can forecast: {'; '.join(reasons)}")
