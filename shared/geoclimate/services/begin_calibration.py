"""Where the online calibration of a new model begins: at what its evaluation learned on the test part."""

from typing import Final

from geoclimate.contracts.model import ONLINE_CALIBRATION_LIMIT
from geoclimate.domain.forecasts import Engine
from geoclimate.features.conformal import ConformalState, from_bytes
from geoclimate.services.model_registry import ModelRegistry
from geoclimate.services.ports import ObjectStore
from geoclimate.services.read_model_file import read_model_file
from geoclimate.services.verification_ports import UNSTORED, CalibrationKey, CalibrationStore, Versioned

_EVALUATED: Final[Engine] = "endpoint"
"""What was evaluated is the mixture behind the endpoint; the other engines err in another way."""


class BegunCalibrations:
    """Calibrations that know where a version begins; implements `CalibrationStore`.

    A beginning is stored the first time that it is asked for, so that verification goes on from it.

    Args:
        stored: What was learned in service.
        registry: Names the file of a version.
        objects: Where that file is.
    """

    def __init__(self, stored: CalibrationStore, registry: ModelRegistry, objects: ObjectStore) -> None:
        self._stored = stored
        self._registry = registry
        self._objects = objects

    def read(self, key: CalibrationKey) -> Versioned[ConformalState] | None:
        """The state, or None where nothing was learned, neither in service nor before.

        Raises:
            Unavailable: A store does not answer.
            NotFound: The version's file is gone.
            InvalidInput: The file is too large, or in another bucket.
            IntegrityError: The state cannot be read, or the file is not the one that was registered.
        """
        stored = self._stored.read(key)
        if stored is not None or key.engine != _EVALUATED:
            return stored
        record = self._registry.get(key.parameter, key.model_version)
        if record is None or record.calibration_uri is None:
            return None
        content = read_model_file(
            self._objects, record.calibration_uri, record.calibration_digest, ONLINE_CALIBRATION_LIMIT
        )
        self._stored.write(key, from_bytes(content), UNSTORED)
        # Whoever was faster may have learned something since.
        return self._stored.read(key)

    def write(self, key: CalibrationKey, state: ConformalState, version: int) -> bool:
        """Store a state over the version that was read; False where somebody was faster.

        Raises:
            Unavailable: The store does not answer.
        """
        return self._stored.write(key, state, version)
