"""`/v1/observations/latest`."""

from urllib.parse import parse_qsl, urlencode

import pytest

from geoclimate.domain.stations import Series, Station
from tests.api_fakes import EMBASSY, FIRST, LAST, SILENT, StationsInMemory
from tests.unit.functions.api.conftest import Api

_PATH = "/v1/observations/latest"


def test_gives_the_newest_value_of_each_station_or_why_there_is_none(api: Api) -> None:
    answer = api.get(_PATH, station=f"{EMBASSY.id},{SILENT.id}", parameter="pm25")

    assert answer.status_code == 200
    assert answer.json() == {
        "parameter": "pm25",
        "unit": "µg/m³",
        "values": [
            {
                "station": EMBASSY.id,
                "latitude": 39.954,
                "longitude": 116.468,
                "value": 40.0,
                "start": "2014-12-31T15:00:00Z",
                "end": "2014-12-31T16:00:00Z",
                "instrument": "23735",
                "flag": "valid",
                "age_seconds": 2400,
                "null_reason": None,
            },
            {
                "station": SILENT.id,
                "latitude": 1.0,
                "longitude": 2.0,
                "value": None,
                "start": None,
                "end": None,
                "instrument": None,
                "flag": None,
                "age_seconds": None,
                "null_reason": "not_measured",
            },
        ],
        "next": None,
    }


def test_a_box_gives_the_stations_in_it_that_measure_it(api: Api) -> None:
    whole = api.get(_PATH, bbox="-180,-90,180,90", parameter="pm25").json()

    assert [one["station"] for one in whole["values"]] == [EMBASSY.id]
    assert api.get(_PATH, bbox="0,0,10,10", parameter="pm25").json()["values"] == []


def test_a_box_comes_in_pages(api: Api) -> None:
    others = [
        Station(f"openaq-{number}", "There", 0.0, number, "openaq", (Series("pm25", FIRST, LAST),), LAST)
        for number in range(3)
    ]
    api.stations = StationsInMemory([EMBASSY, *others])
    found: list[tuple[str, str | None]] = []
    link: str | None = "?" + urlencode({"bbox": "-180,-90,180,90", "parameter": "pm25", "limit": "3"})
    while link is not None:
        body = api.get(_PATH, **dict(parse_qsl(link.removeprefix("?")))).json()
        found += [(one["station"], one["null_reason"]) for one in body["values"]]
        link = body["next"]

    # The catalogue says that they measure it, but nothing of it is stored.
    late = [(f"openaq-{number}", "upstream_late") for number in range(3)]
    assert found == [*late, (EMBASSY.id, None)]


@pytest.mark.parametrize(
    ("query", "name", "says"),
    [
        ({}, "station", "give one of the two"),
        ({"station": EMBASSY.id, "bbox": "0,0,1,1"}, "station", "give one of the two"),
        ({"station": EMBASSY.id, "limit": "5"}, "limit", "cannot stand beside 'station'"),
        ({"station": ",".join(f"openaq-{number}" for number in range(101))}, "station", "must match the pattern"),
        ({"station": "a#b"}, "station", "must match the pattern"),
        ({"bbox": "0,0,1,1", "limit": "101"}, "limit", "less than or equal to 100"),
        ({"bbox": "0,0,1"}, "bbox", "is not 4 numbers"),
    ],
)
def test_what_cannot_be_answered_is_refused_and_named(api: Api, query: dict[str, str], name: str, says: str) -> None:
    problem = api.problem(_PATH, parameter="pm25", **query)

    assert (problem.status, problem.type) == (422, "urn:geoclimate:problem:invalid-query")
    [cause] = problem.errors or ()
    assert cause.name == name
    assert says in cause.detail


def test_stations_are_named_in_one_parameter_and_not_in_several(api: Api) -> None:
    problem = api.problem(_PATH, parameter="pm25", station=[EMBASSY.id, SILENT.id])

    assert (problem.status, [cause.name for cause in problem.errors or ()]) == (422, ["station"])


def test_unknown_stations_are_404_and_all_named(api: Api) -> None:
    problem = api.problem(_PATH, parameter="pm25", station=f"openaq-0,{EMBASSY.id},openaq-7")

    assert (problem.status, problem.type) == (404, "urn:geoclimate:problem:unknown-station")
    assert problem.detail == "No station has the id 'openaq-0' or 'openaq-7'."


def test_an_unknown_parameter_is_named(api: Api) -> None:
    problem = api.problem(_PATH, parameter="pm99", station=EMBASSY.id)

    assert (problem.status, problem.type) == (422, "urn:geoclimate:problem:unknown-parameter")


def test_the_newest_values_as_geojson_are_points(api: Api) -> None:
    body = api.get(_PATH, station=EMBASSY.id, parameter="pm25", format="geojson").json()

    (feature,) = body["features"]
    assert feature["geometry"]["coordinates"] == [116.468, 39.954]
    assert feature["properties"] == {
        "station": EMBASSY.id,
        "parameter": "pm25",
        "unit": "µg/m³",
        "value": 40.0,
        "start": "2014-12-31T15:00:00Z",
        "end": "2014-12-31T16:00:00Z",
        "instrument": "23735",
        "flag": "valid",
        "age_seconds": 2400,
        "null_reason": None,
    }


def test_the_newest_values_as_csv_have_coordinates_and_units(api: Api) -> None:
    assert api.get(_PATH, station=f"{EMBASSY.id},{SILENT.id}", parameter="pm25", format="csv").text.splitlines() == [
        "station,latitude,longitude,parameter,unit,value,start,end,instrument,flag,age_seconds,null_reason",
        "openaq-900001,39.954,116.468,pm25,µg/m³,40.0,2014-12-31T15:00:00Z,2014-12-31T16:00:00Z,23735,valid,2400,",
        "openaq-2,1.0,2.0,pm25,µg/m³,,,,,,,not_measured",
    ]
