"""Boosted trees on the change from the last value."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from geoclimate.domain.errors import IntegrityError, InvalidInput
from geoclimate_ml.baselines.boosting import (
    SCALE_FILE,
    Boosting,
    BoostingSettings,
    Table,
    fit_boosting,
    load_boosting,
    predict_boosting,
    save_boosting,
)
from geoclimate_ml.scoring.forecasts import Floats, Integers
from tests.synthetic_forecasts import floats

LEVELS = (0.1, 0.5, 0.9)
SETTINGS = BoostingSettings(rounds=80, leaves=8, least_rows=20, columns_share=1.0, learning_rate=0.1)
LEADS = 4


def _series(count: int, seed: int = 0) -> tuple[Table, Floats, Integers]:
    """The value grows with the first column and with wind that is known ahead; its noise grows with the last value."""
    rng = np.random.default_rng(seed)
    last = rng.uniform(20, 200, count).astype(np.float32)
    columns = rng.standard_normal((count, 2)).astype(np.float32)
    future = rng.standard_normal((count, LEADS, 1)).astype(np.float32)
    lead = np.arange(1, LEADS + 1)
    change = 0.1 * last[:, None] * lead * (columns[:, :1] + future[..., 0])
    noise = 0.02 * last[:, None] * lead * rng.standard_normal((count, LEADS))
    observed = np.maximum(last[:, None] + change + noise, 0).astype(np.float32)
    return Table(columns, future, last), observed, np.arange(count, dtype=np.int64)


@pytest.fixture(scope="module")
def fitted() -> Boosting:
    return fit_boosting(*_series(3000), LEVELS, SETTINGS)


def test_learns_the_change_at_every_lead_time(fitted: Boosting) -> None:
    table, observed, _ = _series(1000, seed=1)
    quantiles = predict_boosting(fitted, table)
    error = np.abs(observed - quantiles[..., 1]).mean(axis=0)
    persistence = np.abs(observed - table.last[:, None]).mean(axis=0)
    assert (error < 0.4 * persistence).all()


def test_quantiles_are_in_order_and_about_as_wide_as_they_state(fitted: Boosting) -> None:
    table, observed, _ = _series(1000, seed=1)
    quantiles = predict_boosting(fitted, table)
    assert (np.diff(quantiles, axis=-1) >= 0).all()
    assert quantiles.min() >= 0
    assert 0.65 < ((observed >= quantiles[..., 0]) & (observed <= quantiles[..., 2])).mean() < 0.95


def test_what_is_known_ahead_is_used_at_its_lead_time(fitted: Boosting) -> None:
    table, _, _ = _series(1, seed=2)
    windy = np.array(table.future)
    windy[:, 2] += 2
    before = predict_boosting(fitted, table)
    after = predict_boosting(fitted, Table(table.columns, windy, table.last))
    assert (after[0, 2] > before[0, 2]).all()
    np.testing.assert_array_equal(after[0, [0, 1, 3]], before[0, [0, 1, 3]])


def test_a_row_is_answered_alike_alone_and_among_many(fitted: Boosting) -> None:
    table, _, _ = _series(1000, seed=3)
    together = predict_boosting(fitted, table)
    for row in (0, 255, 256, 999):
        np.testing.assert_array_equal(predict_boosting(fitted, table.chosen(np.array([row])))[0], together[row])


def test_nothing_is_answered_to_nobody(fitted: Boosting) -> None:
    assert predict_boosting(fitted, _series(0)[0]).shape == (0, LEADS, len(LEVELS))


def test_what_is_missing_does_not_stop_it(fitted: Boosting) -> None:
    table, _, _ = _series(3)
    nothing = Table(np.full_like(table.columns, np.nan), np.full_like(table.future, np.nan), table.last)
    assert np.isfinite(predict_boosting(fitted, nothing)).all()


def test_the_same_rows_and_seed_give_the_same_trees() -> None:
    one, other = (fit_boosting(*_series(600), LEVELS, SETTINGS) for _ in range(2))
    table = _series(20, seed=3)[0]
    np.testing.assert_array_equal(predict_boosting(one, table), predict_boosting(other, table))


def test_stops_before_it_learns_noise_by_heart() -> None:
    table, observed, hours = _series(1500)
    noise = (table.last[:, None] + np.random.default_rng(5).standard_normal(observed.shape)).astype(np.float32)
    assert fit_boosting(table, noise, hours, LEVELS, SETTINGS).boosters[1].num_trees() < 40


def test_without_patience_all_rounds_are_grown() -> None:
    settings = replace(SETTINGS, rounds=12, patience=None)
    grown = fit_boosting(*_series(600), LEVELS, settings)
    assert [booster.num_trees() for booster in grown.boosters] == [12] * len(LEVELS)


def test_rows_that_count_alike_let_the_many_low_values_decide() -> None:
    """Low and high values change oppositely, and the trees see no level: by count the low win, by weight the high."""
    table, _, hours = _series(4000)
    side = np.where(table.last > 140, -1.0, 1.0) * np.sign(table.columns[:, 0])
    truth = (table.last * (1 + 0.5 * side)).astype(np.float32)[:, None].repeat(LEADS, axis=1)
    blind = Table(table.columns[:, :1], np.zeros_like(table.future), table.last)

    def low_error(*, weighted: bool) -> float:
        settings = replace(SETTINGS, weighted=weighted, rounds=40, patience=None)
        said = predict_boosting(fit_boosting(blind, truth, hours, LEVELS, settings), blind)[..., 1]
        return float(np.abs(said - truth)[table.last < 140].mean())

    assert low_error(weighted=False) < 0.5 * low_error(weighted=True)


def test_is_read_back_from_text(fitted: Boosting, tmp_path: Path) -> None:
    save_boosting(fitted, tmp_path)
    table = _series(20, seed=3)[0]
    np.testing.assert_array_equal(predict_boosting(load_boosting(tmp_path), table), predict_boosting(fitted, table))
    assert {path.suffix for path in tmp_path.iterdir()} == {".txt", ".json"}


@pytest.mark.parametrize("changed", [{"format": "0"}, {"levels": [0.3]}, {"scale": [1, 2]}, {"lowest": "low"}])
def test_files_that_do_not_belong_together_are_refused(
    fitted: Boosting, tmp_path: Path, changed: dict[str, object]
) -> None:
    save_boosting(fitted, tmp_path)
    content = json.loads((tmp_path / SCALE_FILE).read_text(encoding="utf-8"))
    (tmp_path / SCALE_FILE).write_text(json.dumps(content | changed), encoding="utf-8")
    with pytest.raises(IntegrityError):
        load_boosting(tmp_path)


def test_damaged_trees_are_refused(fitted: Boosting, tmp_path: Path) -> None:
    save_boosting(fitted, tmp_path)
    (tmp_path / "boosting-0.5.txt").write_text("tree\nnonsense", encoding="utf-8")
    with pytest.raises(IntegrityError, match="cannot be read"):
        load_boosting(tmp_path)


def test_too_few_observations_are_refused() -> None:
    table, _, hours = _series(30)
    with pytest.raises(InvalidInput, match="at least 40 observations"):
        fit_boosting(table, floats(np.full((30, LEADS), np.nan)), hours, LEVELS, SETTINGS)
