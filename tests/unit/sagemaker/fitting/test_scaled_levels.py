"""Training as if the air had been cleaner or dirtier."""

import numpy as np
import pytest
import torch

from geoclimate.contracts.model import QUANTILE_LEVELS
from geoclimate.features.input_spec import default_input_spec
from geoclimate_ml.fitting.scaled_levels import with_scaled_levels
from geoclimate_ml.networks.input_scaling import InputScaling, contract_of


def _batch(target: str) -> tuple[InputScaling, tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]]:
    contract = contract_of(default_input_spec(target), QUANTILE_LEVELS)
    rows, leads = 6, len(contract.lead_hours)
    shapes = (
        (rows, contract.history_hours, len(contract.history_columns)),
        (rows, len(contract.context_columns)),
        (rows, leads, len(contract.future_columns)),
        (rows, leads),
    )
    generator = torch.Generator().manual_seed(1)
    history, context, future, observed = (1 + torch.rand(shape, generator=generator) for shape in shapes)
    return InputScaling(contract), (history, context, future, observed)


def test_one_factor_a_sample_multiplies_all_that_is_in_the_target_s_unit_and_nothing_else() -> None:
    scaling, batch = _batch("pm25")
    torch.manual_seed(3)
    scaled = with_scaled_levels(batch, scaling, 1.0)
    factor = scaled[3][:, :1] / batch[3][:, :1]
    assert torch.unique(factor).numel() == len(factor)
    assert (factor.log().abs() <= 1.0).all()
    context = scaled[1] / batch[1]
    expected = torch.ones_like(context)
    expected[:, torch.cat([scaling.context_target, scaling.context_change])] = factor
    np.testing.assert_allclose(context.numpy(), expected.numpy(), rtol=1e-5)
    history = scaled[0] / batch[0]
    np.testing.assert_allclose(
        history[:, :, scaling.history_target].numpy(), factor[:, None].expand(-1, 72, 3), rtol=1e-5
    )
    assert (history[:, :, scaling.history_other] == 1).all()


def test_a_missing_value_stays_missing_and_nothing_else_becomes_so() -> None:
    scaling, (history, context, future, observed) = _batch("pm25")
    history[0, 3, 0] = context[1, 0] = observed[2, 4] = torch.nan
    scaled = with_scaled_levels((history, context, future, observed), scaling, 1.0)
    assert [int(torch.isnan(matrix).sum()) for matrix in scaled] == [1, 1, 0, 1]


@pytest.mark.parametrize(("target", "spread"), [("pm25", 0.0), ("temperature", 1.0)])
def test_leaves_alone_what_is_not_asked_for_and_what_has_no_natural_zero(target: str, spread: float) -> None:
    scaling, batch = _batch(target)
    for before, after in zip(batch, with_scaled_levels(batch, scaling, spread), strict=True):
        assert before is after
