import pytest
import torch

from geoclimate_ml.fitting.loss import level_weights, pinball_sum, sample_weights

ONE = torch.ones(1)


def test_the_pinball_loss_of_the_median_is_half_the_absolute_error() -> None:
    loss, known = pinball_sum(torch.tensor([[[4.0]]]), torch.tensor([[10.0]]), torch.tensor([0.5]), ONE)
    assert (loss.item(), known.item()) == (3.0, 1)


def test_the_pinball_loss_charges_too_high_a_tenth_nine_times_as_much_as_too_low() -> None:
    level = torch.tensor([0.1])
    too_low, _ = pinball_sum(torch.tensor([[[0.0]]]), torch.tensor([[10.0]]), level, ONE)
    too_high, _ = pinball_sum(torch.tensor([[[20.0]]]), torch.tensor([[10.0]]), level, ONE)
    assert (too_low.item(), too_high.item()) == pytest.approx((1.0, 9.0))


def test_the_pinball_loss_leaves_out_what_was_not_observed() -> None:
    loss, known = pinball_sum(torch.zeros(1, 2, 1), torch.tensor([[10.0, torch.nan]]), torch.tensor([0.5]), ONE)
    assert (loss.item(), known.item()) == (5.0, 1)


def test_a_loss_over_nothing_is_zero_and_has_a_gradient() -> None:
    quantiles = torch.zeros(1, 1, 1, requires_grad=True)
    loss, known = pinball_sum(quantiles, torch.tensor([[torch.nan]]), torch.tensor([0.5]), ONE)
    torch.autograd.backward(loss)
    assert (loss.item(), known.item(), quantiles.grad) == (0.0, 0, torch.zeros(1, 1, 1))


def test_the_median_weighs_most_and_the_weights_sum_to_one() -> None:
    weights = level_weights((0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95), 3.0)
    assert weights.sum().item() == pytest.approx(1)
    assert (weights / weights[0]).tolist() == pytest.approx([1, 1, 2, 6, 2, 1, 1])


def test_a_sample_counts_by_its_weight_in_the_loss_and_in_what_it_is_divided_by() -> None:
    quantiles, observed = torch.zeros(2, 1, 1), torch.tensor([[10.0], [30.0]])
    loss, weight = pinball_sum(quantiles, observed, torch.tensor([0.5]), ONE, torch.tensor([2.0, 0.5]))
    assert (loss.item(), weight.item()) == (17.5, 2.5)


def test_what_was_not_observed_has_no_weight() -> None:
    observed = torch.tensor([[10.0, torch.nan]])
    _, weight = pinball_sum(torch.zeros(1, 2, 1), observed, torch.tensor([0.5]), ONE, torch.tensor([0.3]))
    assert weight.item() == pytest.approx(0.3)


def test_a_sample_weighs_less_the_heavier_the_air_is_and_one_at_the_usual_level() -> None:
    weights = sample_weights(torch.tensor([0.0, 60.0, 240.0]), torch.tensor([60.0]), 1.0)
    assert weights.tolist() == pytest.approx([5.0, 1.0, 1.25 / 4.25])


def test_air_below_zero_weighs_no_more_than_clean_air() -> None:
    weights = sample_weights(torch.tensor([-7.0, 0.0]), torch.tensor([60.0]), 0.7)
    assert weights[0] == weights[1]


def test_a_power_of_zero_weighs_all_samples_alike() -> None:
    assert sample_weights(torch.tensor([0.0, 500.0]), torch.tensor([60.0]), 0.0).tolist() == [1.0, 1.0]
