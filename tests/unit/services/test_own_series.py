"""A caller's matrices: what is taken, and where it is said to be wrong."""

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geoclimate.contracts.predict import LEAST_HOURS, MOST_HOURS
from geoclimate.domain.errors import InvalidBody, TooManySeries, UnusableValues
from geoclimate.features.input_spec import default_input_spec
from geoclimate.services.own_series import read_matrices

SPEC = default_input_spec("pm25")
DAY = 24


def _rows(series: int = 2, hours: int = DAY, value: float | None = 40.0) -> list[list[Any]]:
    return [[value] * hours for _ in range(series)]


@given(
    st.lists(
        st.lists(st.none() | st.floats(-10, 10_000) | st.integers(-10, 10_000), min_size=DAY, max_size=DAY),
        min_size=1,
        max_size=5,
    )
)
def test_reads_what_json_wrote_and_null_is_missing(rows: list[list[float | None]]) -> None:
    names, values = read_matrices(json.loads(json.dumps({"pm25": rows})), len(rows), SPEC)
    assert names == ("pm25",)
    expected = [[np.nan if value is None else value for value in row] for row in rows]
    np.testing.assert_array_equal(values[..., 0], np.array(expected, dtype=np.float32))


def test_the_last_axis_has_the_parameters_in_the_order_given() -> None:
    names, values = read_matrices({"temperature": _rows(value=-5), "pm25": _rows(value=80)}, 2, SPEC)
    assert names == ("temperature", "pm25")
    assert values.shape == (2, DAY, 2)
    assert values[1, 3].tolist() == [-5.0, 80.0]


@pytest.mark.parametrize("wrong", ["1.5", True, [1.0], {}, False])
def test_what_is_no_number_is_named_by_row_and_hour(wrong: object) -> None:
    rows = _rows()
    rows[1][7] = wrong
    with pytest.raises(UnusableValues, match="is no number and not null") as refused:
        read_matrices({"pm25": rows}, 2, SPEC)
    assert [pointer for pointer, _ in refused.value.places] == ["/history/pm25/1/7"]


@pytest.mark.parametrize("value", [-999.0, -10.001, 10_001, float("inf"), -float("inf"), 10**400, -(10**400)])
def test_a_sentinel_or_another_value_that_cannot_be_is_named(value: float) -> None:
    rows = _rows()
    rows[0][23] = value
    with pytest.raises(UnusableValues, match="which is not credible: pm25 lies from 0 to 10000") as refused:
        read_matrices({"pm25": rows}, 2, SPEC)
    assert [pointer for pointer, _ in refused.value.places] == ["/history/pm25/0/23"]


def test_of_many_wrong_values_the_first_are_named_and_all_are_counted() -> None:
    with pytest.raises(UnusableValues, match="and 47 more") as refused:
        read_matrices({"pm25": _rows(value=-999)}, 2, SPEC)
    assert len(refused.value.places) == 20


def test_a_ragged_row_is_named() -> None:
    rows = _rows(3)
    rows[1].pop()
    with pytest.raises(UnusableValues, match="has 23 hours where 24 are expected") as refused:
        read_matrices({"pm25": rows}, 3, SPEC)
    assert refused.value.places[0][0] == "/history/pm25/1"


def test_all_parameters_have_the_same_hours() -> None:
    with pytest.raises(UnusableValues) as refused:
        read_matrices({"pm25": _rows(), "o3": _rows(hours=25)}, 2, SPEC)
    assert [pointer for pointer, _ in refused.value.places] == ["/history/o3/0", "/history/o3/1"]


@pytest.mark.parametrize(
    ("history", "pointer", "said"),
    [
        (None, "/history", "must be an object"),
        ([], "/history", "must be an object"),
        ({}, "/history/pm25", "is required"),
        ({"o3": _rows()}, "/history/pm25", "is required"),
        ({"pm25": {}}, "/history/pm25", "must have 2 rows, one a series, but has no list"),
        ({"pm25": _rows(3)}, "/history/pm25", "must have 2 rows, one a series, but has 3 rows"),
        ({"pm25": [[40.0] * DAY, "abc"]}, "/history/pm25/1", "must be a list of hours"),
        ({"pm25": _rows(), "pm2.5": _rows()}, "/history/pm2.5", "is no parameter that the model is shown"),
        ({"pm25": _rows(hours=LEAST_HOURS - 1)}, "/history/pm25/0", "has 11 hours; from 12 to 720 are taken"),
        ({"pm25": _rows(hours=MOST_HOURS + 1)}, "/history/pm25/0", "has 721 hours"),
    ],
)
def test_a_wrong_shape_is_named(history: Any, pointer: str, said: str) -> None:
    with pytest.raises(InvalidBody, match=said) as refused:
        read_matrices(history, 2, SPEC)
    assert refused.value.pointer == pointer


def test_a_name_is_escaped_in_its_pointer() -> None:
    with pytest.raises(UnusableValues) as refused:
        read_matrices({"a/b~c": []}, 1, SPEC)
    assert refused.value.pointer == "/history/a~1b~0c"


@pytest.mark.parametrize(("series", "hours", "said"), [(1_001, 12, "1,001 series"), (34, 720, "predicts 33 of them")])
def test_more_than_a_request_predicts_is_refused(series: int, hours: int, said: str) -> None:
    with pytest.raises(TooManySeries, match=said):
        read_matrices({"pm25": _rows(series, hours)}, series, SPEC)
