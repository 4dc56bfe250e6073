import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from geoclimate_ml.fitting.sampling import Order


@settings(deadline=None)
@given(st.integers(1, 200), st.integers(1, 64), st.integers(0, 9))
def test_no_sample_is_drawn_twice_before_nearly_every_other_was_drawn(count: int, batch_size: int, seed: int) -> None:
    order = Order(count, batch_size, seed)
    steps = count // order.batch_size
    for turn in range(2):
        drawn = np.concatenate([order.batch(step) for step in range(turn * steps, (turn + 1) * steps)])
        assert len(set(drawn.tolist())) == len(drawn) == steps * order.batch_size > count - order.batch_size


@settings(deadline=None)
@given(st.integers(1, 200), st.integers(1, 64), st.integers(0, 30))
def test_a_batch_is_known_from_its_step_alone(count: int, batch_size: int, step: int) -> None:
    walked = Order(count, batch_size, 1)
    for earlier in range(step):
        walked.batch(earlier)
    assert (walked.batch(step) == Order(count, batch_size, 1).batch(step)).all()


def test_the_next_turn_has_another_order() -> None:
    order = Order(100, 10, 1)
    assert any((order.batch(step) != order.batch(step + 10)).any() for step in range(10))
