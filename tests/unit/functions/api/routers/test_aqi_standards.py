"""`/v1/aqi/standards`."""

import pytest

from tests.unit.functions.api.conftest import Api


def test_lists_the_standards(api: Api) -> None:
    listed = api.get("/v1/aqi/standards").json()["standards"]

    assert [one["id"] for one in listed] == ["us-epa-2024", "eu-eea-2024"]
    assert listed[0]["parameters"] == ["pm25", "pm10", "o3", "co", "so2", "no2"]
    assert listed[0]["in_force_since"] == "2024-05-06"


def test_a_standard_shows_its_tables_and_where_they_come_from(api: Api) -> None:
    answer = api.get("/v1/aqi/standards/us-epa-2024")

    assert answer.status_code == 200
    body = answer.json()
    assert any("EPA-454/B-24-002" in source for source in body["sources"])
    assert any("225.5-325.4 for 301-500" in note for note in body["notes"])
    assert [one["name"] for one in body["categories"]][-1] == "Hazardous"
    assert body["categories"][-1] == {"name": "Hazardous", "color": "#7E0023", "low": 301, "high": None}
    scale = body["scales"][0]
    assert (scale["parameter"], scale["averaging_hours"], scale["method"], scale["truncated_to"], scale["beyond"]) == (
        "pm25",
        24,
        "nowcast-pm",
        0.1,
        "extended",
    )
    assert [(one["low"], one["high"], one["index_low"], one["index_high"]) for one in scale["segments"]] == [
        (0.0, 9.0, 0, 50),
        (9.1, 35.4, 51, 100),
        (35.5, 55.4, 101, 150),
        (55.5, 125.4, 151, 200),
        (125.5, 225.4, 201, 300),
        (225.5, 325.4, 301, 500),
    ]


def test_the_last_band_of_the_european_index_is_open(api: Api) -> None:
    scale = api.get("/v1/aqi/standards/eu-eea-2024").json()["scales"][0]

    assert scale["truncated_to"] is None
    assert scale["segments"][-1] == {"low": 140.0, "high": None, "index_low": 6, "index_high": 6}


def test_an_unknown_standard_is_404_and_says_where_they_are_listed(api: Api) -> None:
    problem = api.problem("/v1/aqi/standards/us-epa-2012")

    assert (problem.status, problem.type) == (404, "urn:geoclimate:problem:unknown-standard")
    assert "us-epa-2024, eu-eea-2024" in problem.detail
    assert "/v1/aqi/standards" in str(problem.hint)


@pytest.mark.parametrize("name", ["US", "..", "%20", "a" * 40])
def test_what_is_no_id_is_never_an_error_of_ours(api: Api, name: str) -> None:
    assert api.get(f"/v1/aqi/standards/{name}").status_code in {404, 422}
