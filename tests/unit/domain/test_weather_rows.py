"""What a row of a weather forecast means, and what is refused."""

import datetime as dt

import pytest

from geoclimate.domain.csv_format import Header
from geoclimate.domain.errors import RefusedValue
from geoclimate.domain.places import Point
from geoclimate.domain.weather_forecasts import WEATHER_PARAMETERS, at_station
from geoclimate.domain.weather_rows import WeatherReader, WeatherRow
from tests.weather_files import DELIVERY, ISSUED, STATION, UPLOADED, point_row, row


def read(cells: dict[str, str]) -> WeatherRow:
    return WeatherReader(Header(list(cells), {}), DELIVERY).read(2, ",".join(cells.values()))


def refusal(cells: dict[str, str]) -> RefusedValue:
    with pytest.raises(RefusedValue) as refused:
        read(cells)
    return refused.value


def test_a_row_is_a_value_of_a_run_for_a_station() -> None:
    found = read(row())
    assert (found.line, found.place, found.issue_time, found.hour) == (2, at_station(STATION), ISSUED, 6)
    assert (found.measure.parameter.code, found.value, found.delivered_value) == ("temperature", -4.8, -4.8)


def test_values_are_converted_to_the_canonical_unit_and_kept_as_delivered() -> None:
    found = read(row(value="268.35", unit="K"))
    assert found.value == pytest.approx(-4.8)
    assert (found.delivered_value, found.measure.unit) == (268.35, "k")


def test_a_grid_point_is_the_same_however_it_is_written() -> None:
    places = {read(point_row(latitude=text)).place for text in ("40", "40.0", "40.00001", " 40.0 ")}
    assert [place.point for place in places] == [Point(40.0, 116.5)]
    assert read(point_row(longitude="180")).place == read(point_row(longitude="-180")).place
    assert read(point_row(latitude="-0.0")).place == read(point_row(latitude="0.00001")).place


def test_live_data_are_known_from_their_upload() -> None:
    assert read(row()).known_at == UPLOADED
    assert read(row() | {"known_time": ""}).known_at == UPLOADED


def test_a_run_is_not_known_before_it_was_issued_though_the_uploader_s_clock_is_behind() -> None:
    late = UPLOADED + dt.timedelta(minutes=3)
    found = read(row(issue_time=late.isoformat(), valid_time="2014-01-31T06:00:00Z"))
    assert found.known_at == late


def test_an_archive_says_when_its_runs_were_published() -> None:
    found = read(row(issue_time="2013-01-31T00:00:00Z", valid_time="2013-01-31T06:00Z", known_time="2013-01-31T04:10Z"))
    assert found.known_at == dt.datetime(2013, 1, 31, 4, 10, tzinfo=dt.UTC)


def test_the_issue_time_may_lie_within_an_hour() -> None:
    found = read(row(issue_time="2014-01-31T00:30:00.5Z", valid_time="2014-01-31T01:00:00Z"))
    assert (found.hour, found.issue_time.microsecond) == (1, 0)


@pytest.mark.parametrize("hour", [0, 240])
def test_hours_from_the_issue_time_to_ten_days_are_taken(hour: int) -> None:
    assert read(row(valid_time=(ISSUED + dt.timedelta(hours=hour)).isoformat())).hour == hour


@pytest.mark.parametrize(
    ("change", "rule", "said"),
    [
        ({"valid_time": "2014-01-30T23:00:00Z"}, "valid-time", "before the issue time, 2014-01-31T00:00:00Z"),
        ({"valid_time": "2014-01-31T06:30:00Z"}, "valid-time", "within an hour: give the beginning of the hour"),
        ({"valid_time": "2014-02-10T01:00:00Z"}, "horizon", "more than 240 hours after the issue time"),
        ({"valid_time": "2014-01-31T06:00:00"}, "timestamp", "no offset from UTC"),
        ({"valid_time": ""}, "required", "'valid_time' is empty"),
        ({"issue_time": "2014-01-31T00:00:00"}, "timestamp", "no offset from UTC"),
        ({"issue_time": "2014-01-31T06:00:00Z"}, "future", "upload the file again later"),
        ({"issue_time": ""}, "required", "'issue_time' is empty"),
        ({"known_time": "2014-01-30T23:00:00Z"}, "known-time", "known when it was published"),
        ({"known_time": "2014-01-31T06:00:00Z"}, "future", "in the future"),
        ({"known_time": "yesterday"}, "timestamp", "is not a time"),
        ({"parameter": "pm25"}, "parameter", "no parameter of a weather forecast that is taken; these are: dewpoint"),
        ({"parameter": ""}, "required", "'parameter' is empty"),
        ({"unit": "furlong"}, "unit", "no unit that is known"),
        ({"unit": "hpa"}, "unit-of-parameter", "has no value in hpa"),
        ({"value": "-999"}, "sentinel", "stands for a missing value"),
        ({"value": "nan"}, "number", "is not a number"),
        ({"value": "75"}, "range", "cannot be"),
        ({"value": ""}, "required", "'value' is empty"),
        ({"station": "Mitte"}, "identifier", "is not a station id"),
        ({"station": ""}, "required", "'station' is empty"),
    ],
)
def test_a_row_that_breaks_a_rule_is_refused_with_what_to_do(change: dict[str, str], rule: str, said: str) -> None:
    found = refusal(row(**change))
    assert (found.rule, found.column, found.value) == (rule, next(iter(change)), next(iter(change.values())))
    assert said in str(found)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"latitude": "116.5", "longitude": "40"}, "look swapped"),
        ({"longitude": "243.5"}, "between -180 and 180"),
        ({"latitude": "0", "longitude": "0"}, "does not know the place"),
    ],
)
def test_a_grid_point_that_is_nowhere_is_refused(change: dict[str, str], said: str) -> None:
    found = refusal(point_row(**change))
    assert found.rule == "coordinates"
    assert said in str(found)


def test_a_line_with_another_number_of_fields_is_refused() -> None:
    with pytest.raises(RefusedValue, match="the header has 6 fields and the line 5"):
        WeatherReader(Header(list(row()), {}), DELIVERY).read(2, ",".join(list(row().values())[:5]))


def test_what_the_platform_forecasts_itself_is_no_weather() -> None:
    assert set(WEATHER_PARAMETERS) == {
        "temperature",
        "dewpoint",
        "relativehumidity",
        "pressure",
        "wind_speed",
        "wind_direction",
        "precipitation",
    }
