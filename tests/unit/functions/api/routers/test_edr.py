"""`/edr`: OGC API - Environmental Data Retrieval."""

from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, urljoin

import pytest

from geoclimate.domain.stations import Series, Station
from tests.api_events import signed_in
from tests.api_fakes import (
    EMBASSY,
    FIRST,
    LAST,
    SILENT,
    ForecastsInMemory,
    ObservationsInMemory,
    StationsInMemory,
    hourly,
)
from tests.api_fakes import forecast as forecast_made
from tests.unit.functions.api.conftest import Api

_COVERAGE_JSON = "application/prs.coverage+json"
_OBSERVATIONS = "/edr/collections/observations"
_FORECASTS = "/edr/collections/forecasts"
_AT = "POINT(116.47 39.95)"
_AROUND = "POLYGON((116 39.5,117 39.5,117 40.5,116 40.5,116 39.5))"


@pytest.fixture
def many(api: Api) -> Api:
    others = [
        Station(f"openaq-{number}", "There", 0.5, 0.01 * number, "openaq", (Series("pm25", FIRST, LAST),), LAST)
        for number in range(120)
    ]
    api.stations = StationsInMemory([EMBASSY, SILENT, *others])
    return api


def _links(body: Any) -> list[str]:
    """Every link of an answer, wherever it stands."""
    if isinstance(body, list):
        return [link for one in body for link in _links(one)]
    if isinstance(body, dict):
        own = [body["href"]] if isinstance(body.get("href"), str) else []
        return own + [link for one in body.values() for link in _links(one)]
    return []


def test_everything_is_found_from_the_landing_page(api: Api) -> None:
    seen: set[str] = set()
    waiting = ["/edr"]
    while waiting:
        path = waiting.pop()
        if path in seen or path in {"/openapi.json", "/docs"}:
            continue
        seen.add(path)
        answer = api.get(path)
        # A query without its place is refused, so it is there.
        assert answer.status_code in {200, 400}, path
        if answer.status_code == 200 and "/locations" not in path:
            waiting += [urljoin(f"http://api{path}", link).removeprefix("http://api") for link in _links(answer.json())]

    assert {"/edr/conformance", "/edr/collections", _OBSERVATIONS, _FORECASTS} <= seen
    for collection in (_OBSERVATIONS, _FORECASTS):
        assert {f"{collection}/{query}" for query in ("position", "radius", "area", "locations")} <= seen


def test_says_which_classes_of_the_standard_it_keeps(api: Api) -> None:
    assert "http://www.opengis.net/spec/ogcapi-edr-1/1.1/conf/core" in api.get("/edr/conformance").json()["conformsTo"]


def test_a_collection_has_what_the_standard_asks_for(api: Api) -> None:
    listed = api.get("/edr/collections").json()["collections"]

    assert [one["id"] for one in listed] == ["observations", "forecasts"]
    for one in listed:
        assert {"links", "extent", "data_queries", "crs", "output_formats", "parameter_names"} <= one.keys()
        assert one["data_queries"]["radius"]["link"]["variables"]["within_units"] == ["m", "km", "mi"]
    assert listed[0]["parameter_names"]["pm25"] == {
        "type": "Parameter",
        "description": {"en": "PM2.5, hourly mean"},
        "observedProperty": {"id": "urn:geoclimate:parameter:pm25", "label": {"en": "PM2.5"}},
        "unit": {
            "label": {"en": "µg/m³"},
            "symbol": {"value": "ug/m3", "type": "http://www.opengis.net/def/uom/UCUM/"},
        },
    }
    assert {"pm25", "pm25_lower", "pm25_upper"} <= listed[1]["parameter_names"].keys()


