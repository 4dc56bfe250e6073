"""What calls cost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geoclimate.domain.costs import COSTS, Cost, cost_of

SIZES = st.integers(0, 10**9)
COSTS_OF_ANY_KIND = st.builds(
    Cost, base=st.integers(1, 100), unit=st.just("things"), included=st.integers(0, 1_000), step=st.integers(1, 1_000)
)


def test_an_operation_that_the_table_does_not_name_costs_one() -> None:
    assert cost_of("get_station", 1) == 1


@pytest.mark.parametrize(("days", "cost"), [(1, 1), (31, 1), (32, 2), (62, 2), (366, 12)])
def test_a_longer_window_of_observations_costs_more(days: int, cost: int) -> None:
    assert cost_of("get_observations", days) == cost


@given(COSTS_OF_ANY_KIND, SIZES, SIZES)
def test_more_never_costs_less(cost: Cost, one: int, other: int) -> None:
    less, more = sorted((one, other))
    assert cost.of(less) <= cost.of(more)


@pytest.mark.parametrize("operation", COSTS)
@given(one=SIZES, other=SIZES)
def test_asking_in_parts_never_costs_less_than_asking_at_once(operation: str, one: int, other: int) -> None:
    assert cost_of(operation, one + other) <= cost_of(operation, one) + cost_of(operation, other)


@given(SIZES)
def test_every_call_costs_something(size: int) -> None:
    assert all(cost.of(size) >= 1 for cost in COSTS.values())
