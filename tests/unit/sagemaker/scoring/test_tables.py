"""All forecasters on the same forecasts."""

from dataclasses import replace

import numpy as np
import pytest

from geoclimate_ml.scoring.tables import tables_of
from tests.synthetic_forecasts import normal_forecasts, normal_quantiles


def test_forecasters_are_compared_on_the_same_rows() -> None:
    said = normal_forecasts(issues=200)
    blunt = replace(said, quantiles=normal_quantiles(np.full_like(said.median, 100), 35))
    tables = tables_of({"mixture": said, "blunt": blunt}, "mixture", "pm25", frozenset({"station-0"}))
    assert tables.forecasts == 600
    assert tables.crps_ratio.keys() == tables.mae_ratio.keys() == {"blunt"}
    ratio = tables.total["mixture"]["mae"] / tables.total["blunt"]["mae"]
    assert tables.mae_ratio["blunt"].estimate == pytest.approx(ratio, rel=1e-5)
    assert tables.mae_ratio["blunt"].high < 0.4
    assert len(tables.by_lead["blunt"]) == 4
    assert tables.by_training["mixture"].keys() == {"trained on", "held out"}
    assert tables.by_station["blunt"].keys() == {f"station-{place}" for place in range(3)}
    np.testing.assert_allclose(tables.below_level, tables.levels, atol=0.03)
    above = {one.threshold.category: one.share for one in tables.exceedance if one.threshold.standard == "us-epa-2024"}
    assert above["Very Unhealthy"] == pytest.approx((said.observed > 125.5).mean())


def test_forecasts_of_other_rows_are_not_compared() -> None:
    said = normal_forecasts(issues=20)
    other = normal_forecasts(issues=20).chosen(np.arange(60) % 2 == 0)
    with pytest.raises(ValueError, match="asked for other forecasts"):
        tables_of({"mixture": said, "other": other}, "mixture", "pm25", frozenset())