def test_a_position_has_the_hours_of_the_nearest_station(api: Api) -> None:
    window = "2014-12-31T13:20:00Z/2014-12-31T15:00:00Z"

    answer = api.get(f"{_OBSERVATIONS}/position", coords=_AT, datetime=window, **{"parameter-name": "pm25"})

    assert answer.headers["content-type"] == _COVERAGE_JSON
    body = answer.json()
    assert (body["type"], body["domainType"], list(body["parameters"])) == (
        "CoverageCollection",
        "PointSeries",
        ["pm25"],
    )
    (coverage,) = body["coverages"]
    assert coverage["id"] == EMBASSY.id
    axes = coverage["domain"]["axes"]
    assert (axes["x"], axes["y"]) == ({"values": [116.468]}, {"values": [39.954]})
    assert axes["t"]["values"] == ["2014-12-31T13:00:00Z", "2014-12-31T14:00:00Z", "2014-12-31T15:00:00Z"]
    assert axes["t"]["bounds"][:2] == ["2014-12-31T13:00:00Z", "2014-12-31T14:00:00Z"]
    assert coverage["ranges"]["pm25"] == {
        "type": "NdArray",
        "dataType": "float",
        "axisNames": ["t"],
        "shape": [3],
        "values": [40.5, 40.25, 40.0],
    }


def test_without_a_time_it_is_the_newest_day_and_without_names_all_that_is_measured(api: Api) -> None:
    api.observations = ObservationsInMemory([*hourly(30)])

    (coverage,) = api.get(f"{_OBSERVATIONS}/position", coords=_AT).json()["coverages"]

    assert coverage["ranges"]["pm25"]["shape"] == [24]
    assert coverage["ranges"]["temperature"]["values"] == [None] * 24


@pytest.mark.parametrize(
    ("datetime", "hours"),
    [
        ("2014-12-31T15:30:00Z", 1),
        ("2014-12-31T13:00:00Z/..", 3),
        ("../2014-11-01T18:30:00Z", 3),
        ("2014-12-31T23:00:00+08:00/..", 1),
    ],
)
def test_an_interval_may_be_open_and_an_instant_is_the_hour_that_holds_it(api: Api, datetime: str, hours: int) -> None:
    (coverage,) = api.get(
        f"{_OBSERVATIONS}/position", coords=_AT, datetime=datetime, **{"parameter-name": "pm25"}
    ).json()["coverages"]

    assert len(coverage["domain"]["axes"]["t"]["values"]) == hours


def test_where_or_when_there_is_nothing_the_collection_is_empty(api: Api) -> None:
    far = api.get(f"{_OBSERVATIONS}/position", coords="POINT(0 80)")
    early = api.get(f"{_OBSERVATIONS}/position", coords=_AT, datetime="1999-01-01T00:00:00Z")

    assert [one.json()["coverages"] for one in (far, early)] == [[], []]


@pytest.mark.parametrize(("within", "unit", "found"), [("1", "km", 1), ("300", "m", 0), ("0.5", "mi", 1)])
def test_a_radius_has_the_stations_within(api: Api, within: str, unit: str, found: int) -> None:
    body = api.get(f"{_OBSERVATIONS}/radius", coords=_AT, within=within, **{"within-units": unit}).json()

    assert len(body["coverages"]) == found


def test_an_area_has_the_stations_within(api: Api) -> None:
    triangle = "POLYGON((116 39.5,117 39.5,117 39.6,116 39.5))"

    assert len(api.get(f"{_OBSERVATIONS}/area", coords=_AROUND).json()["coverages"]) == 1
    assert api.get(f"{_OBSERVATIONS}/area", coords=triangle).json()["coverages"] == []


