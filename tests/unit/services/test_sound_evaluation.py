"""Evaluations from which nothing can be concluded."""

from typing import Any

import pytest

from geoclimate.domain.errors import ModelRejected
from geoclimate.domain.models import BaselineScore
from geoclimate.services.sound_evaluation import require_sound
from tests.workflow_fakes import evaluation

NAN = float("nan")


def test_a_sound_evaluation_gives_its_crps() -> None:
    assert require_sound(evaluation()) == 5.7


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"forecasts": 0}, "scored no forecast"),
        ({"crps": None}, "has no crps"),
        ({"crps": NAN}, "crps is nan"),
        ({"crps": float("inf")}, "crps is inf"),
        ({"mae": NAN}, "mae is nan"),
        ({"mae": -1.0}, "mae is -1"),
        ({"persistence_mae": 0.0}, "does not vary"),
        ({"production_crps": NAN}, "production_crps is nan"),
        ({"crps_by_group": {"a": NAN}, "forecasts_by_group": {"a": 1}}, "crps_by_group of a is nan"),
        ({"production_crps_by_group": {"a": -1.0}}, "production_crps_by_group of a is -1"),
        ({"baselines": {"boosting": BaselineScore(1.0, NAN)}}, "baselines of boosting is nan"),
        ({"coverage": 1.1}, "coverage is 1.1"),
        ({"coverage": NAN}, "coverage is nan"),
        ({"nominal_coverage": -0.1}, "nominal_coverage is -0.1"),
        (
            {"coverage_by_quarter": {"2014-Q1": NAN}, "forecasts_by_quarter": {"2014-Q1": 1}},
            "coverage_by_quarter of 2014-Q1 is nan",
        ),
        ({"coverage_by_quarter": {"2014-Q1": 0.8}}, "forecasts_by_quarter does not count 2014-Q1"),
        ({"crps_by_group": {"a": 1.0}, "forecasts_by_group": {"a": 0}}, "forecasts_by_group does not count a"),
    ],
)
def test_an_evaluation_that_proves_nothing_is_refused(changes: dict[str, Any], reason: str) -> None:
    with pytest.raises(ModelRejected, match=reason):
        require_sound(evaluation(**changes))
