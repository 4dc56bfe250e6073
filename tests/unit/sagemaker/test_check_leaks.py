"""The check of a real data set's inputs, and a leak planted in the code that makes them."""

import numpy as np
import pytest

from geoclimate.domain.errors import InvalidInput, ModelRejected
from geoclimate.features import inputs as features
from geoclimate.features.dataset import TrainingDataset
from geoclimate.features.input_spec import InputSpec
from geoclimate.features.inputs import StationSeries
from geoclimate.features.region import Region
from geoclimate_ml import check_leaks
from geoclimate_ml.check_leaks import check_inputs

SPEC = InputSpec("pm25", ("pm25", "temperature", "wind_speed", "wind_direction"), history_hours=24)
FIRST = 400_000
HOURS = 24 * 30


def _dataset() -> TrainingDataset:
    rng = np.random.default_rng(0)
    grids = []
    for _ in range(2):
        values = rng.uniform(1, 300, (HOURS, len(SPEC.parameters)))
        values[rng.random(values.shape) < 0.1] = np.nan
        grids.append(values.astype(np.float32))
    return TrainingDataset(
        ("a", "b"), SPEC.parameters, (FIRST, FIRST + 3), tuple(grids), places=((40.0, 116.0), (40.1, 116.2))
    )


def test_the_inputs_that_models_are_shown_are_made_of_the_past() -> None:
    check_inputs(_dataset(), SPEC, FIRST + 24 * 25, FIRST + HOURS)


def test_a_leak_planted_in_the_features_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    """A column of the context that is the value of the hour to come."""

    def leaking(region: Region, position: int, spec: InputSpec) -> StationSeries:
        series = features.station_series(region, position, spec)
        series.context[:-1, 1] = np.nan_to_num(series.target[1:])
        return series

    monkeypatch.setattr(check_leaks, "station_series", leaking)
    with pytest.raises(ModelRejected, match=r"'context' at issue hour .* seen the future"):
        check_inputs(_dataset(), SPEC, FIRST + 24 * 25, FIRST + 24 * 27)


def test_a_test_part_outside_the_data_is_refused() -> None:
    with pytest.raises(InvalidInput, match="outside the data"):
        check_inputs(_dataset(), SPEC, FIRST + 2 * HOURS, FIRST + 3 * HOURS)
