"""Ask a new endpoint for real forecasts before it is trusted with more."""

from geoclimate.contracts.workflows import SmokeRequest, SmokeResult
from geoclimate.domain.errors import ModelRejected
from geoclimate.services.engine_ports import ForecastEngine
from geoclimate.services.forecast_batch import ForecastBatch
from geoclimate.services.read_inputs import InputReader
from geoclimate.services.read_measurements import end_hour_of

_STATIONS = 8


def smoke_test(request: SmokeRequest, *, inputs: InputReader, endpoint: ForecastEngine) -> SmokeResult:
    """Send the newest inputs of a few stations and check the version, shape and order of the answer.

    Raises:
        ModelRejected: Another version answered, the answer is no forecast, or no station has inputs to ask with.
        Unavailable: The endpoint does not answer.
    """
    batch = _few(request.target, inputs)
    if batch is None:
        raise ModelRejected(f"no station has enough recent history of {request.target} to try the endpoint with")
    prediction = endpoint.predict(batch)
    if prediction.model_version != request.version:
        raise ModelRejected(
            f"the endpoint answered as version {prediction.model_version}, but {request.version} was deployed"
        )
    return SmokeResult(version=request.version, windows=len(batch))


def _few(target: str, inputs: InputReader) -> ForecastBatch | None:
    """Some of the stations that measured last, a few at a time, until any of them has enough history."""
    everyone = inputs.measurements.measuring(target)
    newest = sorted(everyone, key=lambda station: end_hour_of(station, target), reverse=True)
    parts = (newest[start : start + _STATIONS] for start in range(0, len(newest), _STATIONS))
    batches = (read.batch for part in parts for read in inputs.read(part, everyone))
    return next((batch for batch in batches if batch is not None), None)