def test_locations_are_points_that_lead_to_their_values(api: Api) -> None:
    answer = api.get(f"{_OBSERVATIONS}/locations")

    assert answer.headers["content-type"] == "application/geo+json"
    (feature,) = answer.json()["features"]
    assert feature["properties"] == {
        "label": "Beijing US Embassy",
        "datetime": "2014-11-01T16:00:00Z/2014-12-31T16:00:00Z",
        "parameter-name": ["pm25", "temperature"],
        "edrqueryendpoint": f"locations/{EMBASSY.id}",
    }
    body = api.get(f"{_OBSERVATIONS}/{feature['properties']['edrqueryendpoint']}").json()
    assert (body["type"], body["id"]) == ("Coverage", EMBASSY.id)
    assert [one["coordinates"] for one in body["domain"]["referencing"]] == [["x", "y"], ["t"]]


def test_locations_come_in_pages(many: Api) -> None:
    query: dict[str, str] = {"limit": "50", "parameter-name": "pm25"}
    ids: list[str] = []
    while query:
        page = many.get(f"{_OBSERVATIONS}/locations", **query).json()
        ids += [feature["id"] for feature in page["features"]]
        query = dict(parse_qsl(page["links"][0]["href"][1:])) if page["links"] else {}

    assert len(ids) == len(set(ids)) == 121


def test_forecasts_have_the_median_and_the_ends_of_the_interval(api: Api) -> None:
    names = "pm25,pm25_upper"

    (coverage,) = api.get(f"{_FORECASTS}/position", coords=_AT, **{"parameter-name": names}).json()["coverages"]

    assert coverage["domain"]["axes"]["t"]["values"][:2] == ["2014-12-31T16:00:00Z", "2014-12-31T17:00:00Z"]
    assert {name: one["values"][:2] for name, one in coverage["ranges"].items()} == {
        "pm25": [50.0, 50.0],
        "pm25_upper": [50.4, 50.8],
    }


def test_forecasts_of_two_issue_times_share_an_axis(api: Api) -> None:
    temperature = replace(forecast_made(LAST.replace(hour=17)), parameter="temperature")
    api.forecasts = ForecastsInMemory([forecast_made(), temperature])

    (coverage,) = api.get(f"{_FORECASTS}/position", coords=_AT, **{"parameter-name": "pm25,temperature"}).json()[
        "coverages"
    ]

    assert coverage["ranges"]["pm25"]["values"] == [50.0] * 24 + [None]
    assert coverage["ranges"]["temperature"]["values"] == [None] + [50.0] * 24


def test_a_station_without_a_forecast_is_left_out_and_named_it_is_empty(api: Api) -> None:
    api.forecasts = ForecastsInMemory()

    assert api.get(f"{_FORECASTS}/position", coords=_AT).json()["coverages"] == []
    assert api.get(f"{_FORECASTS}/locations/{EMBASSY.id}").json()["ranges"] == {}


def test_a_location_without_hours_is_a_point_since_an_axis_must_not_be_empty(api: Api) -> None:
    body = api.get(f"{_OBSERVATIONS}/locations/{EMBASSY.id}", datetime="1999-01-01T00:00:00Z").json()

    assert (body["type"], body["ranges"], body["parameters"]) == ("Coverage", {}, {})
    assert body["domain"]["domainType"] == "Point"
    assert body["domain"]["axes"] == {"x": {"values": [EMBASSY.longitude]}, "y": {"values": [EMBASSY.latitude]}}
    assert [one["coordinates"] for one in body["domain"]["referencing"]] == [["x", "y"]]


