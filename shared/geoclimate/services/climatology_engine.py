"""What is usual, as a forecast: the last resort, which needs no model and no recent observation."""

import numpy as np
import numpy.typing as npt

from geoclimate.contracts.model import CLIMATOLOGY_LIMIT_BYTES
from geoclimate.domain.forecasts import Engine
from geoclimate.features.climatology import Climatology, climatology_at, from_bytes
from geoclimate.features.prediction import Prediction
from geoclimate.services.forecast_batch import ForecastBatch
from geoclimate.services.model_registry import ModelRegistry
from geoclimate.services.ports import ObjectStore
from geoclimate.services.read_model_file import in_production, read_model_file

Quantiles = npt.NDArray[np.float32]


class ClimatologyEngine:
    """The climatology of the model in production; implements `ForecastEngine`.

    Its training years are the only ones that say what is usual, so before the first model there is no forecast at all.
    """

    name: Engine = "climatology"

    def __init__(self, target: str, lead_hours: tuple[int, ...], registry: ModelRegistry, objects: ObjectStore) -> None:
        self._target = target
        self._lead_hours = lead_hours
        self._registry = registry
        self._objects = objects
        self._kept: tuple[str, Climatology] | None = None

    def predict(self, batch: ForecastBatch) -> Prediction:
        """What is usual at the stations of a batch in the hours to come.

        Raises:
            Unavailable: No model is in production, it has no climatology, or a store does not answer.
            NotFound: The climatology's file is gone.
            InvalidInput: The file is too large, or in another bucket.
            IntegrityError: The file is not the one that was registered, or no climatology.
        """
        version, climatology = self._in_production()
        return Prediction(version, self._lead_hours, climatology.levels, self._at(climatology, batch))

    def usual(self, batch: ForecastBatch, levels: tuple[float, ...]) -> Quantiles | None:
        """The same at given levels, [n, lead times, levels]; None where the climatology has others.

        Raises:
            As `predict`.
        """
        _, climatology = self._in_production()
        return self._at(climatology, batch) if climatology.levels == levels else None

    def _at(self, climatology: Climatology, batch: ForecastBatch) -> Quantiles:
        leads = np.asarray(self._lead_hours, dtype=np.int64)
        rows = [
            climatology_at(climatology, station.id, station.longitude, origin + leads - 1)
            for station, origin in zip(batch.stations, batch.origins, strict=True)
        ]
        return np.stack(rows)

    def _in_production(self) -> tuple[str, Climatology]:
        record = in_production(self._registry, self._target)
        if self._kept is None or self._kept[0] != record.version:
            content = read_model_file(
                self._objects, record.climatology_uri, record.climatology_digest, CLIMATOLOGY_LIMIT_BYTES
            )
            self._kept = (record.version, from_bytes(content))
        return self._kept
