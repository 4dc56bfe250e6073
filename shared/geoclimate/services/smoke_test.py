"""Ask a new endpoint for real forecasts before it is trusted with more."""

import numpy as np

from geoclimate.contracts.workflows import SmokeRequest, SmokeResult
from geoclimate.domain.errors import ModelRejected
from geoclimate.features.spec import default_spec
from geoclimate.services.check_prediction import check_prediction
from geoclimate.services.ports import ModelEndpoint
from geoclimate.services.read_measurements import Measurements, NewestWindow

_MAX_WINDOWS = 8


def smoke_test(request: SmokeRequest, *, measurements: Measurements, endpoint: ModelEndpoint) -> SmokeResult:
    """Send the newest windows of a few stations and check the version, shape and order of the answer.

    Raises:
        ModelRejected: Another version answered, the answer is no forecast, or no station has a window to ask with.
        Unavailable: The endpoint does not answer.
    """
    spec = default_spec(request.target)
    windows: list[NewestWindow] = []
    for station in measurements.measuring(request.target):
        window = measurements.newest_window(station, spec)
        if isinstance(window, NewestWindow):
            windows.append(window)
        if len(windows) == _MAX_WINDOWS:
            break
    if not windows:
        raise ModelRejected(f"no station has enough recent history of {request.target} to try the endpoint with")
    prediction = endpoint.predict(np.stack([window.values for window in windows]))
    if prediction.model_version != request.version:
        raise ModelRejected(
            f"the endpoint answered as version {prediction.model_version}, but {request.version} was deployed"
        )
    check_prediction(prediction, len(windows), spec.lead_hours)
    return SmokeResult(version=request.version, windows=len(windows))
