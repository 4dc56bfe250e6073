"""What an answer must be to count as a forecast."""

import numpy as np
import numpy.typing as npt
import pytest

from geoclimate.domain.errors import ModelRejected
from geoclimate.features.prediction import Prediction
from geoclimate.services.check_prediction import check_prediction
from tests.workflow_fakes import LEVELS, SPEC


def _prediction(quantiles: npt.NDArray[np.float32]) -> Prediction:
    return Prediction("v2", SPEC.lead_hours, LEVELS, quantiles)


def test_one_ordered_row_a_window_and_lead_time_passes() -> None:
    check_prediction(_prediction(np.zeros((2, 24, 3), dtype=np.float32)), 2, SPEC.lead_hours)


@pytest.mark.parametrize("shape", [(1, 24, 3), (2, 23, 3), (2, 24, 2)])
def test_another_shape_is_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(ModelRejected, match=r"not \(2, 24, 3\)"):
        check_prediction(_prediction(np.zeros(shape, dtype=np.float32)), 2, SPEC.lead_hours)
