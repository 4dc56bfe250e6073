"""Which decisions about a model there can be."""

from dataclasses import replace

import pytest

from geoclimate.domain.decisions import require_next, require_returnable, require_same_rival, who_decided
from geoclimate.domain.errors import Conflict
from geoclimate.domain.models import RegistryStage
from tests.workflow_fakes import NOW, record

CANDIDATE, STAGING, PRODUCTION, RETIRED = RegistryStage
LEGAL = {(CANDIDATE, STAGING), (CANDIDATE, RETIRED), (STAGING, PRODUCTION), (STAGING, RETIRED)}


@pytest.mark.parametrize("before", RegistryStage)
@pytest.mark.parametrize("after", RegistryStage)
def test_only_these_moves_are_a_step_of_their_own(before: RegistryStage, after: RegistryStage) -> None:
    if (before, after) in LEGAL:
        require_next(record("v2", before), after)
    else:
        with pytest.raises(Conflict, match=f"version v2 of the pm25 model is {before}: it cannot become {after}; "):
            require_next(record("v2", before), after)


@pytest.mark.parametrize(
    ("stage", "advice"),
    [
        (CANDIDATE, "next comes retired or staging"),
        (STAGING, "next comes production or retired"),
        (PRODUCTION, "promote another version, or roll back"),
        (RETIRED, "train anew, or roll back to it if it was in production"),
    ],
)
def test_a_refusal_says_what_can_be_done_instead(stage: RegistryStage, advice: str) -> None:
    with pytest.raises(Conflict, match=f"{advice}$"):
        require_next(record("v2", stage), CANDIDATE)


def test_a_promotion_holds_only_against_the_rival_that_was_judged() -> None:
    require_same_rival(record(judged_against="v1"), "v1")
    require_same_rival(record(), None)
    with pytest.raises(Conflict, match="was judged against v1, but none is in production now"):
        require_same_rival(record(judged_against="v1"), None)
    with pytest.raises(Conflict, match="was judged against no model, but v1 is in production now"):
        require_same_rival(record(), "v1")


def test_only_what_served_and_was_replaced_comes_back() -> None:
    require_returnable(replace(record("v1", RETIRED), promoted_at=NOW))
    with pytest.raises(Conflict, match="was never in production"):
        require_returnable(record("v1", RETIRED))
    with pytest.raises(Conflict, match="is production"):
        require_returnable(replace(record("v1", PRODUCTION), promoted_at=NOW))


@pytest.mark.parametrize(
    ("who", "told"),
    [
        (
            "arn:aws:states:eu-central-1:111122223333:execution:geoclimate-dev-training:20260131-050607",
            "workflow geoclimate-dev-training/20260131-050607",
        ),
        ("arn:aws:sts::111122223333:assumed-role/Admin/ada", "operator assumed-role/Admin/ada"),
        ("arn:aws-cn:iam::111122223333:user/ada", "operator user/ada"),
        ("account:7d2f", "account:7d2f"),
        ("run-1", "run-1"),
    ],
)
def test_who_decided_is_told_without_the_number_of_the_aws_account(who: str, told: str) -> None:
    assert who_decided(who) == told
