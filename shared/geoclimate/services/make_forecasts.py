"""Forecast the next hours of stations ahead of anybody asking."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from geoclimate.contracts.workflows import ForecastRequest, ForecastResult
from geoclimate.domain.forecasts import Forecast
from geoclimate.domain.stations import Station
from geoclimate.features.prediction import Prediction
from geoclimate.features.spec import FeatureSpec, default_spec
from geoclimate.services.check_prediction import check_prediction
from geoclimate.services.ports import Clock, ForecastStore, ModelEndpoint
from geoclimate.services.read_measurements import Measurements, NewestWindow

# A real-time endpoint takes 6 MB a call; a window of 72 hours and 16 columns has 4.6 kB.
WINDOWS_A_CALL = 256
# The model's float32 would print a dozen decimals, and no instrument resolves a thousandth.
_DECIMALS = 3


@dataclass(frozen=True, slots=True)
class ForecastMaker:
    """Makes forecasts of one parameter.

    Attributes:
        target: Parameter code that is forecast.
        measurements: Where windows are read.
        endpoint: The model.
        forecasts: Where forecasts are stored.
        clock: Tells when they were made.
    """

    target: str
    measurements: Measurements
    endpoint: ModelEndpoint
    forecasts: ForecastStore
    clock: Clock

    def make(self, request: ForecastRequest) -> ForecastResult:
        """Forecast the stations asked for, or all that measure the target, with as few calls of the model as fit.

        Nothing is written unless the model answered for every window. Making the same forecasts again replaces them.

        Returns:
            How many were written, and the reason for each station that was skipped.

        Raises:
            Unavailable: The endpoint does not answer; nothing was written.
            ModelRejected: The endpoint's answer is no forecast; nothing was written.
        """
        spec = default_spec(self.target)
        stations, skipped = self._stations(request)
        windows: list[NewestWindow] = []
        for station in stations:
            window = self.measurements.newest_window(station, spec)
            if isinstance(window, NewestWindow):
                windows.append(window)
            else:
                skipped[station.id] = window
        made = [forecast for chunk in _chunks(windows) for forecast in self._forecast(chunk, spec)]
        self.forecasts.write(made)
        return ForecastResult(
            written=len(made), skipped=skipped, model_version=made[-1].model_version if made else None
        )

    def _stations(self, request: ForecastRequest) -> tuple[Sequence[Station], dict[str, str]]:
        if request.stations is None:
            return self.measurements.measuring(self.target), {}
        asked = {station: self.measurements.stations.get(station) for station in request.stations}
        unknown = {name: "there is no station of this id" for name, station in asked.items() if station is None}
        return [station for station in asked.values() if station is not None], unknown

    def _forecast(self, windows: Sequence[NewestWindow], spec: FeatureSpec) -> Iterator[Forecast]:
        prediction = self.endpoint.predict(np.stack([window.values for window in windows]))
        check_prediction(prediction, len(windows), spec.lead_hours)
        return (self._row(index, window, prediction) for index, window in enumerate(windows))

    def _row(self, index: int, window: NewestWindow, prediction: Prediction) -> Forecast:
        return Forecast(
            station=window.station,
            parameter=self.target,
            issue_time=window.issue_time,
            made_at=self.clock(),
            model_version=prediction.model_version,
            engine="endpoint",
            lead_hours=prediction.lead_hours,
            levels=prediction.levels,
            quantiles=tuple(
                tuple(round(value, _DECIMALS) for value in row) for row in prediction.quantiles[index].tolist()
            ),
        )


def _chunks(windows: Sequence[NewestWindow]) -> Iterator[Sequence[NewestWindow]]:
    return (windows[start : start + WINDOWS_A_CALL] for start in range(0, len(windows), WINDOWS_A_CALL))
