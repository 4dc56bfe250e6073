import dataclasses
from functools import lru_cache

import numpy as np
import pytest

from geoclimate.domain.errors import InvalidInput
from geoclimate.features.dataset import TrainingDataset
from geoclimate_ml.samples import Samples
from geoclimate_ml.split import Split, samples_of, split_by_time
from tests.made_samples import FIRST_HOUR, made, small_spec

LEADS = 24


@lru_cache(maxsize=1)
def samples() -> Samples:
    return made(small_spec(LEADS), hours=1600, stations=2).samples


@lru_cache(maxsize=1)
def halves() -> Split:
    return split_by_time(samples())


def target_hours(part: Samples) -> set[tuple[int, int]]:
    """Station and hour of every target."""
    hours = part.issue_hours[:, None] + np.arange(LEADS)
    return {
        (int(station), int(hour)) for station, row in zip(part.station, hours, strict=True) for hour in row.tolist()
    }


def test_training_and_validation_share_no_target() -> None:
    training, validation = target_hours(halves().training), target_hours(halves().validation)
    assert training
    assert validation
    assert not training & validation


def test_no_target_of_the_test_is_one_of_another_part_and_nothing_of_it_is_older() -> None:
    start = int(halves().test.issue_hours.min())
    for part in (halves().training, halves().validation, halves().before_test):
        assert max(hour for _, hour in target_hours(part)) < start


def test_the_test_is_the_newest_fifth_of_the_issue_times() -> None:
    everything = samples().issue_hours
    assert halves().test.issue_hours.max() == everything.max()
    assert 0.18 < len(halves().test) / len(everything) <= 0.21


def test_what_is_kept_before_the_test_is_all_that_has_its_targets_before_it() -> None:
    start = int(halves().test.issue_hours.min())
    expected = (samples().issue_hours + LEADS <= start).sum()
    assert len(halves().before_test) == expected
    assert len(halves().training) + len(halves().validation) < expected


def test_validation_lies_in_blocks_between_parts_of_the_training() -> None:
    hours = np.unique(halves().validation.issue_hours)
    blocks = 1 + int((np.diff(hours) > LEADS).sum())
    assert blocks >= 2
    assert halves().training.issue_hours.min() < hours.min() or halves().training.issue_hours.max() > hours.max()


def test_the_test_may_begin_where_it_is_told_to() -> None:
    split = split_by_time(samples(), FIRST_HOUR + 900)
    assert split.test.issue_hours.min() == FIRST_HOUR + 900
    assert split.before_test.issue_hours.max() + LEADS <= FIRST_HOUR + 900


def test_longer_lead_times_widen_the_gaps() -> None:
    long = made(small_spec(72), hours=1600, stations=1).samples
    split = split_by_time(long)
    assert split.before_test.issue_hours.max() + 72 <= split.test.issue_hours.min()
    near = np.abs(split.training.issue_hours[:, None] - split.validation.issue_hours).min()
    assert near >= 72


def test_years_without_data_leave_something_to_validate_on() -> None:
    whole = samples()
    old = whole.issue_hours < FIRST_HOUR + 800
    gap = 3 * 8766
    split = split_by_time(dataclasses.replace(whole, issue_hours=whole.issue_hours - np.where(old, gap, 0)))
    assert not target_hours(split.training) & target_hours(split.validation)
    assert len(split.training) > 2 * len(split.validation)
    for part in (split.training, split.validation):
        assert part.issue_hours.min() < FIRST_HOUR + 800 - gap < FIRST_HOUR < part.issue_hours.max()


@pytest.mark.parametrize(
    ("test_start", "part"), [(FIRST_HOUR + 1575, "test"), (FIRST_HOUR + 200, "training|validation")]
)
def test_too_little_of_a_part_is_told_with_what_is_needed(test_start: int, part: str) -> None:
    expected = rf"the ({part}) part holds \d+ usable issue times of pm25, needs at least 48; the data spans \d+ hours"
    with pytest.raises(InvalidInput, match=expected):
        split_by_time(samples(), test_start)


def a_dataset(hours: int, *, every: int = 1, places: bool = True) -> TrainingDataset:
    spec = small_spec()
    values = np.full((hours, len(spec.parameters)), 5.0, dtype=np.float32)
    values[np.arange(hours) % every > 0, 0] = np.nan
    return TrainingDataset(("a",), spec.parameters, (FIRST_HOUR,), (values,), ((40.0, 116.0),) if places else ())


def test_a_data_set_gives_every_usable_issue_time() -> None:
    found = samples_of(a_dataset(1100), small_spec())
    assert found.issue_hours.tolist() == list(range(FIRST_HOUR + 36, FIRST_HOUR + 1100))


@pytest.mark.parametrize(
    ("dataset", "message"),
    [
        (a_dataset(999), "training needs at least 1000 hours of pm25, has 999 from 1 stations"),
        (a_dataset(4000, every=4), "no hour of pm25 has enough observed hours before it to make a forecast from"),
        (a_dataset(1100, places=False), "holds no places of its stations; make it anew"),
        (
            TrainingDataset(("a",), ("pm25",), (0,), (np.ones((1100, 1), dtype=np.float32),), ((40.0, 116.0),)),
            r"the data set holds \('pm25',\), but the features of pm25 are",
        ),
    ],
    ids=["too short", "too sparse", "of the first release", "other parameters"],
)
def test_refuses_a_data_set_that_cannot_be_trained_on(dataset: TrainingDataset, message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        samples_of(dataset, small_spec())
