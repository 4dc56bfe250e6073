"""The air quality index on the deployed stack: hours dropped by a provider, the index read by a consumer."""

import pytest

from local.uploads import wait_for_reports
from tests.e2e.conftest import Stack
from tests.epa_files import HOURLY, hourly, text

pytestmark = pytest.mark.e2e

_KEY = "agency/hours_for_the_index.csv"
_STATION = "epa-06-037-1103"
_SITE = {"County_Code": "037", "Site_Num": "1103"}


def test_hours_that_were_dropped_become_an_index(stack: Stack) -> None:
    # The twelve hours of the worked example in docs/aqi.md, two hours of NO2, and one of ozone.
    values = (18, 19, 21, 20, 22, 24, 23, 30, 38, 46, 45, 52)
    pm25 = [
        hourly(Time_GMT=f"{hour}:00", Sample_Measurement=str(value), **_SITE)
        for hour, value in enumerate(values, start=12)
    ]
    no2 = [
        hourly(
            Time_GMT=f"{hour}:00",
            Parameter_Code="42602",
            Units_of_Measure="Parts per billion",
            Sample_Measurement="101",
            **_SITE,
        )
        for hour in (22, 23)
    ]
    ozone = hourly(
        Time_GMT="23:00",
        Parameter_Code="44201",
        Units_of_Measure="Parts per million",
        Sample_Measurement="0.041",
        **_SITE,
    )
    s3, bucket = stack.client("s3"), stack.outputs["UploadsBucketName"]
    s3.put_object(Bucket=bucket, Key=_KEY, Body=text(HOURLY, [*pm25, *no2, ozone]).encode())
    wait_for_reports(s3, bucket, [_KEY], lambda *_: None, 60)

    path = f"/v1/stations/{_STATION}/aqi"
    answer = stack.get(path, query={"at": "2014-01-02T00:00:00Z"})
    assert answer.status_code == 200
    body = answer.json()
    pollutants = {one["parameter"]: one for one in body["pollutants"]}
    assert (pollutants["pm25"]["index"], pollutants["pm25"]["concentration"]) == (129, 47.0)
    # Delivered in ppb, stored in µg/m³, and 101 ppb again: not one truncated to 100.
    assert (pollutants["no2"]["index"], pollutants["no2"]["concentration"]) == (101, 101.0)
    # EPA's surrogate: 0.85 * 41 + 4.5 = 39.35 ppb.
    assert (pollutants["o3"]["concentration"], pollutants["o3"]["method"]) == (0.039, "nowcast-ozone-surrogate")
    assert (pollutants["co"]["index"], pollutants["co"]["null_reason"]) == (None, "not_measured")
    assert (body["index"], body["driver"], body["category"]["name"]) == (129, "pm25", "Unhealthy for Sensitive Groups")

    european = stack.get(path, query={"standard": "eu-eea-2024"}).json()
    assert (european["at"], european["index"], european["driver"]) == ("2014-01-02T00:00:00Z", 6, "no2")
    unknown = stack.get(path, query={"standard": "us-epa-1999"})
    assert (unknown.status_code, unknown.json()["type"]) == (404, "urn:geoclimate:problem:unknown-standard")


def test_the_tables_are_served(stack: Stack) -> None:
    listed = stack.get("/v1/aqi/standards").json()["standards"]
    assert [one["id"] for one in listed] == ["us-epa-2024", "eu-eea-2024"]
    for one in listed:
        assert stack.get(f"/v1/aqi/standards/{one['id']}").json()["scales"]
    assert stack.get("/v1/aqi", query={"parameter": "pm25", "value": "35.4"}).json()["index"] == 100
    codes = [one["code"] for one in stack.get("/v1/parameters").json()["parameters"]]
    assert set(listed[0]["parameters"]) <= set(codes)
