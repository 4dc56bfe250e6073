"""Who predicts with a version: the endpoint where it is in production, else its light model."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from geoclimate.domain.errors import NotFound
from geoclimate.domain.models import ModelRecord
from geoclimate.features.input_spec import InputSpec
from geoclimate.services.engine_ports import ForecastEngine
from geoclimate.services.model_registry import PRODUCTION, ModelRegistry, ProductionModels
from geoclimate.services.predict_series import SeriesPredictor


@dataclass(frozen=True, slots=True)
class OneModel:
    """One version, as if it were the one in production; a `ProductionModels`."""

    record: ModelRecord

    def production(self, target: str) -> ModelRecord | None:
        """The version, where it forecasts this parameter."""
        return self.record if self.record.target == target else None


@dataclass(frozen=True, slots=True)
class PredictorChoice:
    """Chooses who predicts.

    Attributes:
        spec: What a model is shown.
        registry: Which versions there are.
        served: Who answers as the version in production, the best first.
        light: Gives the engine that runs the light model of a version.
    """

    spec: InputSpec
    registry: ModelRegistry
    served: Sequence[ForecastEngine]
    light: Callable[[ProductionModels], ForecastEngine]

    def choose(self, model: str | None) -> tuple[SeriesPredictor, str]:
        """Who predicts with a version, or with the one in production, and which version that is.

        Raises:
            NotFound: There is no such version.
            ModelNotServed: None is named, and none is in production.
        """
        served = SeriesPredictor(self.spec, self.registry, self.served)
        production = self.registry.production(self.spec.target)
        if model in (None, PRODUCTION) or (production is not None and production.version == model):
            return served, served.version(None)
        record = self.registry.get(self.spec.target, str(model))
        if record is None:
            raise NotFound(f"There is no version {model} of the {self.spec.target} model.")
        return SeriesPredictor(self.spec, self.registry, (self.light(OneModel(record)),)), record.version
