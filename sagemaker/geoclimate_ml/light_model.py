"""The light model, which answers in Lambda where the endpoint does not: the smallest network in int8.

Its quantiles are issued as the network gives them until forecasts of its own were verified. A table of factors learned
from the validation part, as the mixture has one, was tried and brought them no nearer to what they state (ADR 0030).
"""

from pathlib import Path
from typing import Final

import numpy as np

from geoclimate.domain.forecasts import INTERVAL_LEVEL
from geoclimate_ml.networks.architecture import Kind
from geoclimate_ml.predictions import predict_samples, to_forecasts
from geoclimate_ml.samples import Samples
from geoclimate_ml.scoring.losses import losses_of
from geoclimate_ml.serving.onnx_session import open_session, session_predicts

LIGHT: Final[Kind] = "lstm"
"""The smallest network."""


def light_coverage(path: Path, issued: Samples, levels: tuple[float, ...]) -> float:
    """Run the light model as it is written and tell what share of the observations its 80% interval covers.

    Args:
        path: Its file.
        issued: Issue times that it was not trained on.
        levels: Quantile levels of its answers, .1 and .9 among them.
    """
    quantiles = predict_samples(session_predicts(open_session(path)), issued)
    return float(np.nanmean(losses_of(to_forecasts(quantiles, issued, levels)).named(f"coverage_{INTERVAL_LEVEL:g}")))
