"""`/v1/aqi` and `/v1/aqi/standards`."""

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


def test_answers_the_index_of_a_concentration_and_the_row_that_gave_it(api: Api) -> None:
    answer = api.get("/v1/aqi", parameter="pm25", value="35.49")

    assert answer.status_code == 200
    body = answer.json()
    assert body.pop("sources") == api.get("/v1/aqi/standards/us-epa-2024").json()["sources"]
    assert body == {
        "standard": "us-epa-2024",
        "in_force_since": "2024-05-06",
        "parameter": "pm25",
        "value": 35.49,
        "value_unit": "µg/m³",
        "index": 100,
        "category": {"name": "Moderate", "color": "#FFFF00"},
        "concentration": 35.4,
        "unit": "µg/m³",
        "truncated_to": 0.1,
        "averaging_hours": 24,
        "beyond_table": False,
        "segment": {"low": 9.1, "high": 35.4, "index_low": 51, "index_high": 100},
    }


def test_units_standard_and_averaging_period_can_be_chosen(api: Api) -> None:
    ozone = api.get("/v1/aqi", parameter="o3", value="162", units="PPB", average="1").json()
    band = api.get("/v1/aqi", parameter="o3", value="200", standard="eu-eea-2024").json()

    assert (ozone["value"], ozone["value_unit"], ozone["concentration"], ozone["unit"]) == (162.0, "ppb", 0.162, "ppm")
    assert (ozone["index"], ozone["averaging_hours"]) == (147, 1)
    assert (band["index"], band["category"]["name"], band["truncated_to"]) == (6, "Extremely poor", None)
    assert band["segment"] == {"low": 180.0, "high": None, "index_low": 6, "index_high": 6}


def test_the_index_of_a_concentration_is_not_sent_again(api: Api) -> None:
    query = {"parameter": "pm25", "value": "12"}
    first = api.get("/v1/aqi", **query)
    api.headers["If-None-Match"] = first.headers["etag"]

    assert (api.get("/v1/aqi", **query).status_code, first.headers["cache-control"]) == (304, "private, max-age=3600")
    assert api.get("/v1/aqi", **{**query, "value": "13"}).status_code == 200


def test_above_the_table_its_last_line_goes_on(api: Api) -> None:
    body = api.get("/v1/aqi", parameter="pm25", value="400").json()

    # (500 - 301) / (325.4 - 225.5) * (400 - 225.5) + 301 = 648.6
    assert (body["index"], body["category"]["name"], body["beyond_table"]) == (649, "Hazardous", True)
    assert body["segment"] == {"low": 225.5, "high": 325.4, "index_low": 301, "index_high": 500}


def test_minus_zero_is_zero(api: Api) -> None:
    text = api.get("/v1/aqi", parameter="pm25", value="-0.0").text

    assert '"value":0.0' in text
    assert '"concentration":0.0' in text


@pytest.mark.parametrize(
    ("query", "name", "advice"),
    [
        ({"parameter": "pm25"}, "value", "is required"),
        ({"value": "12"}, "parameter", "is required"),
        ({"parameter": "pm25", "value": "-1"}, "value", "must be greater than or equal to 0"),
        ({"parameter": "pm25", "value": "NaN"}, "value", "must be a finite number"),
        ({"parameter": "pm25", "value": "inf"}, "value", "must be a finite number"),
        ({"parameter": "pm25", "value": "1e400"}, "value", "must be a finite number"),
        ({"parameter": "pm25", "value": "much"}, "value", "must be a valid number"),
        (
            {"parameter": "pm25", "value": "1e300"},
            "value",
            "is 1e+300 µg/m³, and no credible PM2.5 is above",
        ),
        ({"parameter": "o3", "value": "0.21", "units": "ppm"}, "value", "give its mean with average=1"),
        ({"parameter": "pm25", "value": "12", "units": "ppb"}, "units", "they can be µg/m³, mg/m³, ng/m³"),
        ({"parameter": "o3", "value": "12", "average": "24"}, "average", "a table for means of 8 or 1 h"),
        ({"parameter": "o3", "value": "12", "average": "0"}, "average", "must be greater than or equal to 1"),
        ({"parameter": "co", "value": "12", "standard": "eu-eea-2024"}, "parameter", "these do: pm25, pm10"),
        ({"parameter": "temperature", "value": "12"}, "parameter", "takes no part in us-epa-2024"),
        ({"parameter": "pm99", "value": "12"}, "parameter", "the codes are pm1, pm25"),
        ({"parameter": "pm25", "value": ["12", "13"]}, "value", "is given 2 times; give it once"),
        ({"parameter": "pm25", "value": "12", "station": "a"}, "station", "is not a parameter of this request"),
    ],
)
def test_what_has_no_index_names_the_field_and_what_to_do(
    api: Api, query: dict[str, str | list[str]], name: str, advice: str
) -> None:
    problem = api.problem("/v1/aqi", **query)

    assert problem.status == 422
    assert problem.errors is not None
    (cause,) = problem.errors
    assert (cause.name, cause.pointer) == (name, f"/query/{name}")
    assert advice in cause.detail


def test_an_index_of_an_unknown_standard_is_404(api: Api) -> None:
    problem = api.problem("/v1/aqi", parameter="pm25", value="12", standard="us-epa-2012")

    assert (problem.status, problem.type) == (404, "urn:geoclimate:problem:unknown-standard")
