"""What a run of forecasts needs of the outside world: ports, beside those of `ports.py`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from geoclimate.domain.circuit_breaker import Circuit
from geoclimate.domain.forecasts import Engine
from geoclimate.features.prediction import Prediction
from geoclimate.services.forecast_batch import ForecastBatch


class ForecastEngine(Protocol):
    """Something that can answer what is expected."""

    @property
    def name(self) -> Engine:
        """How its forecasts are marked."""
        ...

    def predict(self, batch: ForecastBatch) -> Prediction:
        """What it expects of the stations of a batch: one finite, ordered row of quantiles a station and lead time.

        Raises:
            Unavailable: It cannot be asked, or gave no answer.
            ModelRejected: The model behind it cannot take these inputs, or its answer is no forecast.
            IntegrityError: The model's bytes are not those that were registered.
        """
        ...


@dataclass(frozen=True, slots=True)
class StoredCircuit:
    """The state of a circuit breaker and the version that was read, over which alone a new state is written."""

    circuit: Circuit
    version: int


class CircuitStore(Protocol):
    """The states of circuit breakers, shared by every process."""

    def read(self, name: str) -> StoredCircuit:
        """The state of a breaker; of one that nobody used yet, a closed one.

        Raises:
            Unavailable: The store does not answer.
        """
        ...

    def write(self, name: str, circuit: Circuit, version: int) -> bool:
        """Store a state over the version that was read; False where somebody was faster.

        Raises:
            Unavailable: The store does not answer.
        """
        ...
