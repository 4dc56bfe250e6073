"""Stations by place and their newest values on the deployed stack: hours dropped by a provider, found by a consumer."""

from urllib.parse import parse_qsl

import pytest

from local.uploads import wait_for_reports
from tests.e2e.conftest import Stack
from tests.epa_files import HOURLY, hourly, text

pytestmark = pytest.mark.e2e

_KEY = "agency/hours_by_place.csv"
# Monitors of the Aleutians, on both sides of the antimeridian, and one far from them; no other test has these sites.
_SITES = {
    "0901": {"Latitude": "51.95", "Longitude": "179.6"},
    "0902": {"Latitude": "51.88", "Longitude": "-176.66"},
    "0903": {"Latitude": "61.22", "Longitude": "-149.9"},
}
_IDS = [f"epa-02-016-{site}" for site in _SITES]


@pytest.fixture(scope="module")
def aleutians(stack: Stack) -> Stack:
    """The stack after these stations' hours were taken."""
    rows = [
        hourly(
            State_Code="02",
            County_Code="016",
            Site_Num=site,
            Time_GMT=f"{hour}:00",
            Sample_Measurement=str(hour),
            **place,
        )
        for site, place in _SITES.items()
        for hour in (14, 15)
    ]
    s3, bucket = stack.client("s3"), stack.outputs["UploadsBucketName"]
    s3.put_object(Bucket=bucket, Key=_KEY, Body=text(HOURLY, rows).encode())
    wait_for_reports(s3, bucket, [_KEY], lambda *_: None, 60)
    return stack


def _found(stack: Stack, **query: str) -> list[str]:
    answer = stack.get("/v1/stations", query=query)
    assert answer.status_code == 200, answer.text
    return [one["id"] for one in answer.json()["stations"]]


def test_a_box_across_the_antimeridian_finds_both_sides(aleutians: Stack) -> None:
    assert sorted(_found(aleutians, bbox="179,51,-176,53")) == _IDS[:2]
    assert _found(aleutians, bbox="-176,51,-170,53") == []


def test_the_nearest_come_by_distance(aleutians: Stack) -> None:
    stations = aleutians.get("/v1/stations", query={"near": "51.9,179.9", "k": "3"}).json()["stations"]

    assert [one["id"] for one in stations] == _IDS
    distances = [one["distance_m"] for one in stations]
    assert distances == sorted(distances)
    assert distances[0] == pytest.approx(21_300, rel=0.01)
    assert _found(aleutians, near="51.9,179.9", radius="100000", source="epa") == _IDS[:1]


def test_a_station_is_found_in_the_country_of_its_place(aleutians: Stack) -> None:
    here = {"bbox": "179,51,-176,53"}

    assert sorted(_found(aleutians, country="us", **here)) == _IDS[:2]
    assert _found(aleutians, country="RU", **here) == []
    assert set(_IDS) <= set(_found(aleutians, country="US", limit="1000"))
    assert aleutians.get(f"/v1/stations/{_IDS[0]}").json()["country"] == "US"
    refused = aleutians.get("/v1/stations", query={"country": "UK"})
    assert (refused.status_code, [one["pointer"] for one in refused.json()["errors"]]) == (422, ["/query/country"])


def test_pages_lead_on_until_the_end(aleutians: Stack) -> None:
    query = {"bbox": "170,45,-140,70", "parameter": "pm25", "limit": "1"}
    found = []
    link: str | None = ""
    while link is not None:
        answer = aleutians.get("/v1/stations", query={**query, **dict(parse_qsl(link.removeprefix("?")))}).json()
        found += [one["id"] for one in answer["stations"]]
        link = answer["next"]
    assert sorted(found) == _IDS


def test_swapped_coordinates_are_refused_with_what_was_meant(aleutians: Stack) -> None:
    answer = aleutians.get("/v1/stations", query={"near": "179.9,51.9", "k": "1"})
    assert (answer.status_code, answer.json()["type"]) == (422, "urn:geoclimate:problem:invalid-query")
    assert "did you mean 51.9,179.9?" in answer.json()["detail"]


def test_the_newest_values_of_many_stations_come_at_once(aleutians: Stack) -> None:
    query = {"station": ",".join(_IDS), "parameter": "pm25"}
    named = aleutians.get("/v1/observations/latest", query=query).json()
    assert [(one["station"], one["value"], one["null_reason"]) for one in named["values"]] == [
        (station, 15.0, None) for station in _IDS
    ]
    boxed = aleutians.get("/v1/observations/latest", query={"bbox": "179,51,-176,53", "parameter": "pm25"}).json()
    assert sorted(one["station"] for one in boxed["values"]) == _IDS[:2]
    absent = aleutians.get("/v1/observations/latest", query={"station": _IDS[0], "parameter": "o3"}).json()
    assert [(one["value"], one["null_reason"]) for one in absent["values"]] == [(None, "not_measured")]
