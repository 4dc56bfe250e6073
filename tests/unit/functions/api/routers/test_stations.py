"""`/v1/stations`."""

import csv
import io
from dataclasses import replace
from urllib.parse import parse_qs, parse_qsl, urlencode

import httpx
import pytest

from geoclimate.domain.stations import Series, Station
from tests.api_fakes import EMBASSY, FIRST, LAST, SILENT, StationsInMemory
from tests.unit.functions.api.conftest import Api

_EMBASSY = {
    "id": "openaq-900001",
    "name": "Beijing US Embassy",
    "latitude": 39.954,
    "longitude": 116.468,
    "country": "CN",
    "source": "openaq",
    "parameters": [
        {"parameter": "pm25", "unit": "µg/m³", "first": "2014-11-01T16:00:00Z", "last": "2014-12-31T16:00:00Z"},
        {"parameter": "temperature", "unit": "c", "first": "2014-11-01T16:00:00Z", "last": "2014-12-31T16:00:00Z"},
    ],
}


def test_lists_every_station_with_what_it_measures(api: Api) -> None:
    answer = api.get("/v1/stations")

    assert answer.status_code == 200
    assert [station["id"] for station in answer.json()["stations"]] == ["openaq-2", "openaq-900001"]
    assert answer.json()["next"] is None
    assert answer.json()["stations"][1] == {**_EMBASSY, "distance_m": None}


def test_describes_one_station(api: Api) -> None:
    answer = api.get(f"/v1/stations/{EMBASSY.id}")

    assert (answer.status_code, answer.json()) == (200, _EMBASSY)


def test_an_unknown_station_is_404_and_named(api: Api) -> None:
    problem = api.problem("/v1/stations/openaq-0")

    assert (problem.status, problem.type) == (404, "urn:geoclimate:problem:unknown-station")
    assert problem.detail == "No station has the id 'openaq-0'."
    assert problem.hint == "GET /v1/stations lists the stations."


@pytest.mark.parametrize("station", ["a%23pm25", "a%20b", "%C3%A4", "a" * 129])
def test_an_id_that_is_no_id_is_422_and_never_reaches_a_key(api: Api, station: str) -> None:
    problem = api.problem(f"/v1/stations/{station}")

    assert problem.status == 422
    assert [(cause.name, cause.pointer) for cause in problem.errors or ()] == [("station", "/path/station")]
    assert api.stations.reads == 0


@pytest.mark.parametrize("path", ["/v1/stations", "/v1/stations/openaq-900001"])
def test_a_query_that_the_path_does_not_take_is_422_and_named(api: Api, path: str) -> None:
    problem = api.problem(path, parametre="pm25")

    assert problem.status == 422
    assert [cause.name for cause in problem.errors or ()] == ["parametre"]


_FIJI = [
    Station(f"openaq-{number}", "Fiji", latitude, longitude, "openaq", (Series("pm25", FIRST, LAST),), LAST, "FJ")
    for number, latitude, longitude in (
        (11, -16.8, 179.9),
        (12, -16.8, -179.9),
        (13, -17.8, 178.0),
        (14, -18.1, 178.4),
    )
]


@pytest.fixture
def fiji(api: Api) -> Api:
    api.stations = StationsInMemory([EMBASSY, SILENT, *_FIJI])
    return api


def _ids(answer: httpx.Response) -> list[str]:
    assert answer.status_code == 200
    return [station["id"] for station in answer.json()["stations"]]


def test_finds_stations_in_a_box_across_the_antimeridian(fiji: Api) -> None:
    assert sorted(_ids(fiji.get("/v1/stations", bbox="179,-20,-179,-10"))) == ["openaq-11", "openaq-12"]


def test_finds_stations_near_a_point_by_their_distance(fiji: Api) -> None:
    found = fiji.get("/v1/stations", near="-16.8,179.95", radius="50000").json()["stations"]

    assert [(one["id"], one["distance_m"]) for one in found] == [("openaq-11", 5322.5), ("openaq-12", 15967.4)]


def test_finds_the_k_nearest_however_far(fiji: Api) -> None:
    answer = fiji.get("/v1/stations", near="-16.8,179.95", k="5")

    assert _ids(answer) == ["openaq-11", "openaq-12", "openaq-14", "openaq-13", EMBASSY.id]
    assert answer.json()["next"] is None


def test_filters_combine(fiji: Api) -> None:
    query = {"parameter": "temperature", "source": "openaq", "active_since": "2014-12-31T00:00:00+00:00"}

    assert _ids(fiji.get("/v1/stations", near="0,180", k="9", **query)) == [EMBASSY.id]
    assert _ids(fiji.get("/v1/stations", **query)) == [EMBASSY.id]
    assert _ids(fiji.get("/v1/stations", **{**query, "active_since": "2014-12-31T16:00:00Z"})) == []


