"""What `make models` says."""

from dataclasses import replace

from geoclimate.domain.decisions import Decision
from geoclimate.domain.models import BaselineScore, RegistryStage
from local.models import described, listed
from tests.workflow_fakes import NOW, evaluation, record

PROMOTED = Decision("pm25", "v2", RegistryStage.STAGING, RegistryStage.PRODUCTION, "arn:run-1", "the canary held", NOW)


def test_each_version_has_a_line_the_newest_first() -> None:
    older = replace(record("v1", RegistryStage.RETIRED), evaluation=evaluation(crps=None))
    lines = listed([older, record("v2", RegistryStage.PRODUCTION)], []).splitlines()
    assert [line.split()[:2] for line in lines[1:3]] == [["v2", "production"], ["v1", "retired"]]
    assert lines[1].split()[4:] == ["5.70", "8.00", "+0.200", "79.0%"]
    assert lines[2].split()[4] == "-"


def test_the_last_decisions_are_listed_with_who_and_why() -> None:
    told = listed([record("v2")], [PROMOTED] * 12).splitlines()
    assert told[-2:] == ["2026-01-31 05:00:00  v2  staging to production", "  by arn:run-1: the canary held"]
    assert len(told) == 3 + 2 * 10


def test_an_empty_registry_says_what_to_do() -> None:
    assert listed([], []) == "no model is registered yet: run the training workflow"


def test_one_version_is_shown_with_origin_scores_and_decisions() -> None:
    scores = evaluation(members={"gru": BaselineScore(8.4, 6.0)}, baselines={"boosting": BaselineScore(9.0, 6.5)})
    shown = replace(record("v2"), evaluation=scores, parity={"int8": 0.25})
    lines = list(described(shown, [PROMOTED]))
    assert f"data        SHA-256 {'d' * 64}" in lines
    assert f"code        SHA-256 {'c' * 64}" in lines
    assert "parity      int8 0.25" in lines
    scored = [line.split() for line in lines]
    assert ["this", "model", "8.00", "5.70"] in scored
    assert ["gru", "8.40", "6.00", "member"] in scored
    assert ["boosting", "9.00", "6.50", "baseline"] in scored
    assert lines[-1] == "  by arn:run-1: the canary held"
