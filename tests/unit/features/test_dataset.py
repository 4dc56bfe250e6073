import hashlib
import io
from typing import Any

import numpy as np
import pytest

from geoclimate.domain.errors import UnreadableFile
from geoclimate.features.dataset import TrainingDataset
from geoclimate.features.weather_runs import WeatherRuns, no_runs


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


def with_weather() -> TrainingDataset:
    return a_dataset(
        places=((40.1, 116.4), (-17.25, 179.9)),
        weather=(
            WeatherRuns(np.array([400_000, 400_006]), np.arange(12, dtype=np.float32).reshape(2, 3, 2)),
            no_runs(2),
        ),
    )


def test_reads_back_places_and_weather_forecasts_bit_for_bit() -> None:
    again = TrainingDataset.from_bytes(with_weather().to_bytes())
    assert again.places == with_weather().places
    for ours, theirs in zip(with_weather().weather, again.weather, strict=True):
        assert ours.issue_hours.tobytes() == theirs.issue_hours.tobytes()
        assert (ours.values.shape, ours.values.tobytes()) == (theirs.values.shape, theirs.values.tobytes())
    assert again.to_bytes() == with_weather().to_bytes()


def test_a_data_set_of_the_first_release_has_no_places_and_no_weather() -> None:
    again = TrainingDataset.from_bytes(a_dataset().to_bytes())
    assert (again.places, again.weather) == ((), ())


def test_the_digest_of_known_data_stays() -> None:
    assert hashlib.sha256(with_weather().to_bytes()).hexdigest() == (
        "a5dc3abcc59503165bf003596a1ec150eac26ebaeba289c87f3aea0f3babb57d"
    )


@pytest.mark.parametrize(
    ("changes", "message"),
    [({"places": ((1.0, 2.0),)}, "1 places"), ({"weather": (no_runs(2),)}, "1 weather forecasts")],
)
def test_refuses_other_numbers_of_places_or_weather_than_stations(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=f"2 stations, but {message}"):
        a_dataset(**changes)
