"""A forecast of the past is scored on the deployed stack when its truth comes, and the API says how good it was."""

import datetime as dt
import io
import json
from typing import Any

import pyarrow.parquet as pq
import pytest

from geoclimate.adapters.dynamodb_forecasts import DynamoForecastStore
from geoclimate.domain.forecasts import Baselines, Forecast
from local.uploads import wait_for_reports
from tests.e2e.conftest import Stack
from tests.openaq_archive import hours, packed

pytestmark = pytest.mark.e2e

_STATION = "openaq-7002"
_ISSUED = dt.datetime(2014, 1, 1, tzinfo=dt.UTC)
_LEVELS = (0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95)
_LEADS = tuple(range(1, 25))


def _quiet(*_: object) -> None:
    """No progress is shown in a test."""


def _issue(stack: Stack) -> None:
    """What the forecast function does with a model's answer: the hours are 0.5, 1.5 and so on, the median is 2 more."""
    rows = tuple(tuple(lead + 1.5 + spread for spread in (-9, -6, -3, 0, 3, 6, 9)) for lead in _LEADS)
    forecast = Forecast(
        station=_STATION,
        parameter="pm25",
        issue_time=_ISSUED,
        made_at=_ISSUED + dt.timedelta(minutes=10),
        model_version="e2e",
        engine="endpoint",
        lead_hours=_LEADS,
        levels=_LEVELS,
        quantiles=rows,
        raw_quantiles=rows,
        baselines=Baselines(0.5, (None,) * 24),
    )
    store = DynamoForecastStore(
        stack.client("dynamodb"), stack.outputs["ForecastsTableName"], stack.outputs["VerificationTableName"]
    )
    store.write([forecast, forecast])


def _observe(stack: Stack, key: str, first: int, last: int) -> None:
    s3, bucket = stack.client("s3"), stack.outputs["UploadsBucketName"]
    rows = hours(last, location_id="7002", sensors_id="70021")[first:]
    s3.put_object(Bucket=bucket, Key=key, Body=packed(rows))
    wait_for_reports(s3, bucket, [key], _quiet, 60)


def _verify(stack: Stack, **request: bool) -> dict[str, Any]:
    """Run the function; where its answer is late the client asks again, so what the last run did may be nothing."""
    answer = stack.client("lambda").invoke(
        FunctionName=stack.outputs["VerifyFunctionName"], Payload=json.dumps(request).encode()
    )
    result: dict[str, Any] = json.loads(answer["Payload"].read())
    assert "FunctionError" not in answer, result
    assert result["finished"]
    return result


def _skill(stack: Stack) -> dict[str, Any]:
    answer = stack.get(f"/v1/stations/{_STATION}/forecast/skill", query={"parameter": "pm25", "month": "2014-01"})
    assert answer.status_code == 200, answer.text
    [forecaster] = answer.json()["forecasters"]
    skill: dict[str, Any] = forecaster["overall"]
    return skill


def test_a_forecast_is_scored_when_its_truth_comes_and_the_api_says_how_good_it_was(stack: Stack) -> None:
    _observe(stack, "verification/first.csv.gz", 0, 20)
    _issue(stack)

    _verify(stack)
    assert (_skill(stack)["hours"], _skill(stack)["mae"]) == (20, 2.0)

    _observe(stack, "verification/late.csv.gz", 20, 24)
    _verify(stack, look_again=True)
    skill = _skill(stack)
    assert (skill["hours"], skill["mae"], skill["rmse"]) == (24, 2.0, 2.0)
    assert [one["share"] for one in skill["coverage"]] == [1.0, 1.0, 1.0]
    [persistence] = skill["baselines"]
    assert (persistence["name"], persistence["mae"]) == ("persistence", 11.5)
    assert persistence["mae_skill"] == pytest.approx(1 - 2.0 / 11.5)

    again = _verify(stack, look_again=True)
    assert (again["forecasts"], again["hours"]) == (0, 0)
    assert _skill(stack) == skill

    s3, bucket = stack.client("s3"), stack.outputs["LakeBucketName"]
    listed = s3.list_objects_v2(Bucket=bucket, Prefix="forecasts/parameter=pm25/year=2014/month=01/")["Contents"]
    files = [io.BytesIO(s3.get_object(Bucket=bucket, Key=each["Key"])["Body"].read()) for each in listed]
    rows = [row for file in files for row in pq.ParquetFile(file).read().to_pylist() if row["station"] == _STATION]
    assert [(row["lead_hours"], row["q50"], row["persistence"]) for row in rows] == [
        (lead, lead + 1.5, 0.5) for lead in _LEADS
    ]


def test_skill_needs_a_token_and_a_key(stack: Stack) -> None:
    path = f"/v1/stations/{_STATION}/forecast/skill"
    assert stack.get(path, query={"parameter": "pm25"}, headers={}).status_code == 401
