"""Means, forms and OGC API-EDR on the deployed stack: hours dropped by a provider, read by programs."""

import csv
import io
from urllib.parse import urljoin

import pytest

from local.uploads import wait_for_reports
from tests.e2e.conftest import Stack
from tests.epa_files import HOURLY, hourly, text

pytestmark = pytest.mark.e2e

_KEY = "agency/hours_for_means.csv"
# On Hawaii; no other test has this site.
_SITE = {"State_Code": "15", "County_Code": "003", "Site_Num": "0911", "Latitude": "21.3", "Longitude": "-157.86"}
_ID = "epa-15-003-0911"
_HOURS = range(10, 16)


@pytest.fixture(scope="module")
def hawaii(stack: Stack) -> Stack:
    """The stack after this station's hours were taken."""
    rows = [hourly(**_SITE, Time_GMT=f"{hour}:00", Sample_Measurement=str(hour)) for hour in _HOURS]
    s3, bucket = stack.client("s3"), stack.outputs["UploadsBucketName"]
    s3.put_object(Bucket=bucket, Key=_KEY, Body=text(HOURLY, rows).encode())
    wait_for_reports(s3, bucket, [_KEY], lambda *_: None, 60)
    return stack


def test_a_day_by_local_clocks_is_the_mean_of_its_hours_with_what_it_covers(hawaii: Stack) -> None:
    query = {"parameter": "pm25", "every": "daily", "tz": "Pacific/Honolulu"}

    answer = hawaii.get(f"/v1/stations/{_ID}/observations", query=query)

    assert answer.status_code == 200, answer.text
    day = answer.json()["means"][-1]
    assert day["start"].endswith("T00:00:00-10:00")
    assert (day["mean"], day["count"], day["coverage"]) == (12.5, 6, 0.25)


def test_csv_comes_through_the_gateway_as_text(hawaii: Stack) -> None:
    query = {"parameter": "pm25", "format": "csv"}

    answer = hawaii.get(f"/v1/stations/{_ID}/observations", query=query)

    assert answer.headers["content-type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert [(row["latitude"], row["value"], row["unit"]) for row in rows] == [
        ("21.3", f"{hour}.0", "µg/m³") for hour in _HOURS
    ]


def test_a_program_finds_its_way_from_the_landing_page_to_the_values(hawaii: Stack) -> None:
    landing = hawaii.get("/edr").json()
    collections = urljoin("/edr", next(one["href"] for one in landing["links"] if one["rel"] == "data"))
    (observations, _) = hawaii.get(collections).json()["collections"]
    radius = urljoin(collections, observations["data_queries"]["radius"]["link"]["href"])
    query = {"coords": "POINT(-157.86 21.3)", "within": "5", "within-units": "km", "parameter-name": "pm25"}

    answer = hawaii.get(radius, query=query)

    assert answer.headers["content-type"] == "application/prs.coverage+json"
    (coverage,) = answer.json()["coverages"]
    values = [value for value in coverage["ranges"]["pm25"]["values"] if value is not None]
    assert (coverage["id"], values) == (_ID, [float(hour) for hour in _HOURS])