@pytest.mark.parametrize(
    ("path", "query", "named", "said"),
    [
        ("position", {}, "coords", "is required"),
        ("position", {"coords": "POINT(39.95 116.47)"}, "coords", "did you mean 116.47 39.95?"),
        ("position", {"coords": _AROUND}, "coords", "is a POLYGON; this query takes a POINT"),
        ("position", {"coords": _AT, "z": "10"}, "z", "is not a parameter of this request"),
        ("position", {"coords": _AT, "crs": "EPSG:4326"}, "crs", "CRS84"),
        ("position", {"coords": _AT, "f": "netCDF4"}, "f", "CoverageJSON"),
        ("position", {"coords": _AT, "parameter-name": "pm25,odd"}, "parameter-name", "names 'odd'"),
        ("position", {"coords": _AT, "datetime": "../.."}, "datetime", "open on both ends"),
        ("position", {"coords": _AT, "datetime": "2014-12-31T00:00:00"}, "datetime", "no offset"),
        ("position", {"coords": _AT, "datetime": "2014-11-02T00:00:00Z/.."}, "datetime", "31 days at most"),
        (
            "position",
            {"coords": _AT, "datetime": "2014-12-31T00:00:00Z/2014-12-30T00:00:00Z"},
            "datetime",
            "ends before it begins",
        ),
        ("radius", {"coords": _AT, "within-units": "km"}, "within", "is required"),
        ("radius", {"coords": _AT, "within": "-1", "within-units": "km"}, "within", "greater than 0"),
        ("radius", {"coords": _AT, "within": "1", "within-units": "leagues"}, "within-units", "'m', 'km' or 'mi'"),
        ("area", {"coords": "POLYGON((0 0,1 0,1 1,0 1))"}, "coords", "does not end where it begins"),
        ("locations", {"bbox": "1,2,3"}, "bbox", "is not 4 numbers"),
    ],
)
def test_what_cannot_be_used_is_named_with_what_to_do(
    api: Api, path: str, query: dict[str, str], named: str, said: str
) -> None:
    problem = api.problem(f"{_OBSERVATIONS}/{path}", **query)

    assert (problem.status, problem.type) == (400, "urn:geoclimate:problem:invalid-query")
    (cause,) = problem.errors or ()
    assert cause.name == named
    assert said in cause.detail


@pytest.mark.parametrize(
    ("path", "query", "named", "said"),
    [
        ("area", {"coords": "POLYGON((-1 0,2 0,2 1,-1 1,-1 0))"}, "coords", "more than 100 stations"),
        ("radius", {"coords": "POINT(0 0)", "within": "900", "within-units": "km"}, "within", "more than 100 stations"),
        (
            "area",
            {
                "coords": "POLYGON((-1 0,0.905 0,0.905 1,-1 1,-1 0))",
                "datetime": "2014-12-01T00:00:00Z/2014-12-31T00:00:00Z",
            },
            "coords",
            "65,611 values",
        ),
    ],
)
def test_more_than_one_answer_gives_is_refused(
    many: Api, path: str, query: dict[str, str], named: str, said: str
) -> None:
    (cause,) = many.problem(f"{_OBSERVATIONS}/{path}", **query).errors or ()

    assert cause.name == named
    assert said in cause.detail


@pytest.mark.parametrize("path", ["/edr", f"{_OBSERVATIONS}/locations", f"{_OBSERVATIONS}/locations/{EMBASSY.id}"])
def test_a_parameter_that_is_not_offered_is_400_as_the_standard_has_it(api: Api, path: str) -> None:
    assert api.problem(path, colour="red").status == 400


def test_an_unknown_location_or_collection_is_404(api: Api) -> None:
    assert api.problem(f"{_OBSERVATIONS}/locations/openaq-0").status == 404
    assert api.problem("/edr/collections/tides").status == 404


def test_json_is_another_name_of_coverage_json_and_the_rest_is_406(api: Api) -> None:
    path = f"{_OBSERVATIONS}/position"
    api.headers["accept"] = "application/json"
    assert api.get(path, coords=_AT).headers["content-type"] == "application/json"

    api.headers["accept"] = "application/x-netcdf"
    assert api.problem(path, coords=_AT).status == 406
    assert api.get(path, coords=_AT, f="CoverageJSON").status_code == 200


@pytest.mark.parametrize("path", ["/edr", _OBSERVATIONS, f"{_OBSERVATIONS}/locations", f"{_FORECASTS}/locations"])
def test_who_may_not_read_is_refused(api: Api, path: str) -> None:
    api.event = signed_in(roles=())

    assert api.problem(path).status == 403
