import io
from typing import Any

import numpy as np
import pytest

from geoclimate.domain.errors import UnreadableFile
from geoclimate.features.dataset import TrainingDataset


def a_dataset(**changes: Any) -> TrainingDataset:
    first = np.array([[1.0, 2.0], [np.nan, 4.0]], dtype=np.float32)
    second = np.zeros((0, 2), dtype=np.float32)
    whole: dict[str, Any] = {
        "stations": ("openaq-1", "openaq-é"),
        "parameters": ("pm25", "pressure"),
        "first_hours": (400_000, 400_001),
        "grids": (first, second),
    }
    return TrainingDataset(**{**whole, **changes})


def test_reads_back_what_it_wrote() -> None:
    dataset = a_dataset()
    again = TrainingDataset.from_bytes(dataset.to_bytes())
    assert (again.stations, again.parameters, again.first_hours) == (
        dataset.stations,
        dataset.parameters,
        dataset.first_hours,
    )
    for ours, theirs in zip(dataset.grids, again.grids, strict=True):
        assert ours.tobytes() == theirs.tobytes()
        assert ours.shape == theirs.shape


def test_the_same_data_gives_the_same_bytes() -> None:
    assert a_dataset().to_bytes() == a_dataset().to_bytes()


def test_counts_the_observed_hours_of_the_target() -> None:
    assert a_dataset().target_hours == 1


def test_gives_one_grid_a_station() -> None:
    assert [grid.first_hour for grid in a_dataset().hourly_grids()] == [400_000, 400_001]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"first_hours": (1,)}, "1 first hours"),
        ({"grids": (np.zeros((2, 2)), np.zeros((0, 2)))}, "grid of openaq-1 is float64"),
        ({"parameters": ("pm25",)}, "grid of openaq-1 is float32"),
    ],
)
def test_refuses_parts_that_do_not_fit_together(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        a_dataset(**changes)


def pickled() -> bytes:
    buffer = io.BytesIO()
    np.savez(buffer, stations=np.array(["a", object()], dtype=object))
    return buffer.getvalue()


def plain_array() -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, np.zeros(3))
    return buffer.getvalue()


@pytest.mark.parametrize(
    "content",
    [b"", b"PK not a zip", a_dataset().to_bytes()[:-40], pickled(), plain_array()],
    ids=["empty", "noise", "cut short", "pickled objects", "a bare array"],
)
def test_refuses_bytes_that_are_no_dataset(content: bytes) -> None:
    with pytest.raises(UnreadableFile, match="not a training data set"):
        TrainingDataset.from_bytes(content)
