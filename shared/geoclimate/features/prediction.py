"""What a model answers."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True, slots=True, eq=False)
class Prediction:
    """What a model expects of n series.

    Attributes:
        model_version: Registry version of the model that answered.
        lead_hours: Lead times in hours, ascending.
        levels: Quantile levels, ascending.
        quantiles: float32 [n, lead times, levels] in the target's canonical unit, not calibrated online.
    """

    model_version: str
    lead_hours: tuple[int, ...]
    levels: tuple[float, ...]
    quantiles: npt.NDArray[np.float32]
