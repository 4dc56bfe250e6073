import itertools

import numpy as np
import pytest

from geoclimate.domain.errors import InvalidInput
from geoclimate.features.dataset import TrainingDataset
from geoclimate.features.windows import targets_at, windows_at
from geoclimate_ml.data import MIN_ORIGINS, Split, split_by_time

from .conftest import SPEC, make_dataset


def test_the_parts_follow_each_other_in_time_and_share_no_observation(split: Split) -> None:
    parts = [split.training, split.validation, split.test]
    for earlier, later in itertools.pairwise(parts):
        newest_target = earlier.issue_hours.max() + SPEC.lead_hours[-1] - 1
        oldest_history = later.issue_hours.min() - SPEC.history_hours
        assert newest_target < oldest_history


def test_the_test_part_is_the_newest_fifth(split: Split, dataset: TrainingDataset) -> None:
    assert split.test.issue_hours.max() > split.validation.issue_hours.max()
    total = sum(len(grid) for grid in dataset.grids)
    assert len(split.test) == pytest.approx(0.2 * total, rel=0.15)


def test_joined_stations_give_the_windows_of_each_station_alone(split: Split, dataset: TrainingDataset) -> None:
    grids = dataset.hourly_grids()
    windows, targets = split.training.batch(np.arange(len(split.training)))
    hours = split.training.issue_hours
    alone = [(windows_at(grid, hours, SPEC), targets_at(grid, hours, SPEC)) for grid in grids]
    for index in range(0, len(split.training), 37):
        matches = [
            np.array_equal(windows[index], station_windows[index], equal_nan=True)
            and np.array_equal(targets[index], station_targets[index], equal_nan=True)
            for station_windows, station_targets in alone
        ]
        assert matches.count(True) == 1


def test_thinning_keeps_multiples_of_the_step(split: Split) -> None:
    thinned = split.test.thinned(5)
    assert set(thinned.issue_hours % 5) == {0}
    assert len(thinned) == pytest.approx(len(split.test) / 5, rel=0.1)


def test_says_how_much_data_is_needed() -> None:
    with pytest.raises(InvalidInput, match=r"training needs at least 1000 hours of pm25, has \d+ from 2 stations"):
        split_by_time(make_dataset(hours=200), SPEC)


def test_says_which_part_is_too_small() -> None:
    with pytest.raises(InvalidInput, match=f"part holds .* usable issue times of pm25, needs at least {MIN_ORIGINS}"):
        split_by_time(make_dataset(hours=300, stations=4), SPEC)


def test_says_that_the_target_is_too_sparse_for_any_window() -> None:
    dataset = make_dataset(hours=9000, stations=1)
    dataset.grids[0][np.arange(9000) % 3 != 0, 0] = np.nan
    with pytest.raises(InvalidInput, match="no hour of pm25 has enough observed hours before it"):
        split_by_time(dataset, SPEC)


def test_one_straggler_years_later_does_not_empty_a_part(dataset: TrainingDataset) -> None:
    late = TrainingDataset(
        (*dataset.stations, "openaq-99"),
        dataset.parameters,
        (*dataset.first_hours, dataset.first_hours[0] + 50_000),
        (*dataset.grids, np.full((60, len(SPEC.parameters)), 7.0, dtype=np.float32)),
    )
    split = split_by_time(late, SPEC)
    assert min(len(split.training), len(split.validation), len(split.test)) > 200
