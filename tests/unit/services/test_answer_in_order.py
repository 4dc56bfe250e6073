"""Who answers."""

import pytest

from geoclimate.domain.errors import IntegrityError, Unavailable
from geoclimate.services.answer_in_order import answer_in_order
from tests.engine_fakes import EngineInMemory, batch_of


def test_the_first_that_can_answers_and_the_others_are_not_asked() -> None:
    endpoint, onnx = EngineInMemory("endpoint"), EngineInMemory("onnx")
    answer = answer_in_order([endpoint, onnx], batch_of())
    assert (answer.engine, answer.passed_over, onnx.asked) == ("endpoint", (), [])


def test_whatever_keeps_an_engine_from_answering_the_next_one_is_asked_and_the_reason_kept() -> None:
    endpoint, onnx, climatology = (
        EngineInMemory("endpoint"),
        EngineInMemory("onnx"),
        EngineInMemory("climatology"),
    )
    endpoint.fail("no endpoint")
    onnx.error = IntegrityError("damaged")
    answer = answer_in_order([endpoint, onnx, climatology], batch_of())
    assert answer.engine == "climatology"
    assert answer.passed_over == ("endpoint: no endpoint", "onnx: damaged")


def test_where_nothing_answers_every_reason_is_told() -> None:
    endpoint, onnx = EngineInMemory("endpoint"), EngineInMemory("onnx")
    endpoint.fail("no endpoint")
    onnx.fail("no model")
    with pytest.raises(Unavailable, match="nothing can forecast: endpoint: no endpoint; onnx: no model"):
        answer_in_order([endpoint, onnx], batch_of())
