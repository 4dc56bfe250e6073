"""Series of stations over their own hours."""

import numpy as np
import pytest

from geoclimate.features.dataset import TrainingDataset
from geoclimate.features.input_spec import default_input_spec
from geoclimate.features.inputs import station_series
from geoclimate.features.own_hours import own_series
from geoclimate.features.region import to_region
from geoclimate.features.usable import usable_origins

SPEC = default_input_spec("pm25")
HOURS = 2000
LATER = 24 * 365 * 12


def dataset(first_hours: tuple[int, ...], places: tuple[tuple[float, float], ...]) -> TrainingDataset:
    chance = np.random.default_rng(5)
    grids = []
    for _ in first_hours:
        values = chance.gamma(2.0, 30.0, (HOURS, len(SPEC.parameters))).astype(np.float32)
        values[chance.random(values.shape) < 0.2] = np.nan
        grids.append(values)
    return TrainingDataset(
        stations=tuple(f"st-{index}" for index in range(len(grids))),
        parameters=SPEC.parameters,
        first_hours=first_hours,
        grids=tuple(grids),
        places=places,
    )


NEAR = ((39.9, 116.4), (40.0, 116.3), (39.8, 116.5), (52.5, 13.4))


@pytest.mark.parametrize("position", range(4))
def test_is_what_one_region_of_all_stations_gives_at_every_usable_issue_time(position: int) -> None:
    data = dataset((0, 300, -700, 40), NEAR)
    whole = station_series(to_region(data.stations, data.places, data.hourly_grids(), SPEC), position, SPEC)
    own = list(own_series(data, SPEC))[position]
    origins = usable_origins(own.target, own.first_hour, SPEC)
    origins = origins[origins <= whole.end_hour]
    assert origins.tolist() == usable_origins(whole.target, whole.first_hour, SPEC).tolist()
    rows, wholes = origins - own.first_hour - 1, origins - whole.first_hour - 1
    np.testing.assert_allclose(own.context[rows], whole.context[wholes], rtol=1e-4, atol=1e-3)
    np.testing.assert_allclose(own.history[rows], whole.history[wholes], rtol=1e-5, atol=1e-4)
    assert (own.station, own.latitude) == (whole.station, whole.latitude)


def test_a_station_measured_years_later_does_not_stretch_the_others() -> None:
    series = list(own_series(dataset((0, LATER, 0, 0), NEAR), SPEC))
    assert max(len(each.target) for each in series) < HOURS + 1000


def test_a_station_without_a_known_target_has_one_hour() -> None:
    data = dataset((0, 0, 0, 0), NEAR)
    data.grids[2][:, 0] = np.nan
    assert [len(each.target) > 1 for each in own_series(data, SPEC)] == [True, True, False, True]
