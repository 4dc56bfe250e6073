"""An engine behind a circuit breaker: while it fails, nobody waits for it."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from geoclimate.domain.circuit_breaker import Circuit, failed, permitted, succeeded
from geoclimate.domain.errors import GeoClimateError, Unavailable
from geoclimate.domain.forecasts import Engine
from geoclimate.features.prediction import Prediction
from geoclimate.services.engine_ports import CircuitStore, ForecastEngine
from geoclimate.services.forecast_batch import ForecastBatch
from geoclimate.services.ports import Clock

_ATTEMPTS: Final = 8


@dataclass(frozen=True, slots=True)
class GuardedEngine:
    """An engine and its breaker; implements `ForecastEngine`.

    Attributes:
        engine: Who is asked.
        circuit: Name of the breaker, the same in every process.
        circuits: Where its state is.
        clock: Tells the time.
    """

    engine: ForecastEngine
    circuit: str
    circuits: CircuitStore
    clock: Clock

    @property
    def name(self) -> Engine:
        """How its forecasts are marked."""
        return self.engine.name

    def predict(self, batch: ForecastBatch) -> Prediction:
        """What the engine expects of the stations of a batch.

        Raises:
            Unavailable: The breaker is open, the engine cannot be asked, or the breaker's store does not answer before.
            ModelRejected: As the engine raises it.
            IntegrityError: As the engine raises it.
        """
        asked_in = self._permission().round
        try:
            prediction = self.engine.predict(batch)
        except GeoClimateError:
            self._report(lambda circuit, now: failed(circuit, asked_in, now))
            raise
        self._report(lambda circuit, _: succeeded(circuit, asked_in))
        return prediction

    def _permission(self) -> Circuit:
        for _ in range(_ATTEMPTS):
            stored = self.circuits.read(self.circuit)
            allowed = permitted(stored.circuit, self.clock())
            if allowed is None:
                raise Unavailable(f"{self.circuit} failed lately; it is left alone until {stored.circuit.until}")
            if allowed == stored.circuit or self.circuits.write(self.circuit, allowed, stored.version):
                return allowed
        raise Unavailable(f"others keep changing the breaker of {self.circuit}")

    def _report(self, after: Callable[[Circuit, dt.datetime], Circuit]) -> None:
        # Where others keep changing the state, theirs is as good a report as ours, and where its store does not answer
        # there is nobody to tell: neither the answer nor the engine's own error must be lost for it.
        with contextlib.suppress(Unavailable):
            for _ in range(_ATTEMPTS):
                stored = self.circuits.read(self.circuit)
                circuit = after(stored.circuit, self.clock())
                if circuit == stored.circuit or self.circuits.write(self.circuit, circuit, stored.version):
                    return
