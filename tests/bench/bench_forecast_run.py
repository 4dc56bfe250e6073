"""A run of forecasts for a thousand stations in one process: the light model, and stores that answer at once.

What is measured is what the function itself does: unpacking the days as they lie in the table, laying them on hours,
neighbours, inputs, the model, calibration and forecasts. The network's time is not in it.
"""

import datetime as dt
import hashlib
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np

from geoclimate.adapters.onnx_engine import OnnxEngine
from geoclimate.contracts.workflows import ForecastRequest
from geoclimate.domain.day_items import pack_day, unpack_day
from geoclimate.domain.forecasts import Forecast
from geoclimate.domain.models import RegistryStage
from geoclimate.domain.observations import Observation
from geoclimate.domain.stations import Series, Station
from geoclimate.features.climatology import to_bytes
from geoclimate.features.input_spec import default_input_spec
from geoclimate.features.weather_runs import no_runs
from geoclimate.services.climatology_engine import ClimatologyEngine
from geoclimate.services.issue_forecasts import ForecastIssuer
from geoclimate.services.read_inputs import InputReader
from geoclimate.services.read_measurements import Measurements
from tests.api_fakes import EMBASSY, LAST, ForecastsInMemory, ObservationsInMemory, StationsInMemory, hourly
from tests.bench.measured import measure, run_mode
from tests.engine_fakes import CalibrationsInMemory, EngineInMemory, climatology_of
from tests.workflow_fakes import ObjectsInMemory, RegistryInMemory, clock, record

_STATIONS: Final = 1_000
_DAYS: Final = 34
_VARIANTS: Final = 20
"""Different stations' days that are kept packed; more would be the table's memory and not the function's."""
_LIMIT_SECONDS: Final = 60
_LIMIT_MB: Final = 512
_SPEC: Final = default_input_spec("pm25")


class _PackedDays(ObservationsInMemory):
    """Days as they lie in the table, shared by many stations."""

    def __init__(self) -> None:
        super().__init__()
        rng = np.random.default_rng(1)
        self._packed = {
            (variant, code, start.date()): pack_day(_day(start, code, rng.gamma(2.0, 20.0, 24).round(1).tolist()))
            for variant in range(_VARIANTS)
            for code in _SPEC.parameters
            for start in (LAST.replace(hour=0) - dt.timedelta(days=day) for day in range(_DAYS))
        }

    def read(
        self, station: str, parameter: str, start: dt.datetime, end: dt.datetime, as_of: dt.datetime | None = None
    ) -> Sequence[Observation]:
        if as_of is not None:
            raise NotImplementedError
        variant = int(station.rpartition("-")[2]) % _VARIANTS
        found: list[Observation] = []
        day = start.date()
        while day <= end.date():
            packed = self._packed.get((variant, parameter, day))
            found += unpack_day(station, parameter, packed) if packed else ()
            day += dt.timedelta(days=1)
        return [one for one in found if start <= one.start < end]


class _Counted(ForecastsInMemory):
    """A store that only counts forecasts."""

    counted = 0

    def write(self, forecasts: Iterable[Forecast]) -> None:
        self.counted += sum(1 for _ in forecasts)


def _day(start: dt.datetime, parameter: str, values: Sequence[float]) -> list[Observation]:
    rows = hourly(24, end=start + dt.timedelta(hours=24), parameter=parameter)[::-1]
    return [replace(row, value=value, delivered_value=value) for row, value in zip(rows, values, strict=True)]


def _stations() -> list[Station]:
    """Ten cities of a hundred stations each, so that everybody has as many neighbours as count."""
    rng = np.random.default_rng(2)
    series = tuple(Series(code, LAST - dt.timedelta(days=400), LAST) for code in _SPEC.parameters)
    centres = np.stack([rng.uniform(20, 50, 10), rng.uniform(75, 125, 10)], axis=1)
    places = np.repeat(centres, _STATIONS // 10, axis=0) + rng.normal(0, 0.3, (_STATIONS, 2))
    return [
        replace(EMBASSY, id=f"openaq-{number}", latitude=float(place[0]), longitude=float(place[1]), series=series)
        for number, place in enumerate(places)
    ]


def _issue(light_model: Path) -> None:
    stations = _stations()
    objects, registry = ObjectsInMemory(), RegistryInMemory()
    light, climatology = light_model.read_bytes(), to_bytes(climatology_of(tuple(stations)))
    registry.records["pm25", "v1"] = replace(
        record("v1", RegistryStage.PRODUCTION),
        light_model_uri=objects.put("light", light, ""),
        light_model_digest=hashlib.sha256(light).hexdigest(),
        climatology_uri=objects.put("climatology", climatology, ""),
        climatology_digest=hashlib.sha256(climatology).hexdigest(),
    )
    endpoint = EngineInMemory("endpoint")
    endpoint.fail()
    usual = ClimatologyEngine("pm25", _SPEC.lead_hours, registry, objects)
    forecasts = _Counted()
    measurements = Measurements(StationsInMemory(stations), _PackedDays())
    issuer = ForecastIssuer(
        inputs=InputReader(_SPEC, measurements, lambda *_: no_runs(len(_SPEC.weather))),
        engines=(endpoint, OnnxEngine(_SPEC, registry, objects), usual),
        climatology=usual,
        calibrations=CalibrationsInMemory(),
        forecasts=forecasts,
        clock=clock,
    )
    result = issuer.issue(ForecastRequest())
    if result.engines != {"onnx": _STATIONS} or forecasts.counted != _STATIONS:
        message = f"not every station was forecast by the light model: {result}"
        raise RuntimeError(message)


_MODES: Final = {"issue": _issue}


def run() -> list[tuple[str, str]]:
    """Figures and their values."""
    from tests.bench.light_lstm import write_light_lstm

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "light.onnx"
        write_light_lstm(path, _SPEC)
        [(seconds, megabytes)] = measure("tests.bench.bench_forecast_run", _MODES, path).values()
    return [
        (f"forecasts, {_STATIONS} stations, light model, one core", f"{seconds:.1f} s (under {_LIMIT_SECONDS})"),
        (f"forecasts, {_STATIONS} stations, peak memory", f"{megabytes:.0f} MB (under {_LIMIT_MB})"),
        ("forecasts, light model", f"{_STATIONS / seconds:.0f} stations/s"),
    ]


if __name__ == "__main__":
    run_mode(_MODES)
