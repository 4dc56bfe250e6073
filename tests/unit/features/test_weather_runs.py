import numpy as np
import pytest

from geoclimate.features.weather_runs import WeatherRuns, no_runs

NAN = np.nan


def runs(*issued: int, hours: int = 4) -> WeatherRuns:
    """Run i says 100 i + the hours since it was known."""
    said = np.array([[[100.0 * number + hour] for hour in range(hours)] for number in range(len(issued))])
    return WeatherRuns(np.array(issued, dtype=np.int64), said.reshape(len(issued), hours, 1).astype(np.float32))


@pytest.mark.parametrize(
    ("origin", "expected"),
    [
        (9, [NAN, NAN, NAN]),
        (10, [0, 1, 2]),
        (12, [2, 3, NAN]),
        (13, [100, 101, 102]),
        (16, [103, NAN, NAN]),
        (17, [NAN, NAN, NAN]),
    ],
    ids=["before any was known", "as soon as known", "to its end", "the newest", "its last hour", "ended"],
)
def test_the_newest_run_that_was_known_speaks(origin: int, expected: list[float]) -> None:
    found = runs(10, 13).known_at(np.array([origin]), 3)
    np.testing.assert_array_equal(found[0, :, 0], np.array(expected, dtype=np.float32))


def test_a_run_is_seen_by_no_origin_before_it_was_known() -> None:
    origins = np.arange(0, 40)
    with_it, without = runs(10, 13), runs(10)
    earlier = origins < 13
    np.testing.assert_array_equal(with_it.known_at(origins, 5)[earlier], without.known_at(origins, 5)[earlier])


def test_where_there_is_no_run_nothing_is_known() -> None:
    found = no_runs(3).known_at(np.array([1, 2]), 4)
    assert found.shape == (2, 4, 3)
    assert np.isnan(found).all()


@pytest.mark.parametrize(
    ("hours", "shape", "message"),
    [([1, 1], (2, 3, 1), "must ascend"), ([2, 1], (2, 3, 1), "must ascend"), ([1], (2, 3, 1), "do not fit")],
)
def test_refuses_runs_that_do_not_fit(hours: list[int], shape: tuple[int, ...], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        WeatherRuns(np.array(hours, dtype=np.int64), np.zeros(shape, dtype=np.float32))
