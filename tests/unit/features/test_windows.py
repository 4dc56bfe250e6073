import numpy as np
import pytest

from geoclimate.features.windows import windows

SERIES = np.arange(12.0).reshape(6, 2)


def test_each_stretch_is_its_rows_one_after_the_other() -> None:
    found = windows(SERIES, 4)
    assert found.tolist() == [SERIES[begin : begin + 4].reshape(-1).tolist() for begin in range(3)]


def test_a_series_is_neither_copied_nor_changed() -> None:
    found = windows(SERIES, 4)
    assert np.shares_memory(found, SERIES)
    with pytest.raises(ValueError, match="read-only"):
        found[0, 0] = 1


@pytest.mark.parametrize("series", [SERIES[:3], np.asfortranarray(SERIES)], ids=["too short", "not row by row"])
def test_refuses_a_series_of_which_no_stretch_can_be_cut(series: np.ndarray) -> None:
    with pytest.raises(ValueError, match="no stretch of 4 rows"):
        windows(series, 4)
