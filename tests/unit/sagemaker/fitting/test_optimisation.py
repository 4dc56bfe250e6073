import pytest
import torch

from geoclimate.domain.errors import InvalidInput
from geoclimate_ml.fitting.optimisation import half_precision, rate_at


def test_the_learning_rate_warms_up_and_then_falls_to_a_fiftieth() -> None:
    rates = [rate_at(step, 100) for step in range(100)]
    assert rates[:10] == pytest.approx([0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0])
    assert rates[9:] == sorted(rates[9:], reverse=True)
    assert rate_at(100, 100) == pytest.approx(0.02)


def test_one_step_alone_has_the_highest_rate() -> None:
    assert rate_at(0, 1) == 1.0


def test_a_cpu_has_full_precision_unless_it_is_told_otherwise() -> None:
    cpu = torch.device("cpu")
    assert half_precision("auto", cpu) is None
    assert half_precision("off", cpu) is None
    assert half_precision("bfloat16", cpu) is torch.bfloat16


def test_float16_is_refused_on_a_cpu() -> None:
    with pytest.raises(InvalidInput, match="mixed_precision: float16 needs a GPU"):
        half_precision("float16", torch.device("cpu"))