@pytest.mark.parametrize("code", ["FJ", "fj", "Fj"])
def test_finds_the_stations_of_a_country(fiji: Api, code: str) -> None:
    answer = fiji.get("/v1/stations", country=code)

    assert _ids(answer) == [station.id for station in _FIJI]
    assert {station["country"] for station in answer.json()["stations"]} == {"FJ"}
    assert _ids(fiji.get("/v1/stations", country=code, bbox="179,-20,180,-10")) == ["openaq-11"]
    assert _ids(fiji.get("/v1/stations", country=code, near="39.9,116.4", k="1")) == ["openaq-13"]
    assert _ids(fiji.get("/v1/stations", country=code, parameter="temperature")) == []
    assert _ids(fiji.get("/v1/stations", country="TV")) == []


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"bbox": "-180,-90,180,90"},
        {"near": "-17,180", "radius": "20100000"},
        {"parameter": "pm25", "near": "1,2", "radius": "20100000"},
        {"country": "fj"},
        {"country": "FJ", "parameter": "pm25", "near": "1,2", "radius": "20100000"},
    ],
)
def test_the_next_page_is_where_the_link_leads(fiji: Api, query: dict[str, str]) -> None:
    whole = _ids(fiji.get("/v1/stations", **query))
    pages: list[str] = []
    link: str | None = "?" + urlencode({**query, "limit": "2"})
    while link is not None:
        answer = fiji.get("/v1/stations", **dict(parse_qsl(link.removeprefix("?"))))
        assert len(_ids(answer)) <= 2
        pages += _ids(answer)
        link = answer.json()["next"]

    assert len(whole) >= 4
    assert pages == whole


def test_a_cursor_of_other_parameters_is_refused(fiji: Api) -> None:
    link = fiji.get("/v1/stations", limit="1").json()["next"]
    cursor = parse_qs(link[1:])["cursor"][0]

    assert fiji.get("/v1/stations", limit="3", cursor=cursor).status_code == 200
    problem = fiji.problem("/v1/stations", limit="1", cursor=cursor, source="openaq")
    assert (problem.status, problem.type) == (422, "urn:geoclimate:problem:invalid-query")
    assert [cause.name for cause in problem.errors or ()] == ["cursor"]
    assert "repeat exactly those" in problem.detail


@pytest.mark.parametrize(
    ("query", "name", "says"),
    [
        ({"near": "116.4,39.9", "k": "1"}, "near", "did you mean 39.9,116.4?"),
        ({"bbox": "39,116,40,117"}, "bbox", "did you mean 116,39,117,40?"),
        ({"bbox": "116,40,117,39"}, "bbox", "ends south of where it begins"),
        ({"bbox": "116,39,117"}, "bbox", "is not 4 numbers: minlon,minlat,maxlon,maxlat"),
        ({"bbox": "116,39,117,nan"}, "bbox", "is not 4 numbers"),
        ({"bbox": "200,100,300,200"}, "bbox", "is not on the Earth"),
        ({"near": "39.9", "k": "1"}, "near", "is not 2 numbers: lat,lon"),
        ({"near": "39.9,inf", "k": "1"}, "near", "is not 2 numbers"),
        ({"near": "39.9,500", "k": "1"}, "near", "is not on the Earth"),
        ({"near": "39.9,116.4"}, "near", "needs either 'radius'"),
        ({"near": "39.9,116.4", "k": "1", "radius": "5"}, "near", "needs either 'radius'"),
        ({"near": "39.9,116.4", "k": "1", "bbox": "116,39,117,40"}, "bbox", "cannot stand beside 'near'"),
        ({"near": "39.9,116.4", "k": "1", "limit": "5"}, "limit", "cannot stand beside 'k'"),
        ({"near": "39.9,116.4", "radius": "0"}, "radius", "greater than 0"),
        ({"near": "39.9,116.4", "radius": "nan"}, "radius", "finite"),
        ({"near": "39.9,116.4", "k": "0"}, "k", "greater than or equal to 1"),
        ({"radius": "5"}, "radius", "needs 'near'"),
        ({"k": "5"}, "k", "needs 'near'"),
        ({"limit": "1001"}, "limit", "less than or equal to 1000"),
        ({"cursor": "nonsense"}, "cursor", "must match the pattern"),
        ({"source": "nobody"}, "source", "the names are epa"),
        ({"active_since": "2014-12-31T00:00:00"}, "active_since", "has no offset"),
        ({"country": "ZZ"}, "country", "'ZZ' is not a country's code in ISO 3166-1: write its two letters"),
        ({"country": "uk"}, "country", "did you mean GB?"),
        ({"country": "CHN"}, "country", "must match the pattern"),
        ({"country": "ß"}, "country", "must match the pattern"),
        ({"country": ""}, "country", "must match the pattern"),
        ({"contry": "CN"}, "contry", "is not a parameter of this request"),
    ],
)
def test_a_search_that_cannot_be_meant_so_is_refused_with_what_to_do(
    api: Api, query: dict[str, str], name: str, says: str
) -> None:
    problem = api.problem("/v1/stations", **query)

    assert (problem.status, problem.type) == (422, "urn:geoclimate:problem:invalid-query")
    [cause] = problem.errors or ()
    assert (cause.name, cause.pointer) == (name, f"/query/{name}")
    assert says in cause.detail


