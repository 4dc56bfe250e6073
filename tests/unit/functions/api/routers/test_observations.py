"""`/v1/stations/{station}/observations`."""

import json
from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qsl

import pytest

from tests.api_fakes import NOW, ObservationsInMemory, hourly
from tests.unit.functions.api.conftest import Api

_PATH = "/v1/stations/openaq-900001/observations"


def test_without_a_window_answers_the_last_24_hours_of_the_series(api: Api) -> None:
    body = api.get(_PATH, parameter="pm25").json()

    assert (body["from"], body["to"]) == ("2014-12-30T16:00:00Z", "2014-12-31T16:00:00Z")
    assert (body["station"], body["parameter"], body["unit"]) == ("openaq-900001", "pm25", "µg/m³")
    assert len(body["observations"]) == 24
    assert body["observations"][-1] == {
        "start": "2014-12-31T15:00:00Z",
        "end": "2014-12-31T16:00:00Z",
        "value": 40.0,
        "delivered_value": 40.0,
        "delivered_unit": "µg/m³",
        "instrument": "23735",
        "flag": "valid",
        "ingested_at": "2014-12-31T16:40:00Z",
        "revision": 1,
    }
    assert body["as_of"] is None


def test_answers_the_window_asked_for_whatever_the_offset(api: Api) -> None:
    window = {"from": "2014-12-31T08:00:00+08:00", "to": "2014-12-31T03:00:00Z"}

    body = api.get(_PATH, parameter="pm25", **window).json()

    assert (body["from"], body["to"]) == ("2014-12-31T00:00:00Z", "2014-12-31T03:00:00Z")
    assert [one["start"] for one in body["observations"]] == [
        "2014-12-31T00:00:00Z",
        "2014-12-31T01:00:00Z",
        "2014-12-31T02:00:00Z",
    ]


def test_as_of_an_instant_answers_what_was_served_then(api: Api) -> None:
    corrected = replace(hourly(1)[0], value=99.0, file_digest="f" * 64, ingested_at=NOW - timedelta(hours=1))
    delivered = replace(hourly(1)[0], ingested_at=NOW - timedelta(hours=9))
    api.observations = ObservationsInMemory([delivered, corrected])
    window = {"parameter": "pm25", "from": "2014-12-31T15:00:00Z"}

    before = api.get(_PATH, **window, as_of="2014-12-31T16:00:00+08:00").json()
    now = api.get(_PATH, **window).json()

    assert before["as_of"] == "2014-12-31T08:00:00Z"
    assert [(one["value"], one["ingested_at"], one["revision"]) for one in before["observations"]] == [
        (40.0, "2014-12-31T07:40:00Z", 1)
    ]
    assert [(one["value"], one["ingested_at"], one["revision"]) for one in now["observations"]] == [
        (99.0, "2014-12-31T15:40:00Z", 2)
    ]


@pytest.mark.parametrize(
    ("query", "named", "said"),
    [
        ({}, "parameter", "is required"),
        ({"parameter": "PM 2.5!"}, "parameter", "must match the pattern"),
        ({"parameter": "pm25", "from": "yesterday"}, "from", "ISO 8601"),
        ({"parameter": "pm25", "from": "2014-12-31T00:00:00"}, "from", "no offset"),
        ({"parameter": "pm25", "to": "2014-12-31T00:00:00 08:00"}, "to", "%2B"),
        ({"parameter": "pm25", "from": "2014-12-31T00:00:00Z", "as_of": "2014-12-31"}, "as_of", "no offset"),
        ({"parameter": "pm25", "from": "2014-12-31T00:00:00Z", "as_of": "2099-12-31T00:00:00Z"}, "as_of", "future"),
        ({"parameter": "pm25", "as_of": "2014-12-31T00:00:00Z"}, "as_of", "needs 'from' or 'to'"),
        ({"parameter": "pm25", "form": "2014-12-31T00:00:00Z"}, "form", "is not a parameter of this request"),
        ({"parameter": "pm25", "every": "weekly"}, "every", "'raw', 'hourly', 'daily' or 'monthly'"),
        ({"parameter": "pm25", "tz": "asia/shanghai"}, "tz", "did you mean Asia/Shanghai"),
        ({"parameter": "pm25", "tz": "Mars"}, "tz", "write one such as Asia/Shanghai"),
        ({"parameter": "pm25", "tz": "../../etc/passwd"}, "tz", "is not the name of an IANA time zone"),
        ({"parameter": "pm25", "tz": " 08:00"}, "tz", "%2B08:00"),
        ({"parameter": "pm25", "units": "ppb"}, "units", "they can be µg/m³, mg/m³, ng/m³"),
        ({"parameter": "temperature", "units": "bushel"}, "units", "they can be c, f, k"),
        (
            {"parameter": "pm25", "flags": "valid,odd"},
            "flags",
            "names 'odd', which is no flag; the flags are ambiguous",
        ),
        ({"parameter": "pm25", "format": "parquet"}, "format", "'json', 'csv' or 'ndjson'"),
        ({"parameter": "pm25", "limit": "0"}, "limit", "greater than or equal to 1"),
        ({"parameter": "pm25", "cursor": "nonsense"}, "cursor", "must match the pattern"),
        ({"parameter": ["pm25", "temperature"]}, "parameter", "is given 2 times"),
        ({"parameter": "pm25", "from": "2014-12-31T00:00:00Z", "to": "2014-12-30T00:00:00Z"}, "from", "before 'to'"),
        ({"parameter": "pm25", "from": "2013-11-01T00:00:00Z", "to": "2014-12-31T00:00:00Z"}, "to", "366 days at most"),
    ],
)
def test_a_bad_parameter_is_422_and_named(api: Api, query: dict[str, str | list[str]], named: str, said: str) -> None:
    problem = api.problem(_PATH, **query)

    assert (problem.status, problem.type) == (422, "urn:geoclimate:problem:invalid-query")
    (cause,) = problem.errors or ()
    assert (cause.name, cause.pointer) == (named, f"/query/{named}")
    assert said in cause.detail
    assert problem.detail.startswith(f"'{named}' ")
    assert said in problem.detail


