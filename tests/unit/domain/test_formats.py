"""Telling a file's format by its header."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geoclimate.domain.delivery import AcceptedRow, Delivery
from geoclimate.domain.errors import UnreadableFile
from geoclimate.domain.formats import FORMATS, recognise
from geoclimate.domain.quality import Refusal
from geoclimate.domain.weather_rows import WeatherFormat
from tests import epa_files
from tests.format_rows import read_rows
from tests.openaq_archive import HEADER as OPENAQ

DELIVERY = Delivery("ab" * 32, dt.datetime(2024, 6, 1, tzinfo=dt.UTC), dt.datetime(2024, 6, 1, tzinfo=dt.UTC))
WEATHER = ["station", "issue_time", "valid_time", "parameter", "value", "unit"]
HEADERS = {
    "OpenAQ archive": OPENAQ,
    "EPA AQS hourly": epa_files.HOURLY,
    "EPA AQS daily": epa_files.DAILY,
    "EPA AirData daily": epa_files.OUTDOOR,
    "weather forecast": WEATHER,
}


@pytest.mark.parametrize(("name", "header"), HEADERS.items())
def test_a_format_is_told_by_its_header(name: str, header: list[str]) -> None:
    assert recognise(1, ",".join(header))[0].name == name


@pytest.mark.parametrize("place", [["station"], ["latitude", "longitude"]])
@pytest.mark.parametrize("known", [[], ["known_time"]])
def test_a_weather_forecast_is_for_stations_or_for_grid_points(place: list[str], known: list[str]) -> None:
    assert isinstance(recognise(1, ",".join([*place, *WEATHER[1:], *known]))[0], WeatherFormat)


def test_a_weather_forecast_is_not_for_both() -> None:
    with pytest.raises(UnreadableFile, match="that of weather forecast, but has the unknown 'station'"):
        recognise(1, ",".join([*WEATHER, "latitude", "longitude"]))


def test_every_format_has_a_header_in_these_tests() -> None:
    assert {known.name for known in FORMATS} == set(HEADERS)


@given(data=st.data(), name=st.sampled_from(sorted(HEADERS)))
def test_the_order_case_and_quotes_of_the_columns_do_not_matter(data: st.DataObject, name: str) -> None:
    columns = data.draw(st.permutations(HEADERS[name]))
    spelled = [data.draw(st.sampled_from([column, column.upper(), f'"{column}"', f" {column} "])) for column in columns]
    assert recognise(1, ",".join(spelled))[0].name == name


@given(data=st.data(), name=st.sampled_from(sorted(HEADERS)))
def test_an_unknown_column_is_named_with_the_nearest_format(data: st.DataObject, name: str) -> None:
    columns = list(HEADERS[name])
    place = data.draw(st.integers(0, len(columns)))
    with pytest.raises(UnreadableFile, match=f"nearest to that of {name}, but has the unknown 'Remark'; taken are: "):
        recognise(1, ",".join([*columns[:place], "Remark", *columns[place:]]))


def test_a_missing_column_is_named_with_the_nearest_format() -> None:
    header = [column for column in epa_files.HOURLY if column not in {"POC", "Time GMT"}]
    with pytest.raises(UnreadableFile, match="that of EPA AQS hourly, but lacks POC, Time GMT; taken are: OpenAQ"):
        recognise(1, ",".join(header))


def test_a_column_without_a_name_is_told() -> None:
    with pytest.raises(UnreadableFile, match="that of OpenAQ archive, but has a column without a name; taken"):
        recognise(1, ",".join(OPENAQ) + ",")


def test_a_header_of_another_world_is_refused_with_the_formats_that_are_taken() -> None:
    with pytest.raises(UnreadableFile, match="names no column of any known format; taken are: OpenAQ archive, EPA"):
        recognise(1, "when,where,pm25")


def test_no_more_columns_are_named_than_a_person_reads() -> None:
    with pytest.raises(UnreadableFile, match=r"lacks State Code, .* and 12 more; taken"):
        recognise(1, "POC,Qualifier")


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('"location_id', "is not CSV"),
        ("\"location's\nid", "let no name hold a line break"),
        ("x" * 5000, "longer than 4096"),
        ("x" * 5000, "leave out columns that nobody needs"),
    ],
)
def test_a_first_line_that_is_no_header_is_refused(line: str, message: str) -> None:
    with pytest.raises(UnreadableFile, match=message) as refused:
        recognise(7, line)
    assert (refused.value.rule, refused.value.line) == ("header", 7)


@given(st.lists(st.text(st.characters(exclude_characters="\r\n"), max_size=60), min_size=1, max_size=5))
def test_whatever_follows_a_header_each_line_is_taken_or_refused(lines: list[str]) -> None:
    for name in HEADERS.keys() - {"weather forecast"}:
        header = HEADERS[name]
        found = read_rows([",".join(header), "x", *lines], DELIVERY)
        assert len(found) == 1 + sum(1 for line in lines if line and not line.isspace())
        assert {type(row) for row in found} <= {Refusal, AcceptedRow}


@pytest.mark.parametrize(("delimiter", "said"), [(";", "semicolons"), ("\t", "tabs")])
def test_says_that_the_fields_of_a_known_format_stand_between_something_else(delimiter: str, said: str) -> None:
    with pytest.raises(UnreadableFile, match=f"its fields stand between {said}: save the file with commas"):
        recognise(1, delimiter.join(OPENAQ))
