"""Which versions nothing goes back to any more."""

import datetime as dt
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from geoclimate.domain.decisions import require_returnable
from geoclimate.domain.models import ModelRecord, RegistryStage
from geoclimate.domain.spent_models import spent_versions
from tests.workflow_fakes import NOW, record

PRODUCTION, RETIRED = RegistryStage.PRODUCTION, RegistryStage.RETIRED


def former(number: int) -> ModelRecord:
    return replace(record(f"v{number}", RETIRED), promoted_at=NOW + dt.timedelta(days=number))


def test_the_last_few_that_were_in_production_are_kept() -> None:
    records = [*map(former, (5, 1, 4, 2, 3)), replace(record("v6", PRODUCTION), replaced="v5")]
    assert spent_versions(records, kept=3) == {"v1", "v2"}


def test_a_version_that_never_served_is_spent_as_soon_as_it_is_retired() -> None:
    assert spent_versions([record("v2", RETIRED), record("v1", PRODUCTION)], kept=3) == {"v2"}


def test_what_waits_or_is_on_trial_is_not_spent() -> None:
    assert spent_versions([record("v1"), record("v2", RegistryStage.STAGING)], kept=0) == frozenset()


def test_the_version_before_the_one_that_was_put_back_is_kept() -> None:
    """After a rollback to an old version, the next one goes further back."""
    records = [*map(former, (1, 3, 4, 5)), replace(record("v2", PRODUCTION), replaced="v1")]
    assert spent_versions(records, kept=2) == {"v3"}


@given(
    st.lists(st.tuples(st.sampled_from(RegistryStage), st.none() | st.integers(0, 9)), max_size=12),
    st.integers(0, 4),
)
def test_only_what_is_retired_is_spent_and_enough_stays_to_go_back_to(
    made: list[tuple[RegistryStage, int | None]], kept: int
) -> None:
    records = [
        replace(record(f"v{number}", stage), promoted_at=None if day is None else NOW + dt.timedelta(days=day))
        for number, (stage, day) in enumerate(made)
    ]
    spent = spent_versions(records, kept)
    assert spent <= {each.version for each in records if each.stage is RETIRED}
    returnable = [each for each in records if each.stage is RETIRED and each.promoted_at is not None]
    for each in returnable:
        require_returnable(each)
    assert len([each for each in returnable if each.version not in spent]) == min(kept, len(returnable))