def test_a_parameter_that_there_is_not_is_told_which_there_are(api: Api) -> None:
    problem = api.problem(_PATH, parameter="pm25", means="daily")

    assert problem.detail == (
        "'means' is not a parameter of this request; it takes parameter, from, to, every, tz, units, flags, instrument,"
        " as_of, limit, cursor, format."
    )


def test_everything_that_is_wrong_is_said_at_once(api: Api) -> None:
    problem = api.problem(_PATH, **{"from": "x", "to": "y"})

    assert [cause.name for cause in problem.errors or ()] == ["parameter", "from", "to"]


def test_a_code_that_no_parameter_has_is_422_and_says_which_there_are(api: Api) -> None:
    problem = api.problem(_PATH, parameter="pm99")

    assert (problem.status, problem.type) == (422, "urn:geoclimate:problem:unknown-parameter")
    assert "'pm99'" in problem.detail
    assert "pm25" in problem.detail
    assert [cause.name for cause in problem.errors or ()] == ["parameter"]


def test_a_series_not_measured_is_404_and_says_what_is(api: Api) -> None:
    problem = api.problem(_PATH, parameter="no2")

    assert (problem.status, problem.type) == (404, "urn:geoclimate:problem:unknown-series")
    assert "it measures pm25, temperature" in problem.detail


def test_an_unknown_station_is_404(api: Api) -> None:
    assert api.problem("/v1/stations/openaq-0/observations", parameter="pm25").status == 404


def test_means_of_days_by_the_clocks_of_a_zone(api: Api) -> None:
    window = {"from": "2014-12-30T00:00:00+08:00", "to": "2015-01-01T00:00:00+08:00"}

    body = api.get(_PATH, parameter="pm25", every="daily", tz="Asia/Shanghai", **window).json()

    assert (body["every"], body["tz"], body["unit"]) == ("daily", "Asia/Shanghai", "µg/m³")
    assert (body["from"], body["to"]) == ("2014-12-30T00:00:00+08:00", "2015-01-01T00:00:00+08:00")
    assert body["flags"] == ["below-detection", "valid"]
    assert body["next"] is None
    first, second = body["means"]
    assert first == {
        "start": "2014-12-30T00:00:00+08:00",
        "end": "2014-12-31T00:00:00+08:00",
        "mean": 48.875,
        "coverage": 1.0,
        "count": 24,
        "min": 46.0,
        "max": 51.75,
        "quantiles": [
            {"level": 0.1, "value": 46.5},
            {"level": 0.25, "value": 47.25},
            {"level": 0.5, "value": 48.75},
            {"level": 0.75, "value": 50.25},
            {"level": 0.9, "value": 51.25},
        ],
        "null_reason": None,
    }
    assert second["end"] == "2015-01-01T00:00:00+08:00"


def test_a_window_of_means_is_widened_to_whole_steps(api: Api) -> None:
    window = {"from": "2014-12-30T11:20:00Z", "to": "2014-12-30T12:01:00Z"}

    body = api.get(_PATH, parameter="pm25", every="hourly", **window).json()

    assert (body["from"], body["to"]) == ("2014-12-30T11:00:00Z", "2014-12-30T13:00:00Z")
    assert len(body["means"]) == 2


def test_hours_without_a_value_are_shown_and_say_why(api: Api) -> None:
    window = {"from": "2014-12-31T13:00:00Z", "to": "2014-12-31T18:00:00Z"}
    first, second, *_ = hourly(4)
    api.observations = ObservationsInMemory([first, replace(second, flag="spike")])

    body = api.get(_PATH, parameter="pm25", every="hourly", **window).json()

    assert [(one["mean"], one["null_reason"]) for one in body["means"]] == [
        (None, "upstream_late"),
        (None, "qc_rejected"),
        (40.0, None),
        (None, "upstream_late"),
        (None, "outside_period"),
    ]


