"""From which issue times a forecast can be made."""

import numpy as np
import numpy.typing as npt
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from geoclimate.features.input_spec import InputSpec
from geoclimate.features.usable import shortfall, usable_origins

SPEC = InputSpec(target="pm25", parameters=("pm25",), history_hours=8, lead_hours=(1, 2, 5), max_gap_hours=2)
FIRST = 400_000
Target = npt.NDArray[np.float32]

targets = hnp.arrays(
    np.float32, st.integers(0, 40), elements=st.one_of(st.just(np.float32(np.nan)), st.floats(-50, 900, width=32))
)


def _target(*values: float) -> Target:
    return np.array(values, dtype=np.float32)


ENDS_IN_A_GAP = _target(0, 1, 2, 3, 4, np.nan, np.nan, np.nan)


def test_an_origin_needs_a_recent_target_and_half_a_history_of_it() -> None:
    np.testing.assert_array_equal(usable_origins(ENDS_IN_A_GAP, FIRST, SPEC) - FIRST, [4, 5, 6, 7])


def test_an_empty_series_has_no_usable_origin() -> None:
    assert usable_origins(_target(), FIRST, SPEC).size == 0
    assert "no hour of pm25" in (shortfall(_target(), FIRST, FIRST, SPEC) or "")


@given(targets)
def test_the_shortfall_is_told_exactly_where_an_origin_is_not_usable(target: Target) -> None:
    usable = set(usable_origins(target, FIRST, SPEC).tolist())
    for origin in range(FIRST, FIRST + len(target) + 1):
        assert (shortfall(target, FIRST, origin, SPEC) is None) == (origin in usable)


@given(targets, st.integers(0, 5))
def test_hours_before_the_history_change_nothing(target: Target, more: int) -> None:
    longer = np.concatenate([np.full(more, np.nan, dtype=np.float32), target])
    np.testing.assert_array_equal(usable_origins(longer, FIRST - more, SPEC), usable_origins(target, FIRST, SPEC))


def test_the_shortfall_names_what_is_missing() -> None:
    assert shortfall(ENDS_IN_A_GAP, FIRST, FIRST + 8, SPEC) == ("the newest pm25 is 3 hours old; at most 2 are allowed")
    assert shortfall(ENDS_IN_A_GAP, FIRST, FIRST + 2, SPEC) == (
        "pm25 was observed in 2 of the last 8 hours; at least 4 are needed"
    )
