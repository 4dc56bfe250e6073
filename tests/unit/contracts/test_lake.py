"""The lake's layout."""

import pytest

from geoclimate.contracts.lake import (
    ATHENA_RESULTS_PREFIX,
    FIRST_YEAR,
    LAKE_TABLES,
    PARAMETER_CODES,
    Month,
    file_name,
    month_of,
    refused_prefix,
)
from geoclimate.domain.quality import EARLIEST
from tests.lake_rows import UPLOADED


def test_a_key_says_parameter_month_upload_and_batch() -> None:
    key = Month("wind_speed", 2014, 3).prefix + file_name("ab" * 32, UPLOADED, 12)
    name = f"{'ab' * 32}-20200203T040506.789000Z-00012.parquet"
    assert key == f"observations/parameter=wind_speed/year=2014/month=03/{name}"


def test_refused_rows_lie_by_the_month_of_the_upload() -> None:
    assert refused_prefix(2020, 11) == "refused/year=2020/month=11/"


@pytest.mark.parametrize("parameter", PARAMETER_CODES)
def test_the_month_of_a_key_reads_back(parameter: str) -> None:
    month = Month(parameter, 2009, 12)
    assert month_of(month.prefix + file_name("ab" * 32, UPLOADED, 0)) == month


@pytest.mark.parametrize(
    "key",
    [
        "refused/year=2020/month=11/a.parquet",
        "observations/parameter=o3/year=2014/month=03/",
        "observations/parameter=o3/year=2014/month=03/deeper/a.parquet",
        "observations/parameter=o3/year=2014/month=3/a.parquet",
        "observations/parameter=o3/year=2014/month=03/a.csv",
        "athena-results/observations/parameter=o3/year=2014/month=03/a.parquet",
    ],
)
def test_other_keys_are_of_no_month(key: str) -> None:
    assert month_of(key) is None


def test_months_sort_by_parameter_and_time() -> None:
    months = [Month("o3", 2014, 1), Month("o3", 2013, 12), Month("co", 2015, 1)]
    assert sorted(months) == [months[2], months[1], months[0]]


def test_no_column_is_named_twice_and_each_is_described() -> None:
    for table in LAKE_TABLES:
        columns = (*table.columns, *table.partitions)
        assert len({each.name for each in columns}) == len(columns)
        assert all(each.description for each in columns)


def test_prefixes_do_not_lie_in_each_other() -> None:
    prefixes = [*(table.prefix for table in LAKE_TABLES), ATHENA_RESULTS_PREFIX]
    assert not [one for one in prefixes for other in prefixes if one != other and one.startswith(other)]


def test_the_oldest_interval_that_is_taken_has_a_partition() -> None:
    assert EARLIEST.year - 1 == FIRST_YEAR
