"""A data set cut along the time line: training, validation in blocks among it, and the newest part for the test."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from geoclimate.domain.errors import InvalidInput
from geoclimate.features.dataset import TrainingDataset
from geoclimate.features.input_spec import InputSpec
from geoclimate.features.own_hours import own_series
from geoclimate.features.usable import usable_origins
from geoclimate.features.weather_runs import no_runs
from geoclimate_ml.rolling_origin import Fold, check_fold
from geoclimate_ml.samples import Samples, all_samples, to_archive

TEST_SHARE = 0.2
LONGEST_TEST_HOURS = 366 * 24
MIN_TARGET_HOURS = 1000
MIN_ORIGINS = 48
# Blocks of three weeks: shorter ones share their weather with the training around them, and say too little of what a
# model does on weather that it has not seen; one long block at the end would be one season.
_VALIDATION_SHARE = 0.125
_LONGEST_CYCLE_HOURS = 24 * 7 * 24
_CYCLES = 3

Integers = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Split:
    """Parts of the time line. Nothing of the test is older than the others, and no target of it is one of theirs.

    Attributes:
        training: What a first fit learns from; no observation is a target of it and of the validation.
        validation: What it is stopped by, and what weights and calibration are learned from.
        before_test: Everything before the test, for the fit that is kept.
        test: The newest part.
    """

    training: Samples
    validation: Samples
    before_test: Samples
    test: Samples


def samples_of(dataset: TrainingDataset, spec: InputSpec) -> Samples:
    """Every usable issue time of a data set.

    Raises:
        InvalidInput: There is too little data, or it was made for other parameters or an older release.
    """
    if dataset.parameters != spec.parameters:
        message = f"the data set holds {dataset.parameters}, but the features of {spec.target} are {spec.parameters}"
        raise InvalidInput(message)
    if dataset.target_hours < MIN_TARGET_HOURS:
        message = (
            f"training needs at least {MIN_TARGET_HOURS} hours of {spec.target}, has {dataset.target_hours} "
            f"from {len(dataset.stations)} stations"
        )
        raise InvalidInput(message)
    if not dataset.places:
        raise InvalidInput("the data set holds no places of its stations; make it anew")
    series = list(own_series(dataset, spec))
    usable = [usable_origins(each.target, each.first_hour, spec) for each in series]
    weather = dataset.weather or tuple(no_runs(len(spec.weather)) for _ in series)
    if not sum(map(len, usable)):
        raise InvalidInput(f"no hour of {spec.target} has enough observed hours before it to make a forecast from")
    return all_samples(to_archive(series, weather, spec), usable)


def split_by_time(samples: Samples, test_start: int | None = None) -> Split:
    """Cut issue times in time.

    Args:
        samples: Issue times of all stations.
        test_start: First issue time of the test, in hours since the epoch; without it the test is the newest fifth of
            the issue times, a year at most.

    Raises:
        InvalidInput: A part holds too little, with how much there is and how much is needed.
    """
    longest = samples.archive.spec.lead_hours[-1]
    ordered = np.sort(samples.issue_hours)
    first, end = int(ordered[0]), int(ordered[-1]) + 1
    if test_start is None:
        newest = int(ordered[len(ordered) - max(1, round(TEST_SHARE * len(ordered)))])
        test_start = max(newest, end - LONGEST_TEST_HOURS)
    known = samples.between(first, test_start - longest + 1)
    validated, near = _blocks(test_start - 1 - known.issue_hours, test_start - first, longest)
    if min(np.count_nonzero(validated), np.count_nonzero(~near)) < MIN_ORIGINS:
        # Where years are missing between the data, blocks of the calendar can lie in them: of the hours that are there,
        # some are in a block whatever the gaps. Hours lie as far apart as their places in this row, or farther.
        there, place = np.unique(known.issue_hours, return_inverse=True)
        validated, near = _blocks(len(there) - 1 - place, len(there), longest)
    split = Split(known.only(~near), known.only(validated), known, samples.between(test_start, end))
    for name, part in (("training", split.training), ("validation", split.validation), ("test", split.test)):
        if len(part) < MIN_ORIGINS:
            message = (
                f"the {name} part holds {len(part)} usable issue times of {samples.archive.spec.target}, needs at "
                f"least {MIN_ORIGINS}; the data spans {end - first} hours"
            )
            raise InvalidInput(message)
    fold = Fold(test_start, test_start, end)
    check_fold(fold, split.before_test.issue_hours, split.test.issue_hours, longest)
    return split


def _blocks(ages: Integers, span: int, longest: int) -> tuple[Mask, Mask]:
    """Which issue times lie in a validation block, and which in one or so near that they share a target with one.

    Args:
        ages: Hours from each to the end of the part, from 0.
        span: Hours of the part.
        longest: Longest lead time: an issue time's targets reach so far on.
    """
    cycle = max(1, min(_LONGEST_CYCLE_HOURS, span // _CYCLES))
    length = max(1, round(_VALIDATION_SHARE * cycle))
    # Counted back from the test, and begun half a cycle before it.
    place = (ages + cycle // 2) % cycle
    return place < length, (place < length + longest) | (place >= cycle - longest)
