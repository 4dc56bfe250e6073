"""What is served: a mixture of networks and boosted trees with its static calibration."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from geoclimate.contracts.model import ForecastContract
from geoclimate.features.conformal import ALL_STATIONS, ConformalState, calibrated
from geoclimate.features.inputs import Inputs
from geoclimate_ml.baselines.boosting import Boosting, predict_boosting
from geoclimate_ml.boosting_columns import mixture_columns, table_of
from geoclimate_ml.mixture import mixed
from geoclimate_ml.networks.architecture import Kind
from geoclimate_ml.networks.forecaster import Forecaster
from geoclimate_ml.predictions import Predict, network_predicts

BOOSTING = "boosting"
"""Name of the boosted trees among the members."""

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class ForecastModel:
    """A mixture, ready to be asked.

    Attributes:
        version: Registry version.
        contract: Input and output.
        networks: By kind.
        boosting: The trees, or None where there were too few data for them.
        weights: float64 [lead times] by member; they sum to 1 at each lead time.
        calibration: How far the mixture's quantiles are moved from its median, learned from the validation part.
    """

    version: str
    contract: ForecastContract
    networks: Mapping[Kind, Forecaster]
    boosting: Boosting | None
    weights: Mapping[str, npt.NDArray[np.float64]]
    calibration: ConformalState

    def members(self) -> dict[str, Predict]:
        """How each member is asked, by name."""
        members: dict[str, Predict] = {kind: network_predicts(network) for kind, network in self.networks.items()}
        boosting = self.boosting
        if boosting is not None:
            columns = mixture_columns(self.contract)
            members[BOOSTING] = lambda inputs: predict_boosting(boosting, table_of(inputs, columns))
        return members

    def combined(self, said: Mapping[str, Floats]) -> Floats:
        """The mixture of what the members said, as it is served: float32 [n, lead times, levels]."""
        return calibrated(self.calibration, ALL_STATIONS, mixed(said, self.weights))

    def predict(self, inputs: Inputs) -> Floats:
        """Quantiles float32 [n, lead times, levels] in the target's canonical unit, ascending along the levels."""
        return self.combined({name: ask(inputs) for name, ask in self.members().items()})
