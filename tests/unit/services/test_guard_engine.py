"""An engine behind a circuit breaker."""

import pytest

from geoclimate.domain.errors import ModelRejected, Unavailable
from geoclimate.services.engine_ports import StoredCircuit
from geoclimate.services.guard_engine import GuardedEngine
from tests.engine_fakes import CircuitsInMemory, EngineInMemory, HandClock, batch_of


class World:
    """Two processes before one engine, which share the breaker's state."""

    def __init__(self) -> None:
        self.engine = EngineInMemory("endpoint")
        self.circuits = CircuitsInMemory()
        self.clock = HandClock()
        self.one, self.other = (
            GuardedEngine(self.engine, "the endpoint e", self.circuits, self.clock) for _ in range(2)
        )

    def fail(self, times: int) -> None:
        self.engine.fail()
        for _ in range(times):
            with pytest.raises(Unavailable, match="down"):
                self.one.predict(batch_of())

    @property
    def asked(self) -> int:
        return len(self.engine.asked)


def test_answers_pass_and_write_nothing() -> None:
    world = World()
    assert world.one.predict(batch_of()).model_version == "v2"
    assert (world.one.name, world.circuits.writes) == ("endpoint", 0)


def test_after_five_failures_no_process_asks_any_more() -> None:
    world = World()
    world.fail(5)
    with pytest.raises(Unavailable, match="the endpoint e failed lately; it is left alone until 2026-01-31 05:01"):
        world.other.predict(batch_of())
    assert world.asked == 5


def test_an_answer_that_is_no_forecast_counts_as_a_failure() -> None:
    world = World()
    world.engine.error = ModelRejected("quantiles that cross")
    for _ in range(5):
        with pytest.raises(ModelRejected):
            world.one.predict(batch_of())
    with pytest.raises(Unavailable, match="left alone"):
        world.one.predict(batch_of())


def test_after_a_minute_it_is_tried_and_two_answers_bring_it_back() -> None:
    world = World()
    world.fail(5)
    world.engine.error = None
    world.clock.move(60)
    world.other.predict(batch_of())
    assert world.circuits.read("the endpoint e").circuit.phase == "half-open"
    world.one.predict(batch_of())
    assert world.circuits.read("the endpoint e").circuit.phase == "closed"


def test_a_failed_trial_leaves_it_alone_for_another_minute() -> None:
    world = World()
    world.fail(5)
    world.clock.move(60)
    world.fail(1)
    world.clock.move(59)
    with pytest.raises(Unavailable, match="left alone"):
        world.one.predict(batch_of())
    assert world.asked == 6


def test_another_writer_in_between_loses_neither_answer_nor_count() -> None:
    world = World()
    world.fail(4)
    world.circuits.others = 1
    world.fail(1)
    assert world.circuits.read("the endpoint e").circuit.phase == "open"


def test_an_answer_is_not_lost_where_others_keep_changing_the_breaker() -> None:
    world = World()
    world.fail(4)
    world.engine.error = None
    world.circuits.others = 100
    assert world.one.predict(batch_of()).model_version == "v2"


def test_where_others_keep_changing_the_breaker_nobody_is_let_through_unseen() -> None:
    world = World()
    world.fail(5)
    world.clock.move(60)
    world.circuits.others = 100
    with pytest.raises(Unavailable, match="others keep changing the breaker"):
        world.one.predict(batch_of())
    assert world.asked == 5


def test_neither_answer_nor_reason_is_lost_where_the_breaker_s_store_stops_answering(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world = World()
    world.fail(1)
    answers = [world.circuits.read("the endpoint e")]

    def read_once(name: str) -> StoredCircuit:
        if not answers:
            raise Unavailable(f"the circuits table does not answer for {name}")
        return answers.pop()

    monkeypatch.setattr(world.circuits, "read", read_once)
    with pytest.raises(Unavailable, match="down"):
        world.one.predict(batch_of())
    world.engine.error = None
    answers.append(world.circuits.stored["the endpoint e"])
    assert world.one.predict(batch_of()).model_version == "v2"
