import numpy as np
import pytest

from geoclimate.domain.errors import InvalidInput
from geoclimate_ml.calibration import calibrate
from geoclimate_ml.data import Split, Windows, split_by_time
from geoclimate_ml.evaluation import ISSUE_EVERY_HOURS, Predictions, evaluate, pinball, predict
from geoclimate_ml.pipeline import contract_of
from geoclimate_ml.training import Hyperparameters, fit, new_model

from .conftest import SPEC, make_dataset

QUICK = Hyperparameters(hidden_size=8, epochs=1)


def persistence_itself(split: Split) -> tuple[float, float]:
    """Scores of a model that nobody trained: its median is persistence."""
    evaluation, _ = evaluate(new_model(contract_of(SPEC), QUICK), split.test)
    return evaluation.mae, evaluation.persistence_mae


def test_persistence_has_no_skill_over_itself(split: Split) -> None:
    mae, persistence_mae = persistence_itself(split)
    assert mae == pytest.approx(persistence_mae, rel=1e-6)


def test_persistence_is_the_last_known_value_against_what_came(split: Split) -> None:
    evaluation, _ = evaluate(new_model(contract_of(SPEC), QUICK), split.test)
    issued = split.test.thinned(ISSUE_EVERY_HOURS)
    windows, observed = (tensor.numpy() for tensor in issued.batch(np.arange(len(issued))))
    by_hand = np.nanmean(np.abs(observed - windows[:, -1, 0][:, None]), axis=0)
    np.testing.assert_allclose(evaluation.persistence_mae_by_lead, by_hand, rtol=1e-5)


def test_forecasts_are_issued_over_the_whole_test_part_and_at_every_hour_of_the_day(split: Split) -> None:
    evaluation, _ = evaluate(new_model(contract_of(SPEC), QUICK), split.test)
    issued = split.test.thinned(ISSUE_EVERY_HOURS).issue_hours
    assert evaluation.forecasts == len(issued)
    assert set(issued % 24) == set(range(24))
    span = (evaluation.test_end - evaluation.test_start).total_seconds() / 3600
    assert span > split.test.issue_hours.max() - split.test.issue_hours.min() - 2 * ISSUE_EVERY_HOURS
    assert len(evaluation.mae_by_lead) == 24


def test_calibration_brings_the_coverage_to_what_the_interval_promises(split: Split) -> None:
    model = new_model(contract_of(SPEC), QUICK)
    fit(model, split, QUICK, lambda _: None)
    model.interval_factor.fill_(0.5)
    narrow, _ = evaluate(model, split.test)
    model.interval_factor.fill_(1.0)
    calibrate(model, split.validation)
    honest, _ = evaluate(model, split.test)
    assert abs(honest.coverage - 0.8) < abs(narrow.coverage - 0.8)
    assert 0.7 < honest.coverage < 0.9


def test_calibration_leaves_the_median_and_bounds_the_factors(split: Split) -> None:
    model = new_model(contract_of(SPEC), QUICK)
    calibrate(model, split.validation)
    assert model.interval_factor[:, 1].eq(1).all()
    assert model.interval_factor.min() >= 0.5
    assert model.interval_factor.max() <= 3.0


def never_observed_at_lead(split: Split, lead: int) -> Windows:
    part = split.validation
    day = part.issue_hours % 24 == 0
    grid_values = part.grid.values.copy()
    grid_values[part.origins[day] + lead - 1, 0] = np.nan
    grid = type(part.grid)(part.grid.first_hour, grid_values)
    return Windows(grid, part.spec, part.origins[day], part.issue_hours[day])


def test_calibration_leaves_a_lead_time_that_was_never_observed(split: Split) -> None:
    model = new_model(contract_of(SPEC), QUICK)
    calibrate(model, never_observed_at_lead(split, 7))
    assert model.interval_factor[6].eq(1).all()
    assert model.interval_factor.isfinite().all()


def test_evaluation_refuses_a_lead_time_that_was_never_observed(split: Split) -> None:
    part = never_observed_at_lead(split, 7)
    with pytest.raises(InvalidInput, match="has no pm25 at some lead times"):
        evaluate(new_model(contract_of(SPEC), QUICK), part)


def test_evaluation_refuses_a_target_that_never_changes() -> None:
    constant = make_dataset()
    for grid in constant.grids:
        grid[:, 0] = 12.0
    with pytest.raises(InvalidInput, match="never changes in the test part"):
        evaluate(new_model(contract_of(SPEC), QUICK), split_by_time(constant, SPEC).test)


def test_the_pinball_loss_leaves_out_what_was_not_observed() -> None:
    predictions = Predictions(
        quantiles=np.zeros((1, 2, 1), dtype=np.float32),
        persistence=np.zeros(1, dtype=np.float32),
        observed=np.array([[10.0, np.nan]], dtype=np.float32),
    )
    assert pinball(predictions, (0.5,)) == 5.0


def test_predictions_in_parts_are_those_of_the_whole(split: Split) -> None:
    model = new_model(contract_of(SPEC), QUICK)
    fit(model, split, QUICK, lambda _: None)
    whole = predict(model, split.training)
    few = split.training.thinned(24)
    rows = np.flatnonzero(split.training.issue_hours % 24 == 0)
    np.testing.assert_allclose(predict(model, few).quantiles, whole.quantiles[rows], rtol=1e-4, atol=1e-3)
