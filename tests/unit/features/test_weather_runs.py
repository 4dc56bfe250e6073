import numpy as np
import pytest

from geoclimate.features.weather_runs import WeatherRuns, no_runs


def runs(*issued: int, hours: int = 4) -> WeatherRuns:
    return WeatherRuns(np.array(issued, dtype=np.int64), np.zeros((len(issued), hours, 1), dtype=np.float32))


@pytest.mark.parametrize(
    ("origin", "run", "age"),
    [(10, 0, 0), (12, 0, 2), (13, 1, 0), (40, 1, 27)],
    ids=["as soon as known", "before the next", "the newest", "the last one for ever"],
)
def test_the_newest_run_that_was_known_is_found_with_its_age(origin: int, run: int, age: int) -> None:
    found = runs(10, 13).newest_at(np.array([origin]))
    assert (found[0].tolist(), found[1].tolist()) == ([run], [age])


def test_a_run_is_found_by_no_origin_before_it_was_known() -> None:
    assert runs(10, 13).newest_at(np.arange(0, 10))[0].tolist() == [-1] * 10
    assert runs(10, 13).newest_at(np.arange(10, 13))[0].tolist() == [0] * 3


def test_where_there_is_no_run_none_is_found() -> None:
    assert no_runs(3).newest_at(np.array([1, 2]))[0].tolist() == [-1, -1]


@pytest.mark.parametrize(
    ("hours", "shape", "message"),
    [([1, 1], (2, 3, 1), "must ascend"), ([2, 1], (2, 3, 1), "must ascend"), ([1], (2, 3, 1), "do not fit")],
)
def test_refuses_runs_that_do_not_fit(hours: list[int], shape: tuple[int, ...], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        WeatherRuns(np.array(hours, dtype=np.int64), np.zeros(shape, dtype=np.float32))