def test_means_come_in_pages_that_together_are_the_window(api: Api) -> None:
    query = {"parameter": "pm25", "every": "hourly", "limit": "10"}
    whole = api.get(_PATH, parameter="pm25", every="hourly").json()

    pages = [api.get(_PATH, **query).json()]
    while pages[-1]["next"]:
        pages.append(api.get(_PATH, **dict(parse_qsl(pages[-1]["next"][1:]))).json())

    assert [len(page["means"]) for page in pages] == [10, 10, 4]
    assert [one for page in pages for one in page["means"]] == whole["means"]
    assert {(page["from"], page["to"]) for page in pages} == {(whole["from"], whole["to"])}


def test_observations_come_in_pages(api: Api) -> None:
    first = api.get(_PATH, parameter="pm25", limit="20").json()
    second = api.get(_PATH, **dict(parse_qsl(first["next"][1:]))).json()

    assert [len(page["observations"]) for page in (first, second)] == [20, 4]
    assert second["next"] is None


def test_a_cursor_of_another_list_is_refused(api: Api) -> None:
    hourly_page = dict(parse_qsl(api.get(_PATH, parameter="pm25", every="hourly", limit="3").json()["next"][1:]))

    problem = api.problem(_PATH, parameter="pm25", cursor=hourly_page["cursor"])

    assert [cause.name for cause in problem.errors or ()] == ["cursor"]


def test_units_are_converted_and_the_conversion_is_said(api: Api) -> None:
    api.observations = ObservationsInMemory(hourly(2, parameter="temperature"))

    body = api.get(_PATH, parameter="temperature", units="°F", limit="1").json()

    assert body["unit"] == "f"
    assert body["conversion"] == {"from": "c", "to": "f", "factor": 1.8, "offset": 32.0, "conditions": None}
    assert [(one["value"], one["delivered_value"]) for one in body["observations"]] == [(104.45, 40.25)]


def test_the_canonical_unit_is_no_conversion(api: Api) -> None:
    assert api.get(_PATH, parameter="pm25", units="ug/m3").json()["conversion"] is None


def test_times_are_written_with_the_offset_of_the_zone(api: Api) -> None:
    body = api.get(_PATH, parameter="pm25", tz="America/St_Johns", limit="1").json()

    assert body["from"] == "2014-12-30T12:30:00-03:30"
    assert body["observations"][0]["ingested_at"] == "2014-12-31T13:10:00-03:30"


def test_csv_has_coordinates_and_units(api: Api) -> None:
    answer = api.get(_PATH, parameter="pm25", limit="1", format="csv")

    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["link"].startswith("<?parameter=pm25&limit=1&format=csv&cursor=")
    header, row = answer.text.splitlines()
    assert header.startswith(
        "station,latitude,longitude,parameter,unit,start,end,value,delivered_value,delivered_unit,"
    )
    assert row.startswith("openaq-900001,39.954,116.468,pm25,µg/m³,2014-12-30T16:00:00Z,2014-12-30T17:00:00Z,45.75,")
    assert row.endswith(",23735,valid,2014-12-31T16:40:00Z,1")


def test_means_as_csv_leave_what_is_null_empty(api: Api) -> None:
    window = {"from": "2014-12-31T14:00:00Z", "to": "2014-12-31T16:00:00Z"}
    api.observations = ObservationsInMemory(hourly(1))

    answer = api.get(_PATH, parameter="pm25", every="hourly", format="csv", **window)

    header, hole, mean = answer.text.splitlines()
    assert header.endswith("start,end,mean,coverage,count,min,max,q10,q25,q50,q75,q90,null_reason")
    assert hole.endswith(",2014-12-31T14:00:00Z,2014-12-31T15:00:00Z,,0.0,0,,,,,,,,upstream_late")
    assert mean.endswith(",2014-12-31T16:00:00Z,40.0,1.0,1,40.0,40.0,40.0,40.0,40.0,40.0,40.0,")


def test_ndjson_has_an_object_a_line(api: Api) -> None:
    answer = api.get(_PATH, parameter="pm25", format="ndjson")

    assert answer.headers["content-type"] == "application/x-ndjson"
    lines = [json.loads(line) for line in answer.text.splitlines()]
    assert len(lines) == 24
    assert (lines[0]["station"], lines[0]["latitude"], lines[0]["unit"]) == ("openaq-900001", 39.954, "µg/m³")
    assert "link" not in answer.headers


def test_a_page_as_a_table_is_shorter_since_each_row_repeats_what_json_says_once(api: Api) -> None:
    (one,) = hourly(1)
    hours = [replace(one, start=one.start - timedelta(hours=2), end=one.start - timedelta(hours=1)), one]
    api.observations = ObservationsInMemory(
        replace(hour, instrument=str(number)) for hour in hours for number in range(5_000)
    )

    table = api.get(_PATH, parameter="pm25", format="ndjson")

    assert len(table.text.splitlines()) == 5_000
    assert len(api.get(_PATH, parameter="pm25").json()["observations"]) == 10_000
    assert "link" in table.headers
