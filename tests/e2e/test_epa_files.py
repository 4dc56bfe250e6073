"""A file of EPA's on the deployed stack: dropped by a provider, read by a consumer."""

import io
import zipfile

import pytest

from local.uploads import read_report, wait_for_reports
from tests.e2e.conftest import Stack
from tests.epa_files import DAILY, HOURLY, daily, hourly, text

pytestmark = pytest.mark.e2e

_KEY = "agency/hourly_co_is_not_in_this_name.txt"
_STATION = "epa-06-001-0007"


def _zipped(content: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("hourly_88101_2014.csv", content)
    return out.getvalue()


def test_an_hourly_file_is_served_by_its_hours_as_delivered(stack: Stack) -> None:
    rows = [
        *(hourly(Time_GMT=f"{hour:02}:00", Sample_Measurement=f"{hour}.5") for hour in range(24)),
        hourly(Parameter_Code="44201", POC="1", Units_of_Measure="Parts per million", Sample_Measurement="0.041"),
        hourly(Parameter_Code="43205", Units_of_Measure="Parts per billion Carbon"),
    ]
    s3, bucket = stack.client("s3"), stack.outputs["UploadsBucketName"]
    s3.put_object(Bucket=bucket, Key=_KEY, Body=_zipped(text(HOURLY, rows)))
    wait_for_reports(s3, bucket, [_KEY], lambda *_: None, 60)
    report = read_report(s3, bucket, _KEY)
    assert (report["status"], report["rows"]["accepted"]) == ("partly_accepted", 25)
    assert [(error["line"], error["rule"]) for error in report["first_errors"]] == [(27, "parameter")]
    assert (report["stations"], report["parameters"]) == ([_STATION], ["o3", "pm25"])

    window = {"from": "2014-01-01T00:00:00Z", "to": "2014-01-02T00:00:00Z"}
    path = f"/v1/stations/{_STATION}/observations"
    pm25 = stack.get(path, query={"parameter": "pm25", **window}).json()["observations"]
    assert [(seen["start"], seen["value"]) for seen in pm25] == [
        (f"2014-01-01T{hour:02}:00:00Z", hour + 0.5) for hour in range(24)
    ]
    assert (pm25[23]["end"], pm25[23]["instrument"]) == ("2014-01-02T00:00:00Z", "3")
    [ozone] = stack.get(path, query={"parameter": "o3", **window}).json()["observations"]
    assert ozone["value"] == pytest.approx(80.435, abs=0.001)


def test_a_daily_mean_is_served_over_its_local_day(stack: Stack) -> None:
    key = "agency/daily.csv"
    rows = [daily(Date_Local="2014-01-31"), daily(Date_Local="2014-01-31", Event_Type="Excluded")]
    s3, bucket = stack.client("s3"), stack.outputs["UploadsBucketName"]
    s3.put_object(Bucket=bucket, Key=key, Body=text(DAILY, rows).encode())
    wait_for_reports(s3, bucket, [key], lambda *_: None, 60)
    report = read_report(s3, bucket, key)
    assert (report["status"], report["skipped_by_rule"]) == ("accepted", {"event-type": 1})

    window = {"from": "2014-01-31T00:00:00Z", "to": "2014-02-01T00:00:00Z"}
    answer = stack.get(f"/v1/stations/{_STATION}/observations", query={"parameter": "pm25", **window}).json()
    [day] = answer["observations"]
    assert (day["start"], day["end"], day["value"]) == ("2014-01-31T08:00:00Z", "2014-02-01T08:00:00Z", 8.708333)
