"""A file of EPA's in the lake of the deployed stack, asked through Athena, which MiniStack answers with DuckDB."""

import time

import pytest

from local.uploads import wait_for_reports
from tests.e2e.conftest import Stack
from tests.epa_files import HOURLY, hourly, text

pytestmark = pytest.mark.e2e

_KEY = "agency/for-the-lake.csv"
_DONE = {"SUCCEEDED", "FAILED", "CANCELLED"}


@pytest.fixture(scope="module")
def uploaded(stack: Stack) -> Stack:
    """A day of hours on both sides of a month's end, and a row that is refused."""
    rows = [hourly(State_Code="56", Date_GMT="2011-01-31", Time_GMT=f"{hour:02}:00") for hour in range(20, 24)]
    rows += [hourly(State_Code="56", Date_GMT="2011-02-01", Time_GMT=f"{hour:02}:00") for hour in range(20)]
    rows += [hourly(State_Code="56", Date_GMT="2011-02-01", Time_GMT="21:00", Sample_Measurement="-999")]
    s3, bucket = stack.client("s3"), stack.outputs["UploadsBucketName"]
    s3.put_object(Bucket=bucket, Key=_KEY, Body=text(HOURLY, rows).encode())
    wait_for_reports(s3, bucket, [_KEY], lambda *_: None, 60)
    return stack


def ask(stack: Stack, query: str) -> list[list[str]]:
    """The rows of the answer, without its header."""
    athena = stack.client("athena")
    query_id = athena.start_query_execution(
        QueryString=query,
        WorkGroup=stack.outputs["LakeWorkGroupName"],
        QueryExecutionContext={"Database": stack.outputs["LakeDatabaseName"]},
    )["QueryExecutionId"]
    until = time.monotonic() + 30
    state = athena.get_query_execution(QueryExecutionId=query_id)["QueryExecution"]
    while state["Status"]["State"] not in _DONE:
        assert time.monotonic() < until, "the query has no end"
        time.sleep(0.1)
        state = athena.get_query_execution(QueryExecutionId=query_id)["QueryExecution"]
    assert state["Status"]["State"] == "SUCCEEDED", state["Status"]
    assert state["ResultConfiguration"]["OutputLocation"].startswith(
        f"s3://{stack.outputs['LakeBucketName']}/athena-results/"
    )
    rows = athena.get_query_results(QueryExecutionId=query_id)["ResultSet"]["Rows"]
    return [[each["VarCharValue"] for each in row["Data"]] for row in rows[1:]]


def test_every_row_that_was_taken_is_found_by_parameter_and_month(uploaded: Stack) -> None:
    found = ask(
        uploaded,
        "SELECT month, count(*) FROM observations WHERE parameter = 'pm25' AND year = 2011 AND station LIKE 'epa-56-%'"
        " GROUP BY month ORDER BY month",
    )
    assert [(int(month), int(count)) for month, count in found] == [(1, 4), (2, 20)]


def test_a_row_says_from_which_line_it_comes(uploaded: Stack) -> None:
    found = ask(
        uploaded,
        "SELECT line, value, unit, source FROM observations WHERE parameter = 'pm25' AND year = 2011 AND month = 1"
        " AND station LIKE 'epa-56-%' ORDER BY line",
    )
    assert [(int(line), float(value), *rest) for line, value, *rest in found] == [
        (line, 11.0, "µg/m³", "epa") for line in range(2, 6)
    ]


def test_a_refused_row_is_kept_as_it_was_delivered(uploaded: Stack) -> None:
    [[line, rule, raw]] = ask(
        uploaded, "SELECT line, rule, raw FROM refused WHERE file_key = 'agency/for-the-lake.csv'"
    )
    assert (int(line), rule) == (26, "sentinel")
    assert raw.startswith('"56","001","0007"')
    assert '"-999"' in raw or ",-999," in raw
