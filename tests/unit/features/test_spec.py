from typing import Any

import pytest

from geoclimate.features.spec import FeatureSpec, default_spec, feature_names


def test_names_values_then_masks_then_the_calendar() -> None:
    names = feature_names(FeatureSpec(target="pm25", parameters=("pm25", "pressure")))
    assert names[:4] == ("pm25", "pressure", "pm25_observed", "pressure_observed")
    assert names[4:] == ("hour_sin", "hour_cos", "half_day_sin", "half_day_cos", "week_sin", "week_cos")


@pytest.mark.parametrize("target", ["pm25", "temperature"])
def test_the_default_puts_the_target_first_and_once(target: str) -> None:
    spec = default_spec(target)
    assert spec.parameters[0] == target
    assert sorted(spec.parameters).count(target) == 1
    assert spec.lead_hours == tuple(range(1, 25))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"parameters": ("pressure", "pm25")}, "must begin with the target 'pm25'"),
        ({"parameters": ()}, "must begin with the target"),
        ({"parameters": ("pm25", "no2", "no2")}, "repeat a code"),
        ({"lead_hours": (0, 1)}, "lead_hours must ascend"),
        ({"lead_hours": (2, 1)}, "lead_hours must ascend"),
        ({"lead_hours": ()}, "lead_hours must ascend"),
        ({"history_hours": 6, "max_gap_hours": 6}, "max_gap_hours must be from 0 to below 6"),
    ],
)
def test_refuses_a_specification_that_makes_no_sense(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        FeatureSpec(**{"target": "pm25", "parameters": ("pm25",), **changes})
