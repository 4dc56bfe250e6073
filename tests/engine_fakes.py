"""What a run of forecasts works with, in memory: engines, breakers, and a few stations at their issue times."""

import datetime as dt
import hashlib
from dataclasses import replace

import numpy as np

from geoclimate.domain.circuit_breaker import CLOSED, Circuit
from geoclimate.domain.errors import GeoClimateError, IntegrityError, Unavailable
from geoclimate.domain.forecasts import Engine
from geoclimate.domain.models import RegistryStage
from geoclimate.domain.stations import Station
from geoclimate.features.climatology import HOURS, MONTHS, Climatology, to_bytes
from geoclimate.features.conformal import ConformalState
from geoclimate.features.input_spec import InputSpec, default_input_spec
from geoclimate.features.inputs import Inputs, input_columns
from geoclimate.features.prediction import Prediction
from geoclimate.services.engine_ports import StoredCircuit
from geoclimate.services.forecast_batch import RECENT_HOURS, ForecastBatch
from geoclimate.services.verification_ports import CalibrationKey, Versioned
from tests.api_fakes import EMBASSY
from tests.light_models import LEVELS, contract_for, light_model
from tests.workflow_fakes import NOW, ObjectsInMemory, RegistryInMemory, record

SPEC = default_input_spec("pm25")
ORIGIN = 394_600


class HandClock:
    """Stands still until it is moved."""

    def __init__(self, now: dt.datetime = NOW) -> None:
        self.now = now

    def __call__(self) -> dt.datetime:
        return self.now

    def move(self, seconds: float) -> None:
        self.now += dt.timedelta(seconds=seconds)


class CircuitsInMemory:
    """One state a name; `others` writes come in between a read and the next write."""

    def __init__(self) -> None:
        self.stored: dict[str, StoredCircuit] = {}
        self.writes = 0
        self.others = 0

    def read(self, name: str) -> StoredCircuit:
        return self.stored.get(name, StoredCircuit(CLOSED, 0))

    def write(self, name: str, circuit: Circuit, version: int) -> bool:
        current = self.read(name)
        if self.others:
            self.others -= 1
            self.stored[name] = replace(current, version=current.version + 1)
            return False
        if current.version != version:
            return False
        self.writes += 1
        self.stored[name] = StoredCircuit(circuit, version + 1)
        return True


class CalibrationsInMemory:
    """What was learned, by engine and version; or a store whose states are damaged."""

    def __init__(self) -> None:
        self.states: dict[CalibrationKey, ConformalState] = {}
        self.damaged = False

    def read(self, key: CalibrationKey) -> Versioned[ConformalState] | None:
        if self.damaged:
            raise IntegrityError("the calibration state cannot be read")
        state = self.states.get(key)
        return None if state is None else Versioned(state, 1)


class EngineInMemory:
    """Expects the newest target at every lead time, a little wider each level, or fails."""

    def __init__(self, name: Engine, version: str = "v2", spec: InputSpec = SPEC) -> None:
        self.name: Engine = name
        self.version = version
        self.spec = spec
        self.error: GeoClimateError | None = None
        self.asked: list[ForecastBatch] = []

    def fail(self, message: str = "down") -> None:
        self.error = Unavailable(message)

    def predict(self, batch: ForecastBatch) -> Prediction:
        self.asked.append(batch)
        if self.error is not None:
            raise self.error
        newest = batch.inputs.history[:, -1, 0]
        spread = np.asarray(LEVELS, dtype=np.float32) - np.float32(0.5)
        quantiles = np.repeat(newest[:, None, None] + spread, len(self.spec.lead_hours), axis=1)
        return Prediction(self.version, self.spec.lead_hours, LEVELS, quantiles)


def batch_of(rows: int = 2, spec: InputSpec = SPEC) -> ForecastBatch:
    """Stations whose newest target is 40, 41, ...; everything else is missing."""
    columns = input_columns(spec)
    history = np.full((rows, spec.history_hours, len(columns.history)), np.nan, dtype=np.float32)
    history[:, -1, 0] = 40 + np.arange(rows)
    return ForecastBatch(
        stations=tuple(replace(EMBASSY, id=f"openaq-{row}") for row in range(rows)),
        origins=np.full(rows, ORIGIN, dtype=np.int64),
        inputs=Inputs(
            history=history,
            context=np.full((rows, len(columns.context)), np.nan, dtype=np.float32),
            future=np.full((rows, len(spec.lead_hours), len(columns.future)), np.nan, dtype=np.float32),
        ),
        recent=np.full((rows, RECENT_HOURS), np.nan, dtype=np.float32),
    )


def climatology_of(stations: tuple[Station, ...], levels: tuple[float, ...] = LEVELS) -> Climatology:
    """The hour of the solar day, plus 100 for each station but the first; 1,000 for stations that are not listed."""
    hours = np.arange(HOURS, dtype=np.float32)[None, None, :, None] + np.asarray(levels, dtype=np.float32)
    offsets = np.array([*(100 * place for place in range(len(stations))), 1000], dtype=np.float32)
    quantiles = np.broadcast_to(hours + offsets[:, None, None, None], (len(offsets), MONTHS, HOURS, len(levels)))
    return Climatology("pm25", levels, tuple(station.id for station in stations), quantiles.copy())


class ProductionModel:
    """A bucket and a registry with one model in production, its light model and its climatology."""

    def __init__(self, spec: InputSpec = SPEC, stations: tuple[Station, ...] = ()) -> None:
        self.objects = ObjectsInMemory()
        self.registry = RegistryInMemory()
        self.spec = spec
        self.stations = stations
        self.promote("v1")

    def promote(self, version: str, light: bytes | None = None) -> None:
        """Put a version into production, in place of whichever is there."""
        light = light_model(contract_for(self.spec)) if light is None else light
        climatology = to_bytes(climatology_of(self.stations))
        made = replace(
            record(version, RegistryStage.PRODUCTION),
            light_model_uri=self.objects.put(f"{version}/light.onnx", light, ""),
            light_model_digest=hashlib.sha256(light).hexdigest(),
            climatology_uri=self.objects.put(f"{version}/climatology", climatology, ""),
            climatology_digest=hashlib.sha256(climatology).hexdigest(),
        )
        self.registry.records = {("pm25", version): made}

    def damage(self, name: str) -> None:
        """Change a byte of every file of this name."""
        for key, body in self.objects.bodies.items():
            if name in key:
                self.objects.bodies[key] = body[:-1] + bytes([body[-1] ^ 1])
