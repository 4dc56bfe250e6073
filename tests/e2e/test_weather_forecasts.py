"""A weather forecast as a provider drops it: the report beside it, the run in the store, the rows in the lake."""

import datetime as dt
import time

import pytest

from geoclimate.adapters.dynamodb_weather import DynamoWeatherForecastStore
from geoclimate.domain.weather_forecasts import at_point, cells_at
from local.uploads import read_report, wait_for_reports
from tests.e2e.conftest import Stack
from tests.e2e.test_lake import ask
from tests.weather_files import ISSUED, hours, parquet, point_row, text

pytestmark = pytest.mark.e2e

_KEY = "service/2014-01-31T00.csv"
_LATER = "service/2014-01-31T00-corrected.parquet"
_PLACE = {"latitude": "61.25", "longitude": "24.5"}
_HOURS = [
    {**point_row(**_PLACE), **{name: cell for name, cell in each.items() if name != "station"}} for each in hours(48)
]


@pytest.fixture(scope="module")
def uploaded(stack: Stack) -> Stack:
    """A run with a sentinel in it, and then a correction of one hour."""
    bad = {**_HOURS[0], "parameter": "pressure", "unit": "hPa", "value": "-9999"}
    s3, bucket = stack.client("s3"), stack.outputs["UploadsBucketName"]
    s3.put_object(Bucket=bucket, Key=_KEY, Body=text([*_HOURS, bad]))
    wait_for_reports(s3, bucket, [_KEY], lambda *_: None, 60)
    # An upload's event tells whole seconds, and the later of two uploads counts.
    time.sleep(1.1)
    s3.put_object(Bucket=bucket, Key=_LATER, Body=parquet([{**_HOURS[6], "value": "-3"}]))
    wait_for_reports(s3, bucket, [_LATER], lambda *_: None, 60)
    return stack


def test_the_report_says_what_was_taken_and_refuses_the_sentinel(uploaded: Stack) -> None:
    s3, bucket = uploaded.client("s3"), uploaded.outputs["UploadsBucketName"]
    first, second = read_report(s3, bucket, _KEY), read_report(s3, bucket, _LATER)
    assert (first["status"], first["format"], first["grid_points"]) == ("partly_accepted", "weather forecast", 1)
    assert (first["rows"]["added"], first["refused_by_rule"]) == (48, {"sentinel": 1})
    [error] = first["first_errors"]
    assert (error["line"], error["column"], error["value"]) == (50, "value", "-9999")
    assert (second["format"], second["rows"]["revised"]) == ("weather forecast, Parquet", 1)


def test_the_run_comes_back_with_its_correction_and_what_was_known_before(uploaded: Stack) -> None:
    store = DynamoWeatherForecastStore(uploaded.client("dynamodb"), uploaded.outputs["WeatherTableName"])
    place = at_point(61.25, 24.5)
    [run] = store.runs(place, ISSUED, ISSUED)
    first, corrected = run.editions
    assert first.known_at <= corrected.known_at <= dt.datetime.now(dt.UTC)
    assert first.cells == {"temperature": {hour: hour + 0.5 for hour in range(48)}}
    assert cells_at(run.editions)["temperature"][6] == -3.0
    assert store.has_runs(place)


def test_the_lake_has_the_rows_of_both(uploaded: Stack) -> None:
    found = ask(
        uploaded,
        "SELECT parameter, unit, count(*), count(DISTINCT file_digest) FROM weather_forecasts"
        " WHERE year = 2014 AND month = 1 AND latitude = 61.25 GROUP BY parameter, unit",
    )
    assert found == [["temperature", "c", "49", "2"]]