def test_an_unknown_parameter_is_named(api: Api) -> None:
    assert api.problem("/v1/stations", parameter="pm99").type == "urn:geoclimate:problem:unknown-parameter"


@pytest.mark.parametrize(
    ("query", "hint"),
    [
        ({"near": "2,1", "radius": "1000"}, "something is at near=1,2: latitude first"),
        ({"bbox": "0.5,1.5,1.5,2.5"}, "something is in bbox=1.5,0.5,2.5,1.5: longitude first"),
        ({"near": "3,4", "radius": "1000"}, None),
        ({"bbox": "30,40,31,41"}, None),
    ],
)
def test_coordinates_that_find_something_only_when_swapped_are_hinted_at(
    api: Api, query: dict[str, str], hint: str | None
) -> None:
    body = api.get("/v1/stations", **query).json()

    assert (body["stations"], body["next"]) == ([], None)
    assert body["hint"] is None if hint is None else hint in body["hint"]


def test_stations_as_geojson_are_points_with_the_longitude_first(api: Api) -> None:
    answer = api.get("/v1/stations", format="geojson", limit="1", near="39.95,116.47", radius="5000")

    assert answer.headers["content-type"] == "application/geo+json"
    body = answer.json()
    (feature,) = body.pop("features")
    assert body == {"type": "FeatureCollection", "hint": None, "links": []}
    assert (feature["type"], feature["id"]) == ("Feature", EMBASSY.id)
    assert feature["geometry"] == {"type": "Point", "coordinates": [116.468, 39.954]}
    assert feature["properties"]["name"] == EMBASSY.name
    assert feature["properties"]["distance_m"] == 476.3
    assert feature["properties"]["country"] == "CN"
    assert [one["parameter"] for one in feature["properties"]["parameters"]] == ["pm25", "temperature"]


def test_geojson_and_csv_lead_to_the_next_page(api: Api) -> None:
    geojson = api.get("/v1/stations", format="geojson", limit="1")
    listed = api.get("/v1/stations", format="csv", limit="1")

    assert geojson.json()["links"][0]["rel"] == "next"
    assert geojson.headers["link"] == f'<{geojson.json()["links"][0]["href"]}>; rel="next"'
    assert listed.headers["link"].endswith('>; rel="next"')


def test_stations_as_csv_have_a_row_a_parameter_and_one_where_there_is_none(api: Api) -> None:
    header, silent, first, second = api.get("/v1/stations", format="csv").text.splitlines()

    assert header == "id,name,latitude,longitude,country,source,distance_m,parameter,unit,first,last"
    assert silent == "openaq-2,Silent,1.0,2.0,,openaq,,,,,"
    embassy, span = (
        "openaq-900001,Beijing US Embassy,39.954,116.468,CN,openaq,,",
        "2014-11-01T16:00:00Z,2014-12-31T16:00:00Z",
    )
    assert (first, second) == (f"{embassy}pm25,µg/m³,{span}", f"{embassy}temperature,c,{span}")


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1"])
def test_a_name_that_a_spreadsheet_would_compute_is_text_in_csv(api: Api, name: str) -> None:
    api.stations.extend([replace(SILENT, name=name)])

    (row,) = csv.DictReader(io.StringIO(api.get("/v1/stations", format="csv", bbox="0,0,10,10").text))

    assert row["name"] == f"'{name}"


@pytest.mark.parametrize(
    ("accept", "given"),
    [
        ("application/json", "application/json"),
        ("*/*", "application/json"),
        ("", "application/json"),
        ("text/html,application/xhtml+xml,*/*;q=0.8", "application/json"),
        ("application/geo+json", "application/geo+json"),
        ("text/*", "text/csv; charset=utf-8"),
        ("application/json;q=0.1, text/csv;q=0.9", "text/csv; charset=utf-8"),
        ("application/json;q=0, */*", "application/geo+json"),
        ("TEXT/CSV; header=present", "text/csv; charset=utf-8"),
        ("application/x-ndjson", "application/x-ndjson"),
    ],
)
def test_accept_says_which_form(api: Api, accept: str, given: str) -> None:
    api.headers["accept"] = accept

    assert api.get("/v1/stations").headers["content-type"] == given


def test_the_parameter_goes_before_accept(api: Api) -> None:
    api.headers["accept"] = "text/csv"

    assert api.get("/v1/stations", format="json").json()["stations"]


@pytest.mark.parametrize("accept", ["application/xml", "text/html", "application/json;q=0", "image/*"])
def test_an_accept_that_nothing_fits_is_406_and_says_what_there_is(api: Api, accept: str) -> None:
    api.headers["accept"] = accept

    problem = api.problem("/v1/stations")

    assert (problem.status, problem.type) == (406, "urn:geoclimate:problem:not-acceptable")
    assert "application/geo+json, text/csv" in problem.detail
