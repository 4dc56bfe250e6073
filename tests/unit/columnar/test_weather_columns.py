"""Rows of weather forecasts as records."""

import io

import pytest

from geoclimate.columnar import weather_columns
from geoclimate.columnar.read_file import begin_file
from geoclimate.columnar.weather_columns import WeatherVocabulary, read_weather_lines
from geoclimate.domain.errors import UnreadableFile
from tests.weather_files import DELIVERY, STATION, point_row, read_text, row, text


def test_good_rows_are_records_and_bad_ones_refusals_with_their_line_as_delivered() -> None:
    vocabulary = WeatherVocabulary()
    [block] = read_text(
        text([row(), row(value="-999"), row(parameter="wind_speed", unit="kn", value="10")]), vocabulary
    )
    assert block.records["line"].tolist() == [2, 4]
    assert block.records["hour"].tolist() == [6, 6]
    assert block.records["delivered"].tolist() == [-4.8, 10.0]
    assert block.records["value"].tolist() == [-4.8, pytest.approx(5.1444, abs=1e-4)]
    assert [vocabulary.units[number] for number in block.records["unit"]] == ["c", "kn"]
    assert [place.station for place in vocabulary.places] == [STATION]
    [refusal] = block.refusals
    assert (refusal.line, refusal.column, refusal.rule) == (3, "value", "sentinel")
    assert refusal.raw == f"{STATION},2014-01-31T00:00:00Z,2014-01-31T06:00:00Z,temperature,-999,c"


def test_a_file_that_ends_with_its_header_is_refused() -> None:
    with pytest.raises(UnreadableFile) as refused:
        read_text(text([row()]).splitlines()[0] + b"\n\n", WeatherVocabulary())
    assert (refused.value.rule, refused.value.line) == ("no-rows", 1)


def test_a_file_of_too_many_places_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(weather_columns, "MOST_PLACES", 3)
    rows = [point_row(latitude=f"{number}.5") for number in range(4)]
    with pytest.raises(UnreadableFile, match="more than 3 stations or grid points: split it by region") as refused:
        read_text(text(rows), WeatherVocabulary())
    assert (refused.value.rule, refused.value.line) == ("too-many-series", 5)
    assert len(read_text(text(rows[:3]), WeatherVocabulary())) == 1


def test_blank_lines_are_passed_over() -> None:
    content = text([row(), row(parameter="dewpoint")]).replace(b"\n", b"\r\n\r\n")
    _, beginning = begin_file(io.BytesIO(content))
    [block] = read_weather_lines(beginning, DELIVERY, WeatherVocabulary())
    assert block.records["line"].tolist() == [3, 5]
