"""What compaction calls its objects."""

import datetime as dt

import pytest

from geoclimate.contracts.compaction import CLAIMS_PREFIX, claim_key, claimed_month, compacted_name, is_compacted
from geoclimate.contracts.lake import LAKE_TABLES, Month, file_name, month_of

MONTH = Month("pm25", 2014, 1)


def test_the_name_of_a_compacted_file_depends_on_what_it_holds_and_not_on_the_order() -> None:
    one, other = ("a.parquet", '"1"'), ("b.parquet", '"2"')
    assert compacted_name([one, other]) == compacted_name([other, one])
    assert len({compacted_name(inputs) for inputs in ([one], [other], [one, other], [("a.parquet", '"3"')])}) == 4


def test_a_compacted_file_is_one_of_the_partition_and_is_told_from_an_upload_s() -> None:
    key = MONTH.prefix + compacted_name([("a", "b")])
    assert month_of(key) == MONTH
    assert is_compacted(key)
    assert not is_compacted(MONTH.prefix + file_name("a" * 64, dt.datetime(2014, 2, 1, tzinfo=dt.UTC), 1))


def test_a_claim_names_its_partition() -> None:
    assert claim_key(MONTH) == "compacting/pm25/2014/01"
    assert claimed_month(claim_key(MONTH)) == MONTH


@pytest.mark.parametrize("key", ["compacting/", "compacting/pm25/2014/1", "compacting/pm25/2014/01/x", MONTH.prefix])
def test_what_is_no_claim_has_no_partition(key: str) -> None:
    assert claimed_month(key) is None


def test_claims_are_outside_of_every_table() -> None:
    assert not any(CLAIMS_PREFIX.startswith(table.prefix) for table in LAKE_TABLES)
